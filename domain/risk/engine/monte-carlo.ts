import { ascending, at, dot, mean, tailProbability } from './numeric.ts';
import { normalDensity, normalQuantile } from './distributions.ts';
import { cholesky, correlationOf, entry, standardDeviations } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';
import { REPAIR_SIZE_MAX, nearestCorrelation } from './nearest-correlation.ts';
import { createNormalSource } from './philox.ts';
import { acerbiTasche, loss, lowerQuantile } from './quantiles.ts';

export type MonteCarloLevel = { var: number; standardError: number; es: number };

/** The factor L of the covariance (L L' = covariance), and whether the correlation had to be repaired to have one. */
export type CorrelationFactor = { lower: SquareMatrix; isRepaired: boolean };

/** The Cholesky factor of a covariance, or why there is none without repair. */
export function correlationFactor(input: {
  covariance: SquareMatrix;
  repair: boolean;
}): CorrelationFactor | { refused: 'singular' | 'indefinite' | 'too-large' } {
  const { covariance, repair } = input;
  const correlation = correlationOf(covariance);
  const deviations = standardDeviations(covariance);
  const plain = cholesky(correlation);
  const isConstant = deviations.some((deviation) => deviation === 0);
  if (plain.kind === 'positive' && !isConstant) return { lower: scaled(plain.lower, deviations), isRepaired: false };
  if (!repair) return { refused: plain.kind === 'indefinite' ? 'indefinite' : 'singular' };
  if (plain.kind !== 'indefinite') return { lower: scaled(plain.lower, deviations), isRepaired: false };
  if (covariance.size > REPAIR_SIZE_MAX) return { refused: 'too-large' };
  return { lower: scaled(cholesky(nearestCorrelation(correlation).matrix).lower, deviations), isRepaired: true };
}

function scaled(lower: SquareMatrix, deviations: Float64Array): SquareMatrix {
  const { size } = lower;
  return { size, values: lower.values.map((value, index) => value * at(deviations, Math.floor(index / size))) };
}

/**
 * Profits of `paths` draws of normal returns with covariance L L' a day over `horizonDays`, mean zero. Relative and absolute returns are
 * linear in the exposure; a log return r earns exposure x (e^r - 1). One seed gives the same bytes always; workers that share the paths each
 * give their `firstPath`, and their profits in a row are those of one worker.
 */
export function simulateProfits(input: {
  factor: CorrelationFactor;
  exposures: Float64Array;
  isLog: boolean;
  horizonDays: number;
  paths: number;
  seed: number;
  firstPath?: number;
}): Float64Array {
  const { factor, exposures, isLog, horizonDays, paths, seed, firstPath = 0 } = input;
  const { lower } = factor;
  const root = Math.sqrt(horizonDays);
  const source = createNormalSource(seed);
  const draws = new Float64Array(lower.size);
  const profits = new Float64Array(paths);
  // Linear profits need L'e only once: e'(L z) = (L'e)'z.
  const loads = Float64Array.from({ length: lower.size }, (_, column) => root * columnDot({ lower, column, exposures }));
  for (let path = 0; path < paths; path += 1) {
    source.fill(firstPath + path, draws);
    profits[path] = isLog ? revalued({ lower, draws, exposures, root }) : dot(loads, draws);
  }
  return profits;
}

/**
 * VaR by type1 and ES by Acerbi-Tasche of simulated profits. The standard error is that of a normal quantile,
 * sqrt(a (1 - a) / N) / phi(z) x sd.
 */
export function monteCarloRisk({ profits, confidences }: { profits: Float64Array; confidences: readonly number[] }): MonteCarloLevel[] {
  const sorted = ascending(profits);
  const deviation = sampleDeviation(profits);
  return confidences.map((confidence) => {
    const tail = tailProbability(confidence);
    return {
      var: loss(lowerQuantile({ sorted, tail, rule: 'type1' })),
      standardError: relativeQuantileError({ tail, paths: profits.length }) * deviation,
      es: acerbiTasche({ sorted, tail }),
    };
  });
}

/** Standard error of the `tail` quantile of `paths` standard normal draws. */
export function relativeQuantileError({ tail, paths }: { tail: number; paths: number }): number {
  return Math.sqrt((tail * (1 - tail)) / paths) / normalDensity(normalQuantile(tail));
}

function sampleDeviation(values: Float64Array): number {
  const centre = mean(values);
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += (at(values, index) - centre) ** 2;
  return Math.sqrt(total / (values.length - 1));
}

function columnDot({ lower, column, exposures }: { lower: SquareMatrix; column: number; exposures: Float64Array }): number {
  let total = 0;
  for (let row = column; row < lower.size; row += 1) total += entry(lower, row, column) * at(exposures, row);
  return total;
}

function revalued(input: { lower: SquareMatrix; draws: Float64Array; exposures: Float64Array; root: number }): number {
  const { lower, draws, exposures, root } = input;
  let profit = 0;
  for (let row = 0; row < lower.size; row += 1) {
    let move = 0;
    for (let column = 0; column <= row; column += 1) move += entry(lower, row, column) * at(draws, column);
    profit += at(exposures, row) * Math.expm1(root * move);
  }
  return profit;
}
