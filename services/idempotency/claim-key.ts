import { type Tx, withTenant } from '../../db/client.ts';
import {
  type IdempotencyKeyRow,
  insertIdempotencyKey,
  lockIdempotencyKey,
  takeOverIdempotencyKey,
} from '../../db/queries/idempotency-keys.ts';
import { AppError } from '../../domain/errors/app-error.ts';
import type { ServiceContext } from '../context.ts';
import { type StoredResponse, storedResponseOf } from './stored-response.ts';

/** A key within its tenant and route, and the SHA-256 (hex) of what was asked under it. */
export type IdempotencyRequest = { readonly route: string; readonly key: string; readonly fingerprint: string };

/** Either the work is ours to do, or it was done and this was the answer. */
export type KeyClaim =
  | { readonly kind: 'claimed'; readonly claimedAt: Date }
  | { readonly kind: 'replay'; readonly response: StoredResponse };

/** How long an answer is kept: a day is promised, two are given. */
export const KEY_LIFETIME_MS = 48 * 3_600_000;
/** A claim without an answer after this long was left by a process that died. */
export const CLAIM_ABANDONED_AFTER_MS = 60_000;

/**
 * Claims a key before the work under it. Bound to tenant and route. The same request gets its stored answer back.
 * Throws `idempotency-key-reused` where the key stands for another request, `idempotency-key-in-use` (retryable, details.retryAfterMs)
 * while the first one runs. A claim older than 60 s and a key past its lifetime go to the new caller.
 */
export async function claimKey({ ctx, input }: { ctx: ServiceContext; input: IdempotencyRequest }): Promise<KeyClaim> {
  return await withTenant(ctx.db, ctx.tenantId, (tx) => claimKeyIn(tx, ctx, input));
}

async function claimKeyIn(tx: Tx, ctx: ServiceContext, input: IdempotencyRequest): Promise<KeyClaim> {
  const now = ctx.clock.now();
  const claim = { ...input, tenantId: ctx.tenantId, now, expiresAt: new Date(now.getTime() + KEY_LIFETIME_MS) };
  if (await insertIdempotencyKey(tx, claim)) return { kind: 'claimed', claimedAt: now };
  const row = await lockIdempotencyKey(tx, claim);
  // Deleted between the two statements: the holder gave it up or it expired.
  if (row === undefined) throw keyInUse(input, CLAIM_ABANDONED_AFTER_MS);
  return await judgeHeldKey(tx, { row, claim });
}

async function judgeHeldKey(
  tx: Tx,
  { row, claim }: { row: IdempotencyKeyRow; claim: Parameters<typeof takeOverIdempotencyKey>[1] },
): Promise<KeyClaim> {
  const ageMs = claim.now.getTime() - row.created_at.getTime();
  if (row.expires_at.getTime() > claim.now.getTime()) {
    if (row.fingerprint !== claim.fingerprint) throw keyReused(claim);
    if (row.status !== null) return { kind: 'replay', response: storedResponseOf(row) };
    if (ageMs < CLAIM_ABANDONED_AFTER_MS) throw keyInUse(claim, CLAIM_ABANDONED_AFTER_MS - ageMs);
  }
  await takeOverIdempotencyKey(tx, claim);
  return { kind: 'claimed', claimedAt: claim.now };
}

function keyReused(input: { key: string }): AppError {
  return new AppError({
    code: 'idempotency-key-reused',
    message: `The idempotency key '${input.key}' was used for another request. Send this one under a key of its own.`,
    details: { key: input.key },
  });
}

function keyInUse(input: { key: string }, retryAfterMs: number): AppError {
  return new AppError({
    code: 'idempotency-key-in-use',
    message: `The first request under the idempotency key '${input.key}' still runs. Ask again in a moment.`,
    retryable: true,
    details: { key: input.key, retryAfterMs: Math.max(1_000, Math.min(retryAfterMs, 5_000)) },
  });
}
