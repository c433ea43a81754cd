import { sql } from 'kysely';
import type { Db, Tx } from '../client.ts';

export type DueOutboxRow = { readonly seq: string; readonly payload: unknown; readonly attempts: number };

/** Takes the oldest messages whose time has come for this transaction; those another relay holds are passed over. */
export async function lockDueOutbox(tx: Tx, input: { tenantId: string; now: Date; limit: number }): Promise<readonly DueOutboxRow[]> {
  return await tx
    .selectFrom('outbox')
    .select(['seq', 'payload', 'attempts'])
    .where('tenant_id', '=', input.tenantId)
    .where('dispatched_at', 'is', null)
    .where((row) => row.or([row('next_attempt_at', 'is', null), row('next_attempt_at', '<=', input.now)]))
    .orderBy('seq')
    .limit(input.limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Keeps a message that could not be sent, to be tried again not before `nextAttemptAt`. */
export async function updateOutboxPostponed(
  tx: Tx,
  input: { tenantId: string; seq: string; error: string; nextAttemptAt: Date },
): Promise<void> {
  await tx
    .updateTable('outbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), last_error: input.error, next_attempt_at: input.nextAttemptAt }))
    .where('tenant_id', '=', input.tenantId)
    .where('seq', '=', input.seq)
    .execute();
}

/** Every tenant, the channel that its reports go by and its ACER code there. Needs no tenant: it names these and nothing else. */
export async function listTenantChannels(db: Db): Promise<readonly { tenantId: string; channelId: string; sender: string }[]> {
  const result = await sql<{ tenantId: string; channelId: string; sender: string }>`
    select tenant_id as "tenantId", channel_id as "channelId", sender from list_tenant_channels()`.execute(db);
  return result.rows;
}
