import { type Decimal, type DecimalText, decimal, sum } from '../../money/decimal.ts';
import { type BusinessDate } from '../../time/business-date.ts';
import { type CalendarName, addBusinessDays } from '../../time/calendar.ts';

/** What an agreement falls back on where a price is not published, in its order. @source ISDA 2005 Commodity Definitions § 7.5(c) */
export type FallbackStep =
  | { readonly kind: 'fallbackPrice'; readonly alternateIndex: string }
  | { readonly kind: 'delayedPublication'; readonly maxDays: number }
  | { readonly kind: 'referenceDealers'; readonly quotesMin: number }
  | { readonly kind: 'negotiated'; readonly maxDays: number };

/** What is known when the list is walked. */
export type FallbackFacts = {
  readonly on: BusinessDate;
  readonly pricingDate: BusinessDate;
  readonly calendar: CalendarName;
  readonly alternateValueOf: (index: string) => DecimalText | undefined;
  readonly quotes: readonly DecimalText[];
  readonly agreedPrice?: DecimalText;
};

export type FallbackOutcome =
  | { readonly kind: 'fixed'; readonly step: FallbackStep; readonly value: Decimal; readonly tried: readonly FallbackStep['kind'][] }
  | { readonly kind: 'waiting'; readonly step: FallbackStep; readonly until: BusinessDate; readonly tried: readonly FallbackStep['kind'][] }
  | { readonly kind: 'exhausted'; readonly tried: readonly FallbackStep['kind'][] };

/** Walks the list to the first step that gives a value or still waits. Days are open days after the pricing date. */
export function applyFallbacks(steps: readonly FallbackStep[], facts: FallbackFacts): FallbackOutcome {
  const tried: FallbackStep['kind'][] = [];
  for (const step of steps) {
    tried.push(step.kind);
    const value = valueOf(step, facts);
    if (value !== undefined) return { kind: 'fixed', step, value, tried };
    if (!('maxDays' in step)) continue;
    const until = addBusinessDays({ calendar: facts.calendar, from: facts.pricingDate, days: step.maxDays });
    if (facts.on <= until) return { kind: 'waiting', step, until, tried };
  }
  return { kind: 'exhausted', tried };
}

function valueOf(step: FallbackStep, facts: FallbackFacts): Decimal | undefined {
  if (step.kind === 'fallbackPrice') {
    const value = facts.alternateValueOf(step.alternateIndex);
    return value === undefined ? undefined : decimal(value);
  }
  if (step.kind === 'referenceDealers') return facts.quotes.length < step.quotesMin ? undefined : dealerPrice(facts.quotes);
  return step.kind === 'negotiated' && facts.agreedPrice !== undefined ? decimal(facts.agreedPrice) : undefined;
}

/** With four quotes or more the highest and the lowest are left out; with three the middle one counts. @source ISDA § 7.1(d), reference dealers */
function dealerPrice(quotes: readonly DecimalText[]): Decimal | undefined {
  const sorted = quotes.map((quote) => decimal(quote)).toSorted((left, right) => left.comparedTo(right));
  const kept = sorted.length >= 3 ? sorted.slice(1, -1) : sorted;
  return kept.length === 0 ? undefined : sum(kept).dividedBy(kept.length);
}
