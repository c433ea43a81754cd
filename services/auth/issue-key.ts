import { hash, randomBytes } from 'node:crypto';
import { withTenant } from '../../db/client.ts';
import { insertApiKey } from '../../db/queries/api-keys.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { databaseRefusalOf } from '../trades/database-refusal.ts';

const RANDOM_BYTES = 32;

/**
 * Makes an API key for a user. `plainKey` (`eop_<tenant>_<43 characters>`) is shown this once: only its SHA-256 is stored.
 * Throws `forbidden` (admin only), `not-found` where there is no such user.
 */
export async function issueKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { userId: string; expiresAt?: Date };
}): Promise<{ keyId: string; plainKey: string }> {
  authorise(ctx, { allowed: ['admin'], action: 'issue API keys' });
  const keyId = ctx.ids.next('key');
  const plainKey = `eop_${ctx.tenantId}_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
  const row = { tenantId: ctx.tenantId, keyId, userId: input.userId, sha256: keySha256(plainKey), now: ctx.clock.now() };
  try {
    await withTenant(ctx.db, ctx.tenantId, async (tx) => {
      await insertApiKey(tx, { ...row, expiresAt: input.expiresAt ?? null });
      const after = { userId: input.userId, expiresAt: input.expiresAt ?? null };
      await writeAudit(ctx, tx, [{ subjectKind: 'reference', subjectId: `apiKey/${keyId}`, revision: 1, action: 'apiKey.issued', after }]);
    });
  } catch (error) {
    if (databaseRefusalOf(error)?.kind === 'foreignKey') throw new NotFoundError({ what: 'user', id: input.userId });
    throw error;
  }
  return { keyId, plainKey };
}

/** What is stored and looked up of a key. */
export function keySha256(plainKey: string): Buffer {
  return hash('sha256', plainKey, 'buffer');
}
