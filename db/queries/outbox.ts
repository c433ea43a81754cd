import { sql } from 'kysely';
import type { Db, Tx } from '../client.ts';

/** The tenants that have messages to send. Needs no tenant: it names tenants and nothing else. */
export async function listTenantsWithOutboxWork(db: Db): Promise<readonly string[]> {
  const result = await sql<{ tenant_id: string }>`select tenants_with_outbox_work() as tenant_id`.execute(db);
  return result.rows.map((row) => row.tenant_id);
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
