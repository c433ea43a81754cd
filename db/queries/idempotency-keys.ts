import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../client.ts';
import type { IdempotencyKeysTable } from '../schema.ts';

export type IdempotencyKeyRow = Selectable<IdempotencyKeysTable>;
export type IdempotencyKeyName = { readonly tenantId: string; readonly route: string; readonly key: string };

/** Claims a key that nobody holds; false where somebody does. */
export async function insertIdempotencyKey(
  tx: Tx,
  input: IdempotencyKeyName & { fingerprint: string; now: Date; expiresAt: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto('idempotency_keys')
    .values({
      tenant_id: input.tenantId,
      route: input.route,
      key: input.key,
      fingerprint: input.fingerprint,
      status: null,
      headers: null,
      body: null,
      created_at: input.now,
      expires_at: input.expiresAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Takes the row for the rest of the transaction, so that two callers judge it one after the other. */
export async function lockIdempotencyKey(tx: Tx, input: IdempotencyKeyName): Promise<IdempotencyKeyRow | undefined> {
  return await tx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('route', '=', input.route)
    .where('key', '=', input.key)
    .forUpdate()
    .executeTakeFirst();
}

/** Gives a claim, whose row the transaction has locked, to a new holder. */
export async function takeOverIdempotencyKey(
  tx: Tx,
  input: IdempotencyKeyName & { fingerprint: string; now: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('idempotency_keys')
    .set({
      fingerprint: input.fingerprint,
      status: null,
      headers: null,
      body: null,
      created_at: input.now,
      expires_at: input.expiresAt,
    })
    .where('tenant_id', '=', input.tenantId)
    .where('route', '=', input.route)
    .where('key', '=', input.key)
    .execute();
}

/** Stores the answer under a claim of `claimedAt`; false where the claim was taken over or answered meanwhile. */
export async function completeIdempotencyKey(
  tx: Tx,
  input: IdempotencyKeyName & { claimedAt: Date; status: number; headers: string; body: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('idempotency_keys')
    .set({ status: input.status, headers: input.headers, body: input.body })
    .where('tenant_id', '=', input.tenantId)
    .where('route', '=', input.route)
    .where('key', '=', input.key)
    .where('status', 'is', null)
    .where('created_at', '=', input.claimedAt)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Gives up a claim that came to nothing, so that the same key may be tried again at once. */
export async function deleteIdempotencyClaim(tx: Tx, input: IdempotencyKeyName & { claimedAt: Date }): Promise<void> {
  await tx
    .deleteFrom('idempotency_keys')
    .where('tenant_id', '=', input.tenantId)
    .where('route', '=', input.route)
    .where('key', '=', input.key)
    .where('status', 'is', null)
    .where('created_at', '=', input.claimedAt)
    .execute();
}

/** Removes up to `limit` expired keys of the transaction's tenant; gives how many. */
export async function deleteExpiredIdempotencyKeys(db: Db | Tx, input: { tenantId: string; now: Date; limit: number }): Promise<number> {
  const result = await sql`
    delete from idempotency_keys k using (
      select tenant_id, route, key from idempotency_keys
      where tenant_id = ${input.tenantId} and expires_at <= ${input.now} order by expires_at limit ${input.limit} for update skip locked
    ) gone where k.tenant_id = gone.tenant_id and k.route = gone.route and k.key = gone.key`.execute(db);
  return Number(result.numAffectedRows ?? 0n);
}
