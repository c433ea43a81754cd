import type { Database } from '../../../db/schema.ts';
import { inTenant } from '../../integration/services/reporting/reporting-world.ts';
import type { ApiWorld } from './api-world.ts';

const TABLES = ['trades', 'trade_versions', 'audit_events', 'outbox', 'idempotency_keys'] as const satisfies readonly (keyof Database)[];

/** How many rows of each kind a capture writes are there. */
export async function countRows(api: ApiWorld): Promise<Record<string, number>> {
  return await inTenant(api.world, async (db) => {
    const counts: Record<string, number> = {};
    for (const table of TABLES) {
      const { n } = await db
        .selectFrom(table)
        .select((of) => of.fn.countAll<string>().as('n'))
        .executeTakeFirstOrThrow();
      counts[table] = Number(n);
    }
    return counts;
  });
}
