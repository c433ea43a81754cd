import { freezeGroups, parseSource, part, refuseHalfSetGroup } from './parse-source.ts';
import type { EnvSource } from './parse-source.ts';
import { z } from 'zod';

const TEMPORAL_TLS_NAMES = ['TEMPORAL_TLS_CERT_FILE', 'TEMPORAL_TLS_KEY_FILE'] as const;

const schema = z
  .object({
    ENERGYOPTI_PROFILE: z.enum(['development', 'production']).default('development'),
    DATABASE_URL: part.postgresUrl,
    DATABASE_ADMIN_URL: part.postgresUrl.optional(),
    DATABASE_POOL_MAX: part.whole({ min: 2, max: 100 }).default(10),
    TEMPORAL_ADDRESS: part.address.default('127.0.0.1:7233'),
    TEMPORAL_NAMESPACE: z.string().min(1).default('energyopti'),
    TEMPORAL_TLS_CERT_FILE: z.string().optional(),
    TEMPORAL_TLS_KEY_FILE: z.string().optional(),
    TEMPORAL_TLS_CA_FILE: z.string().optional(),
    TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
    PAYLOAD_KEYS: part.payloadKeys,
    REDIS_URL: part.redisUrl.optional(),
    API_HOST: z.string().min(1).default('127.0.0.1'),
    API_PORT: part.port.default(8080),
    API_PUBLIC_URL: part.httpUrl.optional(),
    API_RATE_LIMIT: part.whole({ min: 1, max: 10_000_000 }).default(6_000),
    API_CURSOR_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    CHANNEL_ID: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens'),
    CHANNEL_BASE_URL: part.httpUrl,
    CHANNEL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
    CHANNEL_CA_FILE: z.string().optional(),
    CHANNEL_RECEIPT_POLL_MS: part.whole({ min: 50, max: 3_600_000 }).default(2_000),
    REPORTING_ENTITY_ACER_CODE: part.acerCode,
    SCHEMA_DIR: z.string().default('../shared/schemas'),
    CLOCK_FILE: z.string().optional(),
    DATA_DIR: z.string().default('.energyopti'),
    API_KEYS_FILE: z.string().optional(),
    LOG_LEVEL: part.logLevel.default('info'),
    WORKER_MAX_CACHED_WORKFLOWS: part.whole({ min: 2, max: 10_000 }).default(300),
    WORKER_MAX_WORKFLOW_TASKS: part.whole({ min: 2, max: 500 }).default(40),
    WORKER_MAX_ACTIVITIES: part.whole({ min: 1, max: 1_000 }).default(50),
    WORKER_MAX_LOCAL_ACTIVITIES: part.whole({ min: 1, max: 1_000 }).default(50),
    WORKER_SHUTDOWN_GRACE_MS: part.whole({ min: 100, max: 600_000 }).default(8_000),
    WORKER_BUNDLE_FILE: z.string().optional(),
    QUEUE_CONCURRENCY: part.whole({ min: 1, max: 200 }).default(5),
    QUEUE_RECONCILE_EVERY_MS: part.whole({ min: 500, max: 3_600_000 }).default(120_000),
  })
  .superRefine((given, context) => {
    const report = (issue: { path: [string]; message: string }): void => context.addIssue({ code: 'custom', ...issue });
    refuseHalfSetGroup({ given, names: TEMPORAL_TLS_NAMES, report });
    if (
      given.TEMPORAL_TLS_CERT_FILE === undefined &&
      given.TEMPORAL_TLS_SERVER_NAME !== undefined &&
      given.TEMPORAL_TLS_CA_FILE === undefined
    )
      report({ path: ['TEMPORAL_TLS_SERVER_NAME'], message: 'is set without TEMPORAL_TLS_CA_FILE or a client certificate' });
    if (given.ENERGYOPTI_PROFILE !== 'production') return;
    if (given.CLOCK_FILE !== undefined)
      report({ path: ['CLOCK_FILE'], message: 'moves the clock, which the production profile never does' });
    if (given.API_PUBLIC_URL === undefined)
      report({ path: ['API_PUBLIC_URL'], message: 'is not set, and the production profile needs it' });
    if (!given.CHANNEL_BASE_URL.startsWith('https://'))
      report({ path: ['CHANNEL_BASE_URL'], message: 'must be https in the production profile' });
  });

/** Files of the TLS connection to Temporal; `certFile` and `keyFile` come together (mTLS). */
export type TemporalTls = {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
};

/** The whole configuration of one process, grouped by the part that it configures. */
export type Env = {
  readonly profile: 'development' | 'production';
  /** `url` is the application role, which row-level security binds. */
  readonly database: { readonly url: string; readonly adminUrl?: string; readonly poolMax: number };
  readonly temporal: { readonly address: string; readonly namespace: string; readonly tls?: TemporalTls };
  /** Keys of what Temporal stores, `id:base64,…`: the first encrypts, all of them decrypt. */
  readonly encryption: { readonly payloadKeys: string };
  /** Without `url` BullMQ runs on PostgreSQL and the cache lives in process. */
  readonly redis: { readonly url?: string };
  readonly api: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    /** Requests of one key in 60 s. */
    readonly rateLimitPerMinute: number;
    /** Signs list cursors, the same for all processes; derived from the payload keys where it is not given. */
    readonly cursorSecret?: string;
    readonly keysFile?: string;
  };
  readonly channel: {
    readonly id: string;
    readonly baseUrl: string;
    readonly token: string;
    readonly caFile?: string;
    readonly receiptPollMs: number;
  };
  readonly reporting: { readonly reportingEntityAcerCode: string };
  readonly worker: {
    readonly maxCachedWorkflows: number;
    readonly maxWorkflowTasks: number;
    readonly maxActivities: number;
    readonly maxLocalActivities: number;
    readonly shutdownGraceMs: number;
    readonly bundleFile?: string;
  };
  /** `reconcileEveryMs`: how often PostgreSQL is compared with Temporal. */
  readonly queue: { readonly concurrency: number; readonly reconcileEveryMs: number };
  readonly schemaDir: string;
  /** `{"offsetMs": n}`: moves the clock of demos and tests; never in production. */
  readonly clockFile?: string;
  readonly dataDir: string;
  readonly logLevel: z.output<typeof part.logLevel>;
};

/**
 * Reads the configuration once, at the start of a process.
 * @throws AppError `validation-failed` naming every variable that is missing or wrong.
 */
export function loadEnv(source: EnvSource = process.env): Env {
  const given = parseSource(schema, source);
  const tls = readTls(given);
  return freezeGroups<Env>({
    profile: given.ENERGYOPTI_PROFILE,
    database: {
      url: given.DATABASE_URL,
      poolMax: given.DATABASE_POOL_MAX,
      ...(given.DATABASE_ADMIN_URL !== undefined && { adminUrl: given.DATABASE_ADMIN_URL }),
    },
    temporal: { address: given.TEMPORAL_ADDRESS, namespace: given.TEMPORAL_NAMESPACE, ...(tls !== undefined && { tls }) },
    encryption: { payloadKeys: given.PAYLOAD_KEYS },
    redis: { ...(given.REDIS_URL !== undefined && { url: given.REDIS_URL }) },
    api: {
      host: given.API_HOST,
      port: given.API_PORT,
      publicUrl: given.API_PUBLIC_URL ?? `http://${given.API_HOST}:${given.API_PORT}`,
      rateLimitPerMinute: given.API_RATE_LIMIT,
      ...(given.API_CURSOR_SECRET !== undefined && { cursorSecret: given.API_CURSOR_SECRET }),
      ...(given.API_KEYS_FILE !== undefined && { keysFile: given.API_KEYS_FILE }),
    },
    channel: {
      id: given.CHANNEL_ID,
      baseUrl: given.CHANNEL_BASE_URL,
      token: given.CHANNEL_TOKEN,
      receiptPollMs: given.CHANNEL_RECEIPT_POLL_MS,
      ...(given.CHANNEL_CA_FILE !== undefined && { caFile: given.CHANNEL_CA_FILE }),
    },
    reporting: { reportingEntityAcerCode: given.REPORTING_ENTITY_ACER_CODE },
    worker: {
      maxCachedWorkflows: given.WORKER_MAX_CACHED_WORKFLOWS,
      maxWorkflowTasks: given.WORKER_MAX_WORKFLOW_TASKS,
      maxActivities: given.WORKER_MAX_ACTIVITIES,
      maxLocalActivities: given.WORKER_MAX_LOCAL_ACTIVITIES,
      shutdownGraceMs: given.WORKER_SHUTDOWN_GRACE_MS,
      ...(given.WORKER_BUNDLE_FILE !== undefined && { bundleFile: given.WORKER_BUNDLE_FILE }),
    },
    queue: { concurrency: given.QUEUE_CONCURRENCY, reconcileEveryMs: given.QUEUE_RECONCILE_EVERY_MS },
    schemaDir: given.SCHEMA_DIR,
    dataDir: given.DATA_DIR,
    logLevel: given.LOG_LEVEL,
    ...(given.CLOCK_FILE !== undefined && { clockFile: given.CLOCK_FILE }),
  });
}

function readTls(given: z.output<typeof schema>): TemporalTls | undefined {
  const tls: TemporalTls = {
    ...(given.TEMPORAL_TLS_CA_FILE !== undefined && { caFile: given.TEMPORAL_TLS_CA_FILE }),
    ...(given.TEMPORAL_TLS_CERT_FILE !== undefined && { certFile: given.TEMPORAL_TLS_CERT_FILE }),
    ...(given.TEMPORAL_TLS_KEY_FILE !== undefined && { keyFile: given.TEMPORAL_TLS_KEY_FILE }),
    ...(given.TEMPORAL_TLS_SERVER_NAME !== undefined && { serverName: given.TEMPORAL_TLS_SERVER_NAME }),
  };
  return Object.keys(tls).length === 0 ? undefined : Object.freeze(tls);
}
