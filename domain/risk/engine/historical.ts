import { RANK_TOLERANCE, at, ascending, itemAt, tailProbability } from './numeric.ts';
import { instrumentProfits, scenarioProfits } from './market-window.ts';
import type { MarketWindow } from './market-window.ts';
import { expectedShortfall, loss, valueAtRisk } from './quantiles.ts';
import type { QuantileRule, ShortfallByConvention } from './quantiles.ts';

export type HistoricalLevel = {
  var: Record<QuantileRule, number>;
  es: ShortfallByConvention;
  /** Each instrument's share of the Acerbi-Tasche ES; the shares sum to it. */
  esComponents: Float64Array;
};

/** Historical simulation by full revaluation over overlapping windows of `horizonDays`. */
export function historicalRisk(input: { window: MarketWindow; horizonDays: number; confidences: readonly number[] }): HistoricalLevel[] {
  const { window, horizonDays, confidences } = input;
  const profits = scenarioProfits({ window, horizonDays });
  const sorted = ascending(profits);
  const tails = confidences.map(tailProbability);
  const components = shortfallComponents({ window, horizonDays, profits, tails });
  return tails.map((tail, index) => ({
    var: valueAtRisk({ sorted, tail }),
    es: expectedShortfall({ sorted, tail }),
    esComponents: itemAt(components, index),
  }));
}

/** Shares of the instruments by tail: each looks once at the scenarios of the widest tail, for the price table is too large to read often. */
function shortfallComponents(input: {
  window: MarketWindow;
  horizonDays: number;
  profits: Float64Array;
  tails: readonly number[];
}): Float64Array[] {
  const { window, horizonDays, profits, tails } = input;
  const count = profits.length;
  const order = Array.from(profits.keys()).toSorted((left, right) => at(profits, left) - at(profits, right) || left - right);
  const weights = tails.map((tail) => tailWeights({ tail, count }));
  const scenarios = Uint32Array.from(order.slice(0, Math.max(...weights.map(({ length }) => length))));
  const own = new Float64Array(scenarios.length);
  const components = tails.map(() => new Float64Array(window.instruments.length));
  for (let instrument = 0; instrument < window.instruments.length; instrument += 1) {
    instrumentProfits({ window, instrument, scenarios, horizonDays, out: own });
    for (const [level, weight] of weights.entries()) itemAt(components, level)[instrument] = loss(weightedSum(weight, own));
  }
  return components;
}

/** Weights of the worst scenarios in the coherent ES: 1 / (n p) each, and for the last the rest that is missing to one. */
function tailWeights({ tail, count }: { tail: number; count: number }): Float64Array {
  const whole = Math.floor(count * tail + RANK_TOLERANCE);
  const rest = tail - whole / count;
  const weights = new Float64Array(rest > RANK_TOLERANCE ? whole + 1 : whole).fill(1 / count / tail);
  if (rest > RANK_TOLERANCE) weights[whole] = rest / tail;
  return weights;
}

/** The inner product over the length of the weights; the values may go on. */
function weightedSum(weights: Float64Array, values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < weights.length; index += 1) total += (weights[index] ?? Number.NaN) * (values[index] ?? Number.NaN);
  return total;
}
