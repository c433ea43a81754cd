import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../client.ts';
import type { OutboxTable } from '../schema.ts';

export type OutboxRow = Selectable<OutboxTable>;

/** The tenants that have messages to send. Needs no tenant: it names tenants and nothing else. */
export async function listTenantsWithOutboxWork(db: Db): Promise<readonly string[]> {
  const result = await sql<{ tenant_id: string }>`select tenants_with_outbox_work() as tenant_id`.execute(db);
  return result.rows.map((row) => row.tenant_id);
}

/** Takes the oldest messages for this transaction; those another relay holds are passed over. */
export async function lockPendingOutbox(tx: Tx, input: { tenantId: string; limit: number }): Promise<readonly OutboxRow[]> {
  return await tx
    .selectFrom('outbox')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('dispatched_at', 'is', null)
    .orderBy('seq')
    .limit(input.limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function updateOutboxDispatched(tx: Tx, input: { tenantId: string; seqs: readonly string[]; now: Date }): Promise<void> {
  if (input.seqs.length === 0) return;
  await tx
    .updateTable('outbox')
    .set((row) => ({ dispatched_at: input.now, attempts: row('attempts', '+', 1), last_error: null }))
    .where('tenant_id', '=', input.tenantId)
    .where('seq', 'in', [...input.seqs])
    .execute();
}

export async function updateOutboxFailed(tx: Tx, input: { tenantId: string; seq: string; error: string }): Promise<void> {
  await tx
    .updateTable('outbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), last_error: input.error.slice(0, 1_000) }))
    .where('tenant_id', '=', input.tenantId)
    .where('seq', '=', input.seq)
    .execute();
}

/** How many messages wait, and since when the oldest does. */
export async function getOutboxBacklog(tx: Tx, input: { tenantId: string }): Promise<{ pending: number; oldestAt: Date | null }> {
  const row = await tx
    .selectFrom('outbox')
    .select((of) => [of.fn.countAll<string>().as('pending'), of.fn.min('created_at').as('oldest_at')])
    .where('tenant_id', '=', input.tenantId)
    .where('dispatched_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { pending: Number(row.pending), oldestAt: row.oldest_at };
}
