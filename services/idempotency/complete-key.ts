import { withTenant } from '../../db/client.ts';
import { completeIdempotencyKey, deleteIdempotencyClaim } from '../../db/queries/idempotency-keys.ts';
import type { ServiceContext } from '../context.ts';
import type { StoredResponse } from './stored-response.ts';

/** A claim as `claimKey` gave it. */
export type HeldKey = { readonly route: string; readonly key: string; readonly claimedAt: Date };

/** Stores the answer under a claim. False where the claim was taken over meanwhile: then the new holder's answer stands. */
export async function completeKey({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: HeldKey & { response: StoredResponse };
}): Promise<boolean> {
  const { status, headers, body } = input.response;
  return await withTenant(ctx.db, ctx.tenantId, (tx) =>
    completeIdempotencyKey(tx, { ...input, tenantId: ctx.tenantId, status, headers: JSON.stringify(headers), body }),
  );
}

/** Gives a claim up whose work was refused before it had any effect, so that a corrected request may use the key again. */
export async function releaseKey({ ctx, input }: { ctx: ServiceContext; input: HeldKey }): Promise<void> {
  await withTenant(ctx.db, ctx.tenantId, (tx) => deleteIdempotencyClaim(tx, { ...input, tenantId: ctx.tenantId }));
}
