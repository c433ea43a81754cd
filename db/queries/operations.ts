import { sql } from 'kysely';
import type { Db } from '../client.ts';

/** Counts over all tenants, without a row of anybody: what an operator watches. */
export type Backlog = { readonly outboxPending: number; readonly outboxOldestAt: Date | null; readonly exceptionsOpen: number };

export async function getBacklog(db: Db): Promise<Backlog> {
  const { rows } = await sql<{ outbox_pending: string; outbox_oldest_at: Date | null; exceptions_open: string }>`
    select outbox_pending, outbox_oldest_at, exceptions_open from operations_backlog()`.execute(db);
  const [row] = rows;
  return {
    outboxPending: Number(row?.outbox_pending ?? 0),
    outboxOldestAt: row?.outbox_oldest_at ?? null,
    exceptionsOpen: Number(row?.exceptions_open ?? 0),
  };
}
