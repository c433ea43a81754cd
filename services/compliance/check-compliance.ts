import { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import { type LockedTrade, lockTradeVersion } from '../../db/queries/booking.ts';
import { getComplianceParties, listLatestQuotes, listLookAlikes } from '../../db/queries/compliance.ts';
import { type NewDecision, insertDecisions, listDecisions } from '../../db/queries/decisions.ts';
import { conformityParametersOn, granularityOf } from '../../domain/compliance/conformity-parameters.ts';
import { curveIdOf } from '../../domain/compliance/curve-id.ts';
import { type ComplianceOutcome, complianceOutcomeOf, evaluateRules } from '../../domain/compliance/evaluate-rules.ts';
import type { ComplianceFacts } from '../../domain/compliance/facts.ts';
import { LOOK_ALIKE_WINDOW_MS } from '../../domain/compliance/rules/duplicate-booking.ts';
import { tradeDateOf } from '../../domain/risk/exposure.ts';
import { addDays, monthOf, monthsFromTo } from '../../domain/time/business-date.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { illegalStep } from '../risk/illegal-step.ts';
import { parseInput } from '../risk/parse-input.ts';

export type ComplianceCheck = { readonly outcome: ComplianceOutcome; readonly explanation: string };

const inputSchema = z.strictObject({ tradeId: z.string().min(1), version: z.int().min(1) });

/**
 * Runs every compliance rule in force on the trade date and records each as a decision with its inputs and rule version.
 * `hold` waits for a person, `block` ends the version; a warning passes. Called again it gives the first result and changes nothing.
 * Errors: `not-found`, `reference-data-missing`, `illegal-transition` where the version is not being checked.
 */
export async function checkCompliance({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number };
}): Promise<ComplianceCheck> {
  authorise(ctx, { allowed: [], action: 'check the compliance of a trade' });
  const { tradeId, version } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    const made = await listDecisions(tx, { tenantId, tradeId, version, stage: 'compliance' });
    if (made.length > 0) return checkOf(made.map(({ outcome, explanation }) => ({ outcome, explanation })));
    if (trade.versionState !== 'checking') throw illegalStep(trade, 'be checked');
    const decisions = trade.kind === 'cancel' ? [cancelDecision()] : evaluateRules(await collectFacts(ctx, tx, trade)).evaluations;
    await insertDecisions(tx, { tenantId, tradeId, version, stage: 'compliance', decisions, at: ctx.clock.now() });
    return checkOf(decisions);
  });
}

async function collectFacts(ctx: ServiceContext, tx: Tx, trade: LockedTrade): Promise<ComplianceFacts> {
  const { tenantId } = ctx;
  const { terms, tradeId, version } = trade;
  const tradeDate = tradeDateOf(terms);
  const product = { commodity: terms.commodity, granularity: granularityOf(terms) };
  const parties = await getComplianceParties(tx, { tenantId, ...terms });
  const quotes = await listLatestQuotes(tx, {
    tenantId,
    curveId: curveIdOf(terms),
    months: [...monthsFromTo(monthOf(terms.deliveryStartDate), monthOf(terms.deliveryEndDate))],
    on: tradeDate,
    notBefore: addDays(tradeDate, -conformityParametersOn(tradeDate, product).quoteAgeDaysMax),
  });
  const lookAlikes = await listLookAlikes(tx, { tenantId, tradeId, version, windowMs: LOOK_ALIKE_WINDOW_MS });
  return { terms, tradeDate, ...parties, quotes, lookAlikes };
}

/** Ending a trade opens no new business: what mandate, lists and curve guard against cannot come of it. */
function cancelDecision(): NewDecision {
  return {
    ruleId: 'compliance.cancellation',
    ruleVersion: 1,
    outcome: 'pass',
    inputs: {},
    explanation: 'A cancellation makes no new business, so no rule on dealing applies; it is reported like every other event.',
  };
}

/** The explanation names what held or blocked, else the warnings, else that all passed. */
function checkOf(decisions: readonly Pick<NewDecision, 'outcome' | 'explanation'>[]): ComplianceCheck {
  const outcome = complianceOutcomeOf(decisions);
  const level = outcome === 'pass' ? 'warn' : outcome;
  const named = decisions.filter((decision) => decision.outcome === level || (level === 'block' && decision.outcome === 'hold'));
  const explanation = named
    .map((decision) => decision.explanation)
    .toSorted()
    .join(' ');
  return { outcome, explanation: explanation === '' ? `All ${decisions.length} checks passed.` : explanation };
}
