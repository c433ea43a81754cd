import { join, resolve } from 'node:path';
import type { StackEnv } from '../../config/stack-env.ts';
import type { SandboxOptions } from './stack-options.ts';
import { PROJECT_DIR } from './stack-options.ts';
import type { StackSecrets } from './stack-state.ts';

/** Made up; the sandbox knows the firm by it. */
export const SAMPLE_REPORTING_ENTITY = 'A0001984K.DE';

/** How trades reach the regulator: the sandbox, or a channel given from outside. */
export type ChannelAccess = { readonly id: string; readonly baseUrl: string; readonly token: string; readonly caFile?: string };

/** The environment of api, worker and queue-worker: exactly the names that `config/env.ts` reads. */
export function programEnv(input: {
  readonly env: StackEnv;
  readonly profileDir: string;
  readonly appUrl: string;
  readonly temporalAddress: string;
  readonly apiPort: number;
  readonly channel: ChannelAccess;
  readonly secrets: StackSecrets;
  readonly apiKeysFile: string;
  readonly clockFile?: string;
  readonly extra?: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  const { env, channel } = input;
  return {
    ...env.inherited,
    ENERGYOPTI_PROFILE: 'development',
    DATABASE_URL: input.appUrl,
    TEMPORAL_ADDRESS: input.temporalAddress,
    TEMPORAL_NAMESPACE: env.temporal.namespace,
    PAYLOAD_KEYS: input.secrets.payloadKeys,
    API_HOST: env.api.host,
    API_PORT: String(input.apiPort),
    API_PUBLIC_URL: `http://${env.api.host}:${input.apiPort}`,
    API_KEYS_FILE: input.apiKeysFile,
    CHANNEL_ID: channel.id,
    CHANNEL_BASE_URL: channel.baseUrl,
    CHANNEL_TOKEN: channel.token,
    // A sandbox on the same machine answers in milliseconds; a person watches.
    CHANNEL_RECEIPT_POLL_MS: env.inherited['CHANNEL_RECEIPT_POLL_MS'] ?? '500',
    REPORTING_ENTITY_ACER_CODE: env.reportingEntityAcerCode ?? SAMPLE_REPORTING_ENTITY,
    SCHEMA_DIR: resolve(PROJECT_DIR, env.schemaDir),
    DATA_DIR: input.profileDir,
    LOG_LEVEL: env.logLevel,
    ...(env.redis.url !== undefined && { REDIS_URL: env.redis.url }),
    ...(channel.caFile !== undefined && { CHANNEL_CA_FILE: channel.caFile }),
    ...(input.clockFile !== undefined && { CLOCK_FILE: input.clockFile }),
    ...input.extra,
  };
}

/** The environment of the sandbox, which is a program apart and has names of its own. */
export function sandboxEnv(input: {
  readonly env: StackEnv;
  readonly profileDir: string;
  readonly port: number;
  readonly secrets: StackSecrets;
  readonly options: SandboxOptions;
  readonly clockFile?: string;
  readonly extra?: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  const { env, options } = input;
  const senderAcerCode = env.reportingEntityAcerCode ?? SAMPLE_REPORTING_ENTITY;
  return {
    ...env.inherited,
    SANDBOX_PORT: String(input.port),
    SANDBOX_DATA_DIR: join(input.profileDir, 'sandbox'),
    SANDBOX_TOKENS: JSON.stringify([{ token: input.secrets.channelToken, senderAcerCode }]),
    SANDBOX_ADMIN_TOKEN: input.secrets.sandboxAdminToken,
    SCHEMA_DIR: resolve(PROJECT_DIR, env.schemaDir),
    REFERENCE_DIR: resolve(PROJECT_DIR, env.referenceDir),
    ...(options.seed !== undefined && { SANDBOX_SEED: options.seed }),
    ...(options.modes !== undefined && { SANDBOX_MODES: options.modes }),
    ...(options.delayMs !== undefined && { SANDBOX_DELAY_MS: String(options.delayMs) }),
    ...(input.clockFile !== undefined && { CLOCK_FILE: input.clockFile }),
    ...input.extra,
  };
}
