import type { BusinessDate } from '../time/business-date.ts';
import type { ComplianceFacts } from './facts.ts';

/** `block` ends the trade, `hold` waits for a person, `warn` is recorded and passes. */
export type RuleOutcome = 'pass' | 'warn' | 'hold' | 'block';

export type RuleResult = { readonly outcome: RuleOutcome; readonly explanation: string };

/**
 * One compliance rule. It is evaluated on exactly the inputs that it declares, which are stored with the decision, so that anybody can
 * evaluate it again. A changed rule gets a new version and its own validity; the id never changes.
 */
export type ComplianceRule<Inputs> = {
  /** Id of the rule catalogue and a word, e.g. `C15.mandate`. */
  readonly id: string;
  readonly version: number;
  /** First trade date on which this version holds. */
  readonly validFrom: BusinessDate;
  readonly source: string;
  readonly description: string;
  inputsOf(facts: ComplianceFacts): Inputs;
  evaluate(inputs: Inputs): RuleResult;
};

/** What one rule came to for one trade version: one row of `decisions`. */
export type RuleEvaluation = RuleResult & {
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly inputs: unknown;
};

/** A rule whose inputs are its own business: all a caller can do is run it. */
export type RunnableRule = Pick<ComplianceRule<never>, 'id' | 'version' | 'validFrom' | 'source' | 'description'> & {
  run(facts: ComplianceFacts): RuleEvaluation;
};

/** Closes a rule over the type of its inputs. */
export function runnable<Inputs>(rule: ComplianceRule<Inputs>): RunnableRule {
  const { id, version, validFrom, source, description } = rule;
  return {
    id,
    version,
    validFrom,
    source,
    description,
    run: (facts) => {
      const inputs = rule.inputsOf(facts);
      return { ruleId: id, ruleVersion: version, inputs, ...rule.evaluate(inputs) };
    },
  };
}

const RANK: Readonly<Record<RuleOutcome, number>> = { pass: 0, warn: 1, hold: 2, block: 3 };

/** The worst of a list: `block` over `hold` over `warn` over `pass`. The empty list passes. */
export function worstOutcome(outcomes: readonly RuleOutcome[]): RuleOutcome {
  return outcomes.reduce<RuleOutcome>((worst, outcome) => (RANK[outcome] > RANK[worst] ? outcome : worst), 'pass');
}
