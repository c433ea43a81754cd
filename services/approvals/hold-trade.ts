import { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import { findApproval, findHeldTradeException } from '../../db/queries/approvals.ts';
import { type LockedTrade, lockTradeVersion, moveTrade } from '../../db/queries/booking.ts';
import { HOLD_EXPIRY_MS_DEFAULT, HOLD_EXPIRY_MS_MAX, HOLD_EXPIRY_MS_MIN, escalationMsOf } from '../../domain/compliance/hold-parameters.ts';
import { invariant } from '../../domain/errors/app-error.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { illegalStep } from '../risk/illegal-step.ts';
import { parseInput } from '../risk/parse-input.ts';

export type HeldTrade = {
  readonly exceptionId: string;
  /** Who made the version and may not decide on it. */
  readonly maker: string;
  /** From now until the deadline of the exception, and until half-way to it; zero where it has passed. */
  readonly expiresInMs: number;
  readonly escalatesInMs: number;
  /** Present where the version has been decided on already. */
  readonly decision?: 'approved' | 'rejected';
};

const REASONS_MAX = 20;
const REASON_LENGTH_MAX = 4_000;
const REASON_TEXT_LENGTH_MAX = 8_000;

const inputSchema = z.strictObject({
  tradeId: z.string().min(1),
  version: z.int().min(1),
  reasons: z
    .array(
      z
        .string()
        .min(1)
        .transform((text) => text.slice(0, REASON_LENGTH_MAX)),
    )
    .min(1)
    .max(REASONS_MAX),
  expiresInMs: z.int().min(HOLD_EXPIRY_MS_MIN).max(HOLD_EXPIRY_MS_MAX).default(HOLD_EXPIRY_MS_DEFAULT),
});

/**
 * Stops a version for a person to decide, with an exception that says why and by when. What it has reserved stays reserved.
 * Called again, also after the decision, it gives the same exception, with the time that is left, and changes nothing.
 * Errors: `not-found`, `illegal-transition` where the version is not being checked.
 */
export async function holdTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number; reasons: readonly string[]; expiresInMs?: number };
}): Promise<HeldTrade> {
  authorise(ctx, { allowed: [], action: 'hold a trade' });
  const { tradeId, version, reasons, expiresInMs } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    const approval = await findApproval(tx, { tenantId, tradeId, version });
    if (trade.versionState === 'held' || approval !== undefined) return await heldBefore(ctx, tx, { trade, decision: approval?.decision });
    if (trade.versionState !== 'checking') throw illegalStep(trade, 'be held');
    return await hold(ctx, tx, { trade, reasons, expiresInMs });
  });
}

async function hold(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; reasons: readonly string[]; expiresInMs: number },
): Promise<HeldTrade> {
  const { trade, reasons, expiresInMs } = input;
  const { tradeId, version } = trade;
  const at = ctx.clock.now();
  const reason = reasons.join(' ').slice(0, REASON_TEXT_LENGTH_MAX);
  const revision = await moveTrade(tx, { tenantId: ctx.tenantId, trade, tradeState: 'held', versionState: 'held', at });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'trade',
      subjectId: tradeId,
      revision,
      action: 'trade.held',
      reason,
      before: { state: trade.tradeState, version, versionState: trade.versionState },
      after: { state: 'held', version, versionState: 'held' },
    },
  ]);
  const { exceptionId } = await openException(ctx, tx, {
    kind: 'heldTrade',
    subjectKind: 'trade',
    subjectId: tradeId,
    tradeId,
    reason,
    nextAction: `Approve or reject version ${version}; whoever made it (${trade.createdBy}) may not decide.`,
    ownerRole: 'compliance',
    deadline: new Date(at.getTime() + expiresInMs),
  });
  return { exceptionId, maker: trade.createdBy, expiresInMs, escalatesInMs: escalationMsOf(expiresInMs) };
}

async function heldBefore(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; decision: 'approve' | 'reject' | 'expire' | undefined },
): Promise<HeldTrade> {
  const { trade, decision } = input;
  const exception = await findHeldTradeException(tx, { tenantId: ctx.tenantId, tradeId: trade.tradeId });
  invariant(exception !== undefined && exception.deadline !== null, 'a held trade has an exception with a deadline');
  const passedMs = ctx.clock.now().getTime() - exception.since.getTime();
  const expiresInMs = exception.deadline.getTime() - exception.since.getTime();
  return {
    exceptionId: exception.id,
    maker: trade.createdBy,
    expiresInMs: Math.max(0, expiresInMs - passedMs),
    escalatesInMs: Math.max(0, escalationMsOf(expiresInMs) - passedMs),
    ...(decision === undefined ? {} : { decision: decision === 'approve' ? 'approved' : 'rejected' }),
  };
}
