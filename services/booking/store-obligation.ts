import type { Tx } from '../../db/client.ts';
import { type BookingReference, type LockedTrade, findHighestUti, insertObligationIfFree } from '../../db/queries/booking.ts';
import { AppError } from '../../domain/errors/app-error.ts';
import type { RemitDeadline } from '../../domain/reporting/remit/deadline.ts';
import { PROGRESSIVE_MAX, remitUti } from '../../domain/reporting/remit/uti.ts';
import type { ServiceContext } from '../context.ts';
import type { ReportPlan } from './plan-report.ts';
import { utiTextOfTrade } from './uti-of-trade.ts';

export type NewObligation = {
  readonly id: string;
  readonly regime: 'REMIT';
  readonly uti: string;
  readonly action: 'N' | 'M' | 'C';
  readonly sequence: number;
  readonly dueAt: string;
  /** What the UTI was computed from; absent where the venue or both sides gave it. */
  readonly utiText?: string;
};

type ToStore = {
  readonly trade: LockedTrade;
  readonly plan: Exclude<ReportPlan, { kind: 'nothing' }>;
  readonly deadline: RemitDeadline;
  readonly reason: string;
  readonly reference: BookingReference;
};

/** Bookings of equal trades that may take the next progressive number in between. */
const PROGRESSIVE_ATTEMPTS_MAX = 50;
const PROGRESSIVE_DIGITS = 3;

/**
 * Stores the obligation of a version in the caller's transaction. A UTI that was given is never replaced: where another trade holds it,
 * the answer is `taken`. A computed one gets the next progressive number among trades with the same terms.
 */
export async function storeObligation(
  ctx: ServiceContext,
  tx: Tx,
  input: ToStore,
): Promise<{ kind: 'stored'; obligation: NewObligation } | { kind: 'taken'; uti: string }> {
  const { trade, plan } = input;
  if (plan.kind === 'follow') return await storeUnder(ctx, tx, { ...input, uti: plan.uti });
  if (trade.terms.uti !== undefined) return await storeUnder(ctx, tx, { ...input, uti: trade.terms.uti });
  const text = utiTextOfTrade({ terms: trade.terms, ...input.reference });
  let progressive = 1;
  for (let attempt = 1; attempt <= PROGRESSIVE_ATTEMPTS_MAX && progressive <= PROGRESSIVE_MAX; attempt += 1) {
    const uti = remitUti({ text, progressive });
    const outcome = await storeUnder(ctx, tx, { ...input, uti });
    if (outcome.kind === 'stored') return { kind: 'stored', obligation: { ...outcome.obligation, utiText: text } };
    progressive = await nextProgressive(ctx, tx, { text, progressive });
  }
  throw new AppError({
    code: 'conflict',
    message: `No progressive number up to ${PROGRESSIVE_MAX} is free for the UTI of the trade '${trade.tradeId}'.`,
    retryable: true,
    details: { tradeId: trade.tradeId },
  });
}

async function storeUnder(
  ctx: ServiceContext,
  tx: Tx,
  input: ToStore & { uti: string },
): Promise<{ kind: 'stored'; obligation: NewObligation } | { kind: 'taken'; uti: string }> {
  const { trade, plan, deadline, reason, uti } = input;
  const action = plan.kind === 'new' ? 'N' : plan.action;
  const sequence = plan.kind === 'new' ? 1 : plan.sequence;
  const at = ctx.clock.now();
  const id = ctx.ids.next('obl');
  const isStored = await insertObligationIfFree(tx, {
    tenant_id: ctx.tenantId,
    id,
    trade_id: trade.tradeId,
    trade_version: trade.version,
    regime: 'REMIT',
    uti,
    action,
    sequence,
    due_on: deadline.dueOn,
    due_at: new Date(deadline.dueAt),
    rule: deadline.rule,
    reason,
    state: 'pending',
    created_at: at,
    updated_at: at,
  });
  if (!isStored) return { kind: 'taken', uti };
  return { kind: 'stored', obligation: { id, regime: 'REMIT', uti, action, sequence, dueAt: deadline.dueAt } };
}

/** One more than the highest that is taken; UTIs of equal terms differ in their last three digits only. */
async function nextProgressive(ctx: ServiceContext, tx: Tx, input: { text: string; progressive: number }): Promise<number> {
  const from = remitUti({ text: input.text, progressive: 1 });
  const to = remitUti({ text: input.text, progressive: PROGRESSIVE_MAX });
  const highest = await findHighestUti(tx, { tenantId: ctx.tenantId, regime: 'REMIT', from, to });
  return Math.max(Number(highest?.slice(-PROGRESSIVE_DIGITS) ?? 0), input.progressive) + 1;
}
