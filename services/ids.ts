import { getRandomValues } from 'node:crypto';
import { V7Generator } from 'uuidv7';
import type { IdSource } from './context.ts';

/** Ids from UUIDv7: unique without coordination, sortable by the time of their making. */
export function createIdSource(): IdSource {
  const generator = new V7Generator({ nextUint32: pooledRandom() });
  return {
    next: (prefix) => `${prefix}_${generator.generate().toHex()}`,
    uuid: () => generator.generate().toString(),
  };
}

/** Asking the system for random bytes costs more than an id does, so they are fetched in bulk. */
const POOL_NUMBERS = 1_024;

function pooledRandom(): () => number {
  const pool = new Uint32Array(POOL_NUMBERS);
  let next = POOL_NUMBERS;
  return () => {
    if (next >= POOL_NUMBERS) {
      getRandomValues(pool);
      next = 0;
    }
    const value = pool[next] ?? 0;
    next += 1;
    return value;
  };
}
