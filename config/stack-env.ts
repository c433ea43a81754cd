import { freezeGroups, parseSource, part, refuseHalfSetGroup } from './parse-source.ts';
import type { EnvSource } from './parse-source.ts';
import { z } from 'zod';

const CHANNEL_NAMES = ['CHANNEL_ID', 'CHANNEL_BASE_URL', 'CHANNEL_TOKEN'] as const;

const schema = z
  .object({
    DATABASE_ADMIN_URL: part.postgresUrl.optional(),
    DATABASE_URL: part.postgresUrl.optional(),
    TEMPORAL_ADDRESS: part.address.optional(),
    TEMPORAL_NAMESPACE: z.string().min(1).default('energyopti'),
    REDIS_URL: part.redisUrl.optional(),
    API_HOST: z.string().min(1).default('127.0.0.1'),
    API_PORT: part.port.optional(),
    CHANNEL_ID: z.string().optional(),
    CHANNEL_BASE_URL: part.httpUrl.optional(),
    CHANNEL_TOKEN: z.string().optional(),
    CHANNEL_CA_FILE: z.string().optional(),
    REPORTING_ENTITY_ACER_CODE: part.acerCode.optional(),
    SCHEMA_DIR: z.string().default('../shared/schemas'),
    REFERENCE_DIR: z.string().default('../shared/reference'),
    DATA_DIR: z.string().default('.energyopti'),
    LOG_LEVEL: part.logLevel.default('info'),
    XDG_CACHE_HOME: z.string().optional(),
    HOME: z.string().optional(),
    PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  })
  .superRefine((given, context) =>
    refuseHalfSetGroup({ given, names: CHANNEL_NAMES, report: (issue) => context.addIssue({ code: 'custom', ...issue }) }),
  );

/** What the embedded stack takes from its surroundings: servers that exist already are used, the rest is started. */
export type StackEnv = {
  /** Role that may create roles and schemas: `DATABASE_ADMIN_URL`, else `DATABASE_URL`. */
  readonly databaseAdminUrl?: string;
  readonly temporal: { readonly address?: string; readonly namespace: string };
  readonly redis: { readonly url?: string };
  readonly api: { readonly host: string; readonly port?: number };
  /** A channel of one's own in place of the sandbox. */
  readonly channel?: { readonly id: string; readonly baseUrl: string; readonly token: string; readonly caFile?: string };
  readonly reportingEntityAcerCode?: string;
  readonly schemaDir: string;
  readonly referenceDir: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly cacheHome: string;
  readonly path: string;
  /** Variables that every child process needs to run at all. */
  readonly inherited: Readonly<Record<string, string>>;
};

/**
 * Reads what `bin/start.ts`, the demo and tests need to start the embedded stack.
 * @throws AppError `validation-failed` naming every variable that is wrong.
 */
export function loadStackEnv(source: EnvSource = process.env): StackEnv {
  const given = parseSource(schema, source);
  const adminUrl = given.DATABASE_ADMIN_URL ?? given.DATABASE_URL;
  const { CHANNEL_ID: id, CHANNEL_BASE_URL: baseUrl, CHANNEL_TOKEN: token, CHANNEL_CA_FILE: caFile } = given;
  return freezeGroups<StackEnv>({
    temporal: { namespace: given.TEMPORAL_NAMESPACE, ...(given.TEMPORAL_ADDRESS !== undefined && { address: given.TEMPORAL_ADDRESS }) },
    redis: { ...(given.REDIS_URL !== undefined && { url: given.REDIS_URL }) },
    api: { host: given.API_HOST, ...(given.API_PORT !== undefined && { port: given.API_PORT }) },
    schemaDir: given.SCHEMA_DIR,
    referenceDir: given.REFERENCE_DIR,
    dataDir: given.DATA_DIR,
    logLevel: given.LOG_LEVEL,
    cacheHome: given.XDG_CACHE_HOME ?? `${given.HOME ?? '/tmp'}/.cache`,
    path: given.PATH,
    inherited: pickInherited(source),
    ...(adminUrl !== undefined && { databaseAdminUrl: adminUrl }),
    ...(id !== undefined &&
      baseUrl !== undefined &&
      token !== undefined && { channel: { id, baseUrl, token, ...(caFile !== undefined && { caFile }) } }),
    ...(given.REPORTING_ENTITY_ACER_CODE !== undefined && { reportingEntityAcerCode: given.REPORTING_ENTITY_ACER_CODE }),
  });
}

const INHERITED_NAMES = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'FORCE_COLOR',
];
// Tuning that a person sets for the whole stack reaches the processes it is meant for.
const TUNING_NAME = /^(WORKER_|QUEUE_|DATABASE_POOL_|API_RATE_LIMIT$|API_CURSOR_SECRET$|CHANNEL_RECEIPT_POLL_MS$|TEMPORAL_TLS_)/;

function pickInherited(source: EnvSource): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && (INHERITED_NAMES.includes(name) || TUNING_NAME.test(name))) picked[name] = value;
  }
  return picked;
}
