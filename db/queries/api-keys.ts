import { sql } from 'kysely';
import type { Db, Tx } from '../client.ts';

export type FoundApiKey = {
  readonly tenant_id: string;
  readonly key_id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly role: string;
  readonly expires_at: Date | null;
};

/** Who holds the key of this SHA-256, across tenants; nobody where it is unknown or revoked, or its user is not active. */
export async function findApiKey(db: Db, sha256: Uint8Array): Promise<FoundApiKey | undefined> {
  const result = await sql<FoundApiKey>`select * from find_api_key(${Buffer.from(sha256)})`.execute(db);
  return result.rows[0];
}

export async function insertApiKey(
  tx: Tx,
  input: { tenantId: string; keyId: string; userId: string; sha256: Uint8Array; now: Date; expiresAt: Date | null },
): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      tenant_id: input.tenantId,
      id: input.keyId,
      user_id: input.userId,
      key_sha256: input.sha256,
      created_at: input.now,
      expires_at: input.expiresAt,
    })
    .execute();
}

/** Ends a key; false where there is no such key in force. */
export async function revokeApiKey(tx: Tx, input: { tenantId: string; keyId: string; now: Date }): Promise<boolean> {
  const result = await tx
    .updateTable('api_keys')
    .set({ revoked_at: input.now })
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
