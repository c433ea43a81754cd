import type { Db } from '../../db/client.ts';
import { getBacklog } from '../../db/queries/operations.ts';
import type { Clock } from '../../domain/time/clock.ts';

/** How far behind the system is, over all tenants: counts and the age of the oldest message, in seconds. */
export type OperationsBacklog = { readonly outboxPending: number; readonly outboxOldestSeconds: number; readonly exceptionsOpen: number };

/** Reads the backlog for operators; names nobody and needs no tenant. */
export async function readBacklog({ db, clock }: { db: Db; clock: Clock }): Promise<OperationsBacklog> {
  const { outboxPending, outboxOldestAt, exceptionsOpen } = await getBacklog(db);
  const ageMs = outboxOldestAt === null ? 0 : clock.now().getTime() - outboxOldestAt.getTime();
  return { outboxPending, outboxOldestSeconds: Math.max(0, ageMs / 1000), exceptionsOpen };
}
