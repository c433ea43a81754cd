import { withTenant } from '../../db/client.ts';
import { deleteExpiredIdempotencyKeys } from '../../db/queries/idempotency-keys.ts';
import type { ServiceContext } from '../context.ts';

const KEYS_PER_CALL_MAX = 1_000;

/** Removes keys past their lifetime, at most 1,000 in one call; gives how many, so that the caller can go on. */
export async function deleteExpiredKeys({ ctx }: { ctx: ServiceContext }): Promise<number> {
  return await withTenant(ctx.db, ctx.tenantId, (tx) =>
    deleteExpiredIdempotencyKeys(tx, { tenantId: ctx.tenantId, now: ctx.clock.now(), limit: KEYS_PER_CALL_MAX }),
  );
}
