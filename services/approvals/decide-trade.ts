import { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import { findApproval, insertApproval } from '../../db/queries/approvals.ts';
import { type LockedTrade, lockTradeVersion, moveTrade } from '../../db/queries/booking.ts';
import { listReservations } from '../../db/queries/reservations.ts';
import { AppError, ConflictError, assertNever } from '../../domain/errors/app-error.ts';
import { isStorableText } from '../../domain/trade/storable-text.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { illegalStep } from '../risk/illegal-step.ts';
import { takeReservations } from '../risk/take-reservations.ts';
import { endVersion } from './end-version.ts';
import { parseInput } from '../risk/parse-input.ts';

export type TradeDecision = 'approve' | 'reject' | 'expire';
export type DecidedTrade = { readonly state: 'approved' | 'rejected' };

const inputSchema = z.strictObject({
  tradeId: z.string().min(1),
  version: z.int().min(1),
  decision: z.enum(['approve', 'reject', 'expire']),
  reason: z.string().trim().min(1).max(2_000).refine(isStorableText, 'This has U+0000 or half of a character in it.'),
});
/** Whom an approval names where time decided: never the maker of a version. */
const EXPIRY_ACTOR = 'hold-expiry';

/**
 * Decides on a held version, once. `approve` and `reject` are for people with the role compliance or admin, never for the maker of the
 * version; `expire` is for the system. Approving what breached a limit takes the reservations all the same, marked as overrides;
 * refusing releases what was reserved. The same decision again gives the same result.
 * Errors: `forbidden`, `self-approval`, `not-found`, `conflict` after another decision, `illegal-transition` where it is not held.
 */
export async function decideTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number; decision: TradeDecision; reason: string };
}): Promise<DecidedTrade> {
  const { tradeId, version, decision, reason } = parseInput(inputSchema, input);
  authoriseDecision(ctx, decision);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    if (trade.createdBy === ctx.actor.id && decision !== 'expire') throw selfApproval(trade);
    const made = await findApproval(tx, { tenantId, tradeId, version });
    if (made !== undefined) return sameDecision(made.decision, decision);
    if (trade.versionState !== 'held') throw illegalStep(trade, 'be decided on');
    await record(ctx, tx, { trade, decision, reason });
    if (decision === 'approve') await approve(ctx, tx, { trade, reason });
    else await endVersion(ctx, tx, { trade, reason });
    return resultOf(decision);
  });
}

function authoriseDecision(ctx: ServiceContext, decision: TradeDecision): void {
  if (decision === 'expire') {
    authorise(ctx, { allowed: [], action: 'let a held trade expire' });
    return;
  }
  authorise(ctx, { allowed: ['compliance', 'admin'], action: `${decision} a held trade` });
  if (ctx.actor.role === 'system') throw new AppError({ code: 'forbidden', message: `Only a person may ${decision} a held trade.` });
}

async function record(ctx: ServiceContext, tx: Tx, input: { trade: LockedTrade; decision: TradeDecision; reason: string }): Promise<void> {
  const { trade, decision, reason } = input;
  const { tradeId, version, createdBy } = trade;
  const decidedBy = decision === 'expire' ? EXPIRY_ACTOR : ctx.actor.id;
  await insertApproval(tx, {
    tenant_id: ctx.tenantId,
    trade_id: tradeId,
    trade_version: version,
    decision,
    reason,
    maker: createdBy,
    decided_by: decidedBy,
    decided_at: ctx.clock.now(),
  });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'approval',
      subjectId: `${tradeId}:v${version}`,
      revision: 1,
      action: `approval.${pastOf(decision)}`,
      reason,
      after: { decision, maker: createdBy, decidedBy },
    },
  ]);
  const resolution = `Version ${version} was ${pastOf(decision)}: ${reason}`;
  await resolveOpenException(ctx, tx, { kind: 'heldTrade', subjectId: tradeId, resolution });
}

/** Back to checking, from where booking goes on. A breach reserved nothing when it was found: it is reserved now, beyond the bound. */
async function approve(ctx: ServiceContext, tx: Tx, input: { trade: LockedTrade; reason: string }): Promise<void> {
  const { trade, reason } = input;
  const { tradeId, version } = trade;
  const { tenantId } = ctx;
  const revision = await moveTrade(tx, { tenantId, trade, tradeState: 'checking', versionState: 'checking', at: ctx.clock.now() });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'trade',
      subjectId: tradeId,
      revision,
      action: 'trade.approved',
      reason,
      before: { state: trade.tradeState, version, versionState: trade.versionState },
      after: { state: 'checking', version, versionState: 'checking' },
    },
  ]);
  if (trade.kind === 'cancel') return;
  const reserved = await listReservations(tx, { tenantId, tradeId });
  if (reserved.some((reservation) => reservation.version === version)) return;
  const { entries } = await takeReservations(ctx, tx, { trade, mayExceed: true });
  await writeAudit(ctx, tx, entries);
}

function sameDecision(made: TradeDecision, asked: TradeDecision): DecidedTrade {
  if (made === asked) return resultOf(made);
  throw new ConflictError({ message: `This version was ${pastOf(made)} already.`, details: { decision: made } });
}

function selfApproval(trade: LockedTrade): AppError {
  return new AppError({
    code: 'self-approval',
    message: `Version ${trade.version} of the trade '${trade.tradeId}' was made by you: somebody else has to decide on it.`,
    details: { maker: trade.createdBy },
  });
}

function resultOf(decision: TradeDecision): DecidedTrade {
  return { state: decision === 'approve' ? 'approved' : 'rejected' };
}

function pastOf(decision: TradeDecision): string {
  switch (decision) {
    case 'approve':
      return 'approved';
    case 'reject':
      return 'rejected';
    case 'expire':
      return 'expired';
    default:
      return assertNever(decision);
  }
}
