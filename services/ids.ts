import { uuidv7 } from 'uuidv7';
import type { IdSource } from './context.ts';

/** Ids from UUIDv7: unique without coordination, sortable by the time of their making. */
export function createIdSource(): IdSource {
  return {
    next: (prefix) => `${prefix}_${uuidv7().replaceAll('-', '')}`,
    uuid: () => uuidv7(),
  };
}
