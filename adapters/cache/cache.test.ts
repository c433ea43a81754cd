import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryCache } from './cache.ts';
import { createCache } from './create-cache.ts';

describe('memoryCache', () => {
  it('gives back what was stored until it is too old or deleted', async () => {
    const cache = memoryCache();
    await cache.set({ key: 'a', value: '1', ttlMs: 40 });
    await cache.set({ key: 'b', value: '2', ttlMs: 60_000 });
    expect(await cache.get('a')).toBe('1');
    await sleep(80);
    expect(await cache.get('a')).toBeUndefined();
    await cache.delete('b');
    expect(await cache.get('b')).toBeUndefined();
  });

  it('stays within its bound by dropping what was used longest ago', async () => {
    const cache = memoryCache({ maxBytes: 1_000 });
    for (let index = 0; index < 100; index += 1) await cache.set({ key: `key-${index}`, value: 'x'.repeat(50), ttlMs: 60_000 });
    expect(await cache.get('key-0')).toBeUndefined();
    expect(await cache.get('key-99')).toBe('x'.repeat(50));
  });
});

it('counts an unreachable Redis as a miss, never as an error', async () => {
  const cache = createCache({ redisUrl: 'redis://127.0.0.1:1', prefix: 'test' });
  await cache.set({ key: 'a', value: '1', ttlMs: 1_000 });
  expect(await cache.get('a')).toBeUndefined();
  await cache.close();
});
