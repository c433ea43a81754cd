import { Redis } from 'ioredis';
import type { Cache } from './cache.ts';

/** A cache call that takes longer is worth less than working the value out. */
const COMMAND_TIMEOUT_MS = 250;

/** A cache that all processes share. Where Redis does not answer, every `get` is a miss and every write is skipped. */
export function redisCache(options: { readonly url: string; readonly prefix: string }): Cache {
  const redis = new Redis(options.url, {
    keyPrefix: `${options.prefix}:`,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
  });
  // Without a listener a lost connection would end the process; the client reconnects on its own.
  redis.on('error', () => undefined);
  const tolerate = async <T>(call: Promise<T>): Promise<T | undefined> => call.catch(() => undefined);
  return {
    get: async (key) => (await tolerate(redis.get(key))) ?? undefined,
    set: async ({ key, value, ttlMs }) => {
      await tolerate(redis.set(key, value, 'PX', ttlMs));
    },
    delete: async (key) => {
      await tolerate(redis.del(key));
    },
    close: async () => redis.disconnect(),
  };
}
