import { readFileSync } from 'node:fs';
import { createHttpsChannel } from '../../adapters/channels/https-channel.ts';
import type { Channel } from '../../adapters/channels/channel.ts';
import type { Env } from '../../config/env.ts';

/** One request to the channel from its first to its last byte. Well within the 90 s of the activity, which may ask and then send. */
const TIMEOUT_MS = 20_000;

/** The way to the RRM that the configuration names. */
export function createChannel(env: Env): Channel & { close(): void } {
  const { id, baseUrl, token, caFile } = env.channel;
  return createHttpsChannel({
    id,
    baseUrl,
    token,
    timeoutMs: TIMEOUT_MS,
    ...(caFile !== undefined && { caPem: readFileSync(caFile, 'utf8') }),
  });
}
