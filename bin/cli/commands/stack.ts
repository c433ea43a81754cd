import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { loadClientEnv } from '../../../config/client-env.ts';
import { readStackFile } from '../../stack/stack-state.ts';
import { PROJECT_DIR } from '../../stack/stack-options.ts';
import { EXIT, UsageError, writeLine } from '../io.ts';

const PROFILES = ['start', 'demo'] as const;

/** `start`, `demo`, `migrate`, `status`. */
export function addStackCommands(program: Command): void {
  program
    .command('start')
    .description('Start the embedded stack and keep it up; Ctrl-C stops it')
    .addHelpText('after', '\nExample:\n  energyopti start')
    .action(async () => void (await import('../../start.ts')));
  program
    .command('demo')
    .description('Drive the sample day through the embedded stack')
    .addHelpText('after', '\nExample:\n  energyopti demo')
    .action(async () => void (await import('../../demo.ts')));
  program
    .command('migrate')
    .description('Bring the database named by DATABASE_ADMIN_URL up to date')
    .addHelpText(
      'after',
      '\nExample:\n  DATABASE_ADMIN_URL=postgres://postgres:secret@127.0.0.1:5432/energyopti DATABASE_APP_PASSWORD=at-least-16-letters energyopti migrate',
    )
    .action(async () => {
      const { runMigration } = await import('../../migrate.ts');
      process.exitCode = await runMigration();
    });
  program
    .command('status')
    .description('What runs where, and how far behind it is')
    .addHelpText('after', '\nExample:\n  energyopti status')
    .action(async () => {
      process.exitCode = await showStatus();
    });
}

async function showStatus(): Promise<number> {
  const env = loadClientEnv();
  const folders = [path.resolve(env.dataDir), path.resolve(PROJECT_DIR, env.dataDir)].flatMap((dataDir) =>
    PROFILES.map((profile) => path.join(dataDir, profile)),
  );
  const stacks = [...new Set(folders)].filter((folder) => existsSync(folder)).flatMap((folder) => readStackFile(folder) ?? []);
  const urls = env.url === undefined ? stacks.map(({ urls: { api } }) => api).filter((url) => url !== undefined) : [env.url];
  if (urls.length === 0) throw new UsageError('no stack was ever started here. `npm start` starts one, or set ENERGYOPTI_URL.');
  for (const stack of stacks) {
    for (const { name, pid } of stack.processes) writeLine({ profile: stack.profile, process: name, pid, alive: isAlive(pid) });
  }
  let isReady = false;
  for (const url of urls) {
    const health = await fetchText(`${url}/health/ready`);
    if (health === undefined) {
      writeLine({ api: url, status: 'down' });
      continue;
    }
    writeLine({ api: url, ...(JSON.parse(health) as object), behind: behindOf((await fetchText(`${url}/metrics`)) ?? '') });
    isReady ||= health.includes('"status":"ok","version"');
  }
  return isReady ? EXIT.done : EXIT.findings;
}

/** The gauges that say how far behind the system is. */
function behindOf(metrics: string): Record<string, number> {
  const behind: Record<string, number> = {};
  for (const line of metrics.split('\n')) {
    const match = /^energyopti_(outbox_\w+|exceptions_open\w*)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (match?.[1] !== undefined) behind[match[1]] = Number(match[2]);
  }
  return behind;
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(3_000) })).text();
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
