import type { Tx } from '../../db/client.ts';
import { type BookingReference, type LockedTrade, listReportHistory } from '../../db/queries/booking.ts';
import { type NewDecision, insertDecisions } from '../../db/queries/decisions.ts';
import { type EmirEligibility, emirEligibility } from '../../domain/compliance/emir-eligibility.ts';
import { type RemitDeadline, remitDeadline } from '../../domain/reporting/remit/deadline.ts';
import { type RemitEligibility, remitEligibility } from '../../domain/reporting/remit/eligibility.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { type NewObligation, storeObligation } from './store-obligation.ts';
import { type ReportPlan, planReport } from './plan-report.ts';

const RULE_VERSION = 1;

/**
 * Classifies a version being booked, EMIR first and then REMIT, in the caller's transaction: a decision with rule and reason for each,
 * the obligation that follows, and an exception for what has to be reported and cannot be by this product.
 * Gives the obligations stored; none where nothing is to be reported.
 */
export async function classifyReporting(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; reference: BookingReference; previous: TradeTerms | undefined },
): Promise<readonly NewObligation[]> {
  const { trade, reference, previous } = input;
  const { tenantId } = ctx;
  const { tradeId, version, terms } = trade;
  const emir = emirEligibility(terms);
  const remit = remitEligibility({ terms, reportedUnderEmir: emir.reportable });
  const history = version === 1 ? [] : await listReportHistory(tx, { tenantId, tradeId, regime: 'REMIT' });
  const plan = planReport({ kind: trade.kind, isReportable: remit.reportable, history });
  if (emir.reportable && trade.kind !== 'cancel') await openUnreportable(ctx, tx, { trade, reason: emir.reason, regime: 'EMIR' });
  const deadline = plan.kind === 'nothing' ? undefined : deadlineOf({ trade, plan, remit });
  const outcome =
    plan.kind === 'nothing' || deadline === undefined
      ? { kind: 'none' as const }
      : await storeObligation(ctx, tx, { trade, plan, deadline, reason: remit.reason, reference });
  if (outcome.kind === 'taken') {
    await openUnreportable(ctx, tx, { trade, reason: `The UTI ${outcome.uti} is taken by another trade.`, regime: 'REMIT' });
  }
  const stored = outcome.kind === 'stored' ? outcome.obligation : undefined;
  if (stored?.action === 'N' && previous !== undefined && !emirEligibility(previous).reportable) {
    const resolution = `Version ${version} is reported under the UTI ${stored.uti}.`;
    await resolveOpenException(ctx, tx, { kind: 'unreportableTrade', subjectId: tradeId, resolution });
  }
  const decisions = [emirDecision({ trade, emir }), remitDecision({ trade, remit, plan, deadline, stored })];
  await insertDecisions(tx, { tenantId, tradeId, version, stage: 'reporting', decisions, at: ctx.clock.now() });
  return stored === undefined ? [] : [stored];
}

/** A first report counts from the conclusion, a lifecycle event from when it came in; one that left the regime has its venue's limit. */
function deadlineOf(input: { trade: LockedTrade; plan: ReportPlan; remit: RemitEligibility }): RemitDeadline {
  const { trade, plan, remit } = input;
  const byVenue = trade.terms.venue.kind === 'organisedMarket' ? 'organised-market' : 'bilateral';
  return remitDeadline({
    kind: remit.reportable ? remit.deadlineKind : byVenue,
    concludedAt: plan.kind === 'new' ? trade.terms.concludedAt : trade.versionCreatedAt.toISOString(),
  });
}

async function openUnreportable(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; reason: string; regime: 'EMIR' | 'REMIT' },
): Promise<void> {
  const { trade, reason, regime } = input;
  const nextAction =
    regime === 'EMIR'
      ? 'Report it to the trade repository outside this product by the end of the next working day, and resolve this with the proof.'
      : 'Amend the trade with the UTI that both sides agreed, or clear which of the two trades holds it.';
  await openException(ctx, tx, {
    kind: 'unreportableTrade',
    subjectKind: 'trade',
    subjectId: trade.tradeId,
    tradeId: trade.tradeId,
    reason: `${regime}: version ${trade.version} has to be reported and this product cannot. ${reason}`,
    nextAction,
    ownerRole: 'compliance',
  });
}

function emirDecision({ trade, emir }: { trade: LockedTrade; emir: EmirEligibility }): NewDecision {
  const { contractType, settlementMethod, venue } = trade.terms;
  return {
    ruleId: emir.rule,
    ruleVersion: RULE_VERSION,
    outcome: emir.reportable ? 'warn' : 'pass',
    inputs: { regime: 'EMIR', contractType, settlementMethod, venueKind: venue.kind, source: emir.source },
    explanation: emir.reason,
  };
}

function remitDecision(input: {
  trade: LockedTrade;
  remit: RemitEligibility;
  plan: ReportPlan;
  deadline: RemitDeadline | undefined;
  stored: NewObligation | undefined;
}): NewDecision {
  const { trade, remit, plan, deadline, stored } = input;
  const { commodity, settlementMethod, venue } = trade.terms;
  const inputs = {
    regime: 'REMIT',
    kind: trade.kind,
    commodity,
    settlementMethod,
    venueKind: venue.kind,
    source: remit.source,
    ...(deadline === undefined ? {} : { deadline }),
    ...(stored === undefined ? {} : { obligationId: stored.id, uti: stored.uti, action: stored.action }),
    ...(stored?.utiText === undefined ? {} : { utiText: stored.utiText }),
  };
  const explanation = plan.kind === 'nothing' && remit.reportable ? plan.reason : remit.reason;
  const isMissing = plan.kind !== 'nothing' && stored === undefined;
  return { ruleId: remit.rule, ruleVersion: RULE_VERSION, outcome: isMissing ? 'warn' : 'pass', inputs, explanation };
}
