import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { delaysSchema, modesSchema } from './modes.ts';
import type { SandboxOptions } from './server.ts';

/** Text of an environment variable that holds JSON. */
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const tokensSchema = z
  .array(z.strictObject({ token: z.string().min(8).max(500), senderAcerCode: z.string().regex(/^[A-Za-z0-9_]{9}\.[A-Z]{2}$/) }))
  .min(1);

const environment = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(8443),
  SANDBOX_DATA_DIR: z.string().min(1).default('.energyopti/sandbox'),
  SANDBOX_TOKENS: json(tokensSchema),
  SANDBOX_ADMIN_TOKEN: z.string().min(8).max(500).optional(),
  SANDBOX_SEED: z.string().max(200).default('1'),
  SANDBOX_MODES: json(modesSchema).optional(),
  /** One number for both stages. */
  SANDBOX_DELAY_MS: z.coerce.number().int().min(0).max(86_400_000).optional(),
  /** Each delay by its name; wins over SANDBOX_DELAY_MS. */
  SANDBOX_DELAYS: json(delaysSchema).optional(),
  /** Comma-separated names of the certificate, e.g. `sandbox` in a compose file. */
  SANDBOX_TLS_NAMES: z.string().optional(),
  SCHEMA_DIR: z.string().optional(),
  SANDBOX_REFERENCE_DIR: z.string().optional(),
  REFERENCE_DIR: z.string().optional(),
  CLOCK_FILE: z.string().optional(),
});

/** Reads the environment, and throws one error that lists every problem. Empty variables count as absent. */
export function loadSandboxOptions(env: Readonly<Record<string, string | undefined>>): SandboxOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new Error(`The sandbox cannot start:\n${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  const referenceDir = data.SANDBOX_REFERENCE_DIR ?? data.REFERENCE_DIR;
  const tlsNames = data.SANDBOX_TLS_NAMES?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const bothStages = data.SANDBOX_DELAY_MS === undefined ? {} : { rrmMs: data.SANDBOX_DELAY_MS, arisMs: data.SANDBOX_DELAY_MS };
  return {
    host: data.SANDBOX_HOST,
    port: data.SANDBOX_PORT,
    dataDir: data.SANDBOX_DATA_DIR,
    tokens: data.SANDBOX_TOKENS,
    seed: data.SANDBOX_SEED,
    modes: data.SANDBOX_MODES ?? {},
    delays: { ...bothStages, ...data.SANDBOX_DELAYS },
    ...(data.SANDBOX_ADMIN_TOKEN === undefined ? {} : { adminToken: data.SANDBOX_ADMIN_TOKEN }),
    ...(tlsNames === undefined ? {} : { tlsNames }),
    ...(data.SCHEMA_DIR === undefined ? {} : { schemaDir: data.SCHEMA_DIR }),
    ...(referenceDir === undefined ? {} : { referenceDir }),
    ...(data.CLOCK_FILE === undefined ? {} : { now: clockOfFile(data.CLOCK_FILE) }),
  };
}

const clockSchema = z.object({ offsetMs: z.number().int() });

/** System time plus the offset that the file states; read again whenever the file changes. No file, no offset. */
export function clockOfFile(path: string): () => Date {
  let readAt = -1;
  let offsetMs = 0;
  return () => {
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt !== readAt) {
      offsetMs = changedAt === 0 ? 0 : clockSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).offsetMs;
      readAt = changedAt;
    }
    return new Date(Date.now() + offsetMs);
  };
}
