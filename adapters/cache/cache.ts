import { LRUCache } from 'lru-cache';

/** A place for values that can be worked out again at any time. Losing one is never an error. */
export type Cache = {
  /** The text stored under `key`, or nothing where it is absent or too old. */
  get(key: string): Promise<string | undefined>;
  set(input: { readonly key: string; readonly value: string; readonly ttlMs: number }): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
};

/** Bound of the in-process cache, in bytes of keys and values. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A cache for this process alone, least recently used out first. */
export function memoryCache(options: { readonly maxBytes?: number } = {}): Cache {
  const entries = new LRUCache<string, string>({
    maxSize: options.maxBytes ?? MAX_BYTES,
    sizeCalculation: (value, key) => 2 * (value.length + key.length) + 1,
  });
  return {
    get: async (key) => entries.get(key),
    set: async ({ key, value, ttlMs }) => {
      entries.set(key, value, { ttl: ttlMs });
    },
    delete: async (key) => {
      entries.delete(key);
    },
    close: async () => entries.clear(),
  };
}
