import { assertNever } from '../errors/app-error.ts';
import { type Decimal, type DecimalText, ZERO, decimal, decimalText } from '../money/decimal.ts';
import type { Commodity } from '../trade/trade-terms.ts';
import type { Exposure, ExposureMeasure } from './exposure.ts';

export type LimitScope = 'tenant' | 'book' | 'trader' | 'counterparty';

/** A bound and what is taken of it: `used` by booked trades, `reserved` by trades in flight. In EUR or MWh, by its measure. */
export type LimitState = {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  /** Absent where the limit counts every commodity. */
  readonly commodity?: Commodity;
  readonly measure: ExposureMeasure;
  readonly bound: DecimalText;
  /** Share of the bound, above 0 up to 1, from which a trade passes with a warning. */
  readonly warnRatio: DecimalText;
  readonly used: DecimalText;
  readonly reserved: DecimalText;
};

/** What one trade version asks of one limit. */
export type LimitAsk = {
  readonly limitId: string;
  /** What the version uses once booked. */
  readonly amount: DecimalText;
  /** What it takes beyond the confirmed use of the version booked before it; never below zero, so a smaller amendment asks nothing. */
  readonly held: DecimalText;
};

export type LimitVerdict = {
  readonly limit: LimitState;
  readonly ask: LimitAsk;
  readonly outcome: 'pass' | 'warn' | 'breach';
  readonly explanation: string;
};

/** The amount of the exposure that counts against a limit, and the part of it beyond what the booked version uses already. */
export function askOf(input: { limit: LimitState; exposure: Exposure; confirmed?: DecimalText }): LimitAsk {
  const amount = decimal(input.exposure[input.limit.measure]);
  const more = amount.minus(decimal(input.confirmed ?? '0'));
  return { limitId: input.limit.id, amount: decimalText(amount), held: decimalText(more.greaterThan(0) ? more : ZERO) };
}

/**
 * Judges one ask against one limit. An ask that holds nothing more can not breach, even where the limit stands over its bound
 * after an override: making a trade smaller is never refused.
 */
export function judgeLimit(input: { limit: LimitState; ask: LimitAsk }): LimitVerdict {
  const { limit, ask } = input;
  const held = decimal(ask.held);
  const bound = decimal(limit.bound);
  const after = decimal(limit.used).plus(decimal(limit.reserved)).plus(held);
  const outcome = outcomeOf({ held, after, bound, warnFrom: bound.times(decimal(limit.warnRatio)) });
  return { limit, ask, outcome, explanation: explain({ limit, ask, outcome, after }) };
}

/** The worst of a list, `breach` over `warn` over `pass`. */
export function worstLimitOutcome(verdicts: readonly LimitVerdict[]): LimitVerdict['outcome'] {
  if (verdicts.some(({ outcome }) => outcome === 'breach')) return 'breach';
  return verdicts.some(({ outcome }) => outcome === 'warn') ? 'warn' : 'pass';
}

function outcomeOf(input: { held: Decimal; after: Decimal; bound: Decimal; warnFrom: Decimal }): LimitVerdict['outcome'] {
  if (input.held.greaterThan(0) && input.after.greaterThan(input.bound)) return 'breach';
  return input.after.greaterThanOrEqualTo(input.warnFrom) ? 'warn' : 'pass';
}

function explain(input: { limit: LimitState; ask: LimitAsk; outcome: LimitVerdict['outcome']; after: Decimal }): string {
  const { limit, ask, outcome } = input;
  const unit = limit.measure === 'volumeMwh' ? 'MWh' : 'EUR';
  const name = `Limit ${limit.id} (${limit.measure} of ${limit.scope} ${limit.scopeId}${limit.commodity === undefined ? '' : `, ${limit.commodity}`})`;
  const figures = `bound ${limit.bound}, used ${limit.used}, reserved ${limit.reserved}, asked ${ask.held} ${unit}`;
  switch (outcome) {
    case 'pass':
      return `${name} has room: ${figures}.`;
    case 'warn':
      return `${name} has room but stands at or above ${decimalText(decimal(limit.warnRatio).times(decimal('100')))} %: ${figures}.`;
    case 'breach':
      return `${name} would be exceeded by ${decimalText(input.after.minus(decimal(limit.bound)))} ${unit}: ${figures}.`;
    default:
      return assertNever(outcome);
  }
}
