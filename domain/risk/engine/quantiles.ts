import { RANK_TOLERANCE, at } from './numeric.ts';

/** How a quantile is read off n sorted values; see docs/risk-conventions.md. */
export const QUANTILE_RULES = ['type1', 'type6', 'type7'] as const;
export type QuantileRule = (typeof QUANTILE_RULES)[number];

/** Expected shortfall in its three conventions, each a positive loss. */
export type ShortfallByConvention = { acerbiTasche: number; meanAtOrBelowType1: number; meanBelowType7: number };

/**
 * The `tail` quantile of profits and losses in ascending order (0 < tail < 1, at least one value).
 * type1: x[ceil(n p)] counted from 1; type6: h = (n + 1) p - 1, type7: h = (n - 1) p, both counted from 0, clamped and interpolated.
 * @source Hyndman and Fan 1996, definitions 1, 6, 7
 */
export function lowerQuantile({ sorted, tail, rule }: { sorted: Float64Array; tail: number; rule: QuantileRule }): number {
  const count = sorted.length;
  if (rule === 'type1') return at(sorted, Math.min(count, Math.max(1, Math.ceil(count * tail - RANK_TOLERANCE))) - 1);
  const position = rule === 'type6' ? (count + 1) * tail - 1 : (count - 1) * tail;
  const clamped = Math.min(count - 1, Math.max(0, position));
  const below = Math.floor(clamped + RANK_TOLERANCE);
  const fraction = Math.max(0, clamped - below);
  const lower = at(sorted, below);
  return fraction === 0 ? lower : lower + fraction * (at(sorted, below + 1) - lower);
}

/** Value at risk by the three rules, positive losses. */
export function valueAtRisk({ sorted, tail }: { sorted: Float64Array; tail: number }): Record<QuantileRule, number> {
  return {
    type1: loss(lowerQuantile({ sorted, tail, rule: 'type1' })),
    type6: loss(lowerQuantile({ sorted, tail, rule: 'type6' })),
    type7: loss(lowerQuantile({ sorted, tail, rule: 'type7' })),
  };
}

/** Expected shortfall by the three conventions; each is at least its own VaR. */
export function expectedShortfall({ sorted, tail }: { sorted: Float64Array; tail: number }): ShortfallByConvention {
  const type1 = lowerQuantile({ sorted, tail, rule: 'type1' });
  const type7 = lowerQuantile({ sorted, tail, rule: 'type7' });
  return {
    acerbiTasche: acerbiTasche({ sorted, tail }),
    meanAtOrBelowType1: loss(headMean({ sorted, isInside: (value) => value <= type1 }) ?? type1),
    // Where nothing lies strictly below, the quantile is the smallest value itself, and the tail is made of that one value.
    meanBelowType7: loss(headMean({ sorted, isInside: (value) => value < type7 }) ?? type7),
  };
}

/** The coherent ES: the k = floor(n p) smallest whole, and of the next one the fraction that is missing to p. @source Acerbi and Tasche 2002 */
export function acerbiTasche({ sorted, tail }: { sorted: Float64Array; tail: number }): number {
  const count = sorted.length;
  const whole = Math.floor(count * tail + RANK_TOLERANCE);
  let total = 0;
  for (let index = 0; index < whole; index += 1) total += at(sorted, index);
  const rest = tail - whole / count;
  const partial = rest > RANK_TOLERANCE ? rest * at(sorted, whole) : 0;
  return loss((total / count + partial) / tail);
}

/** A positive loss of a P&L value; never minus zero, which JSON would turn into another value than it was. */
export function loss(profit: number): number {
  return profit === 0 ? 0 : -profit;
}

function headMean({ sorted, isInside }: { sorted: Float64Array; isInside: (value: number) => boolean }): number | undefined {
  let total = 0;
  let count = 0;
  while (count < sorted.length && isInside(at(sorted, count))) {
    total += at(sorted, count);
    count += 1;
  }
  return count === 0 ? undefined : total / count;
}
