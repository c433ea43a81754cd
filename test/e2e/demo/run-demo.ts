import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';

/** What the issue promises of `summary.json`; the demo may say more. */
const summarySchema = z.looseObject({
  trades: z.array(z.looseObject({ id: z.string(), sourceTradeId: z.string(), state: z.string(), waitingFor: z.string().optional() })),
  obligations: z.array(
    z.looseObject({ uti: z.string(), action: z.enum(['N', 'M', 'C', 'E']), state: z.string(), receipt: z.string(), tradeId: z.string() }),
  ),
  cycles: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      deliveryMonth: z.string(),
      counterpartyId: z.string(),
      invoice: z.string().nullable(),
      pdf: z.string().nullable(),
      documents: z.array(z.looseObject({ invoice: z.string(), total: z.string(), pdf: z.string() })),
    }),
  ),
  rowsRefused: z.array(z.looseObject({ line: z.number(), issues: z.array(z.looseObject({ field: z.string(), message: z.string() })) })),
  xmlFiles: z.array(z.string()),
  durationMs: z.number(),
});

export type DemoRun = {
  readonly code: number | null;
  readonly table: string;
  readonly said: string;
  readonly seconds: number;
  readonly summary: z.output<typeof summarySchema>;
  /** Where its data lies; `clean` removes it. */
  readonly folder: string;
  clean(): Promise<void>;
};

/** Runs the demo as its user does, in a process and a folder of its own. */
export async function runDemoAsUser(): Promise<DemoRun> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'energyopti-demo-'));
  // PostgreSQL's account passes through, so that all data lies in this folder.
  await chmod(dataDir, 0o711);
  const startedAtMs = performance.now();
  const child = spawn('npm', ['run', '--silent', 'demo'], {
    cwd: PROJECT_DIR,
    env: surroundings({ DATA_DIR: dataDir }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { table: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.table += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.said += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const seconds = (performance.now() - startedAtMs) / 1000;
  const folder = path.join(dataDir, 'demo');
  const text = await readFile(path.join(folder, 'summary.json'), 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`the demo ended with ${code} and left no summary:\n${output.said}`);
  return {
    code,
    ...output,
    seconds,
    summary: summarySchema.parse(JSON.parse(text)),
    folder,
    clean: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** The environment without what would point the demo at servers of somebody else. */
export function surroundings(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', XDG_CACHE_HOME, TMPDIR, SCHEMA_DIR, NODE_EXTRA_CA_CERTS } = process.env;
  const given = { PATH, HOME, XDG_CACHE_HOME, TMPDIR, SCHEMA_DIR, NODE_EXTRA_CA_CERTS };
  return {
    ...Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...extra,
  };
}
