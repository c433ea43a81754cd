import { memoryCache } from './cache.ts';
import type { Cache } from './cache.ts';
import { redisCache } from './redis-cache.ts';

/** Redis where `redisUrl` is set, this process otherwise: the same switch as the queues'. */
export function createCache(options: { readonly redisUrl?: string; readonly prefix: string }): Cache {
  return options.redisUrl === undefined ? memoryCache() : redisCache({ url: options.redisUrl, prefix: options.prefix });
}
