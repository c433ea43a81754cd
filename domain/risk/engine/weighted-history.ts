import { RANK_TOLERANCE, at, tailProbability } from './numeric.ts';
import { gram } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';
import { loss } from './quantiles.ts';

/** How the recursive covariance begins: weights normalised to one, or the first outer product taken whole. */
export const EWMA_STARTS = ['normalised', 'firstOuterProduct'] as const;
export type EwmaStart = (typeof EWMA_STARTS)[number];

/**
 * Exponentially weighted covariance with zero mean. `normalised`: weights (1 - l) l^(n-1-i), divided by their sum. `firstOuterProduct`:
 * S(0) = r(0) r(0)', then S(t) = l S(t-1) + (1 - l) r(t) r(t)', which gives the first day the weight l^(n-1).
 * @source J.P. Morgan/Reuters 1996, RiskMetrics technical document, section 5.2
 */
export function ewmaCovariance(input: { returns: readonly Float64Array[]; lambda: number; start: EwmaStart }): SquareMatrix {
  const { returns, lambda, start } = input;
  const count = returns[0]?.length ?? 0;
  const normaliser = start === 'normalised' ? 1 - lambda ** count : 1;
  return gram({
    columns: returns,
    weight: (index) => {
      const age = count - 1 - index;
      if (start === 'firstOuterProduct' && index === 0) return lambda ** age;
      return ((1 - lambda) * lambda ** age) / normaliser;
    },
  });
}

/** The weights of n scenarios, oldest first: (1 - l) l^(n-1-i) / (1 - l^n). @source Boudoukh, Richardson and Whitelaw 1998 */
export function ageWeights({ count, lambda }: { count: number; lambda: number }): Float64Array {
  const scale = (1 - lambda) / (1 - lambda ** count);
  return Float64Array.from({ length: count }, (_, index) => scale * lambda ** (count - 1 - index));
}

/**
 * Age-weighted historical VaR and ES of profits in the order of time: VaR is the smallest loss whose cumulative weight reaches
 * 1 - confidence; ES takes of that scenario the weight that is missing.
 */
export function ageWeightedRisk(input: { profits: Float64Array; weights: Float64Array; confidence: number }): { var: number; es: number } {
  const { profits, weights } = input;
  const tail = tailProbability(input.confidence);
  const order = Array.from(profits.keys()).toSorted((left, right) => at(profits, left) - at(profits, right) || left - right);
  let cumulative = 0;
  let total = 0;
  let last = Number.NaN;
  for (const scenario of order) {
    last = at(profits, scenario);
    const weight = at(weights, scenario);
    if (cumulative + weight >= tail - RANK_TOLERANCE) break;
    cumulative += weight;
    total += weight * last;
  }
  return { var: loss(last), es: loss((total + Math.max(0, tail - cumulative) * last) / tail) };
}
