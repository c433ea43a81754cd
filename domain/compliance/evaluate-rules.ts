import type { ComplianceFacts } from './facts.ts';
import { type RuleEvaluation, type RunnableRule, worstOutcome } from './rule.ts';
import { counterpartyCodesRule } from './rules/counterparty-codes.ts';
import { counterpartyLeiRule } from './rules/counterparty-lei.ts';
import { deliveryPointRule } from './rules/delivery-point.ts';
import { duplicateBookingRule } from './rules/duplicate-booking.ts';
import { marketConformityRule } from './rules/market-conformity.ts';
import { restrictedListRule } from './rules/restricted-list.ts';
import { traderMandateRule } from './rules/trader-mandate.ts';
import { venueMicRule } from './rules/venue-mic.ts';

/** Every rule in every version that ever held; a new rule is a file in `rules/` and a line here. */
export const COMPLIANCE_RULES: readonly RunnableRule[] = [
  counterpartyLeiRule,
  counterpartyCodesRule,
  deliveryPointRule,
  venueMicRule,
  traderMandateRule,
  restrictedListRule,
  marketConformityRule,
  duplicateBookingRule,
];

export type ComplianceOutcome = 'pass' | 'hold' | 'block';

/** Runs every rule in force on the trade date, each in its newest version of that date, and gives all evaluations and the worst outcome. */
export function evaluateRules(facts: ComplianceFacts): { outcome: ComplianceOutcome; evaluations: readonly RuleEvaluation[] } {
  const evaluations = rulesInForce(facts).map((rule) => rule.run(facts));
  return { outcome: complianceOutcomeOf(evaluations), evaluations };
}

/** What a list of decisions means for the trade: a warning passes. */
export function complianceOutcomeOf(evaluations: readonly Pick<RuleEvaluation, 'outcome'>[]): ComplianceOutcome {
  const worst = worstOutcome(evaluations.map(({ outcome }) => outcome));
  return worst === 'block' || worst === 'hold' ? worst : 'pass';
}

function rulesInForce({ tradeDate }: ComplianceFacts): readonly RunnableRule[] {
  const newest = new Map<string, RunnableRule>();
  for (const rule of COMPLIANCE_RULES) {
    const known = newest.get(rule.id);
    if (rule.validFrom <= tradeDate && (known === undefined || known.version < rule.version)) newest.set(rule.id, rule);
  }
  return [...newest.values()];
}
