import { at } from './numeric.ts';

export const RETURN_KINDS = ['relative', 'log', 'absolute'] as const;
export type ReturnKind = (typeof RETURN_KINDS)[number];

/**
 * Prices and quantities of the instruments held, in the order of their names, so that sums do not depend on the order of the input.
 * Every series has one price a date; prices in currency per unit, quantities in units, signed.
 */
export type MarketWindow = {
  readonly dates: readonly string[];
  readonly instruments: readonly string[];
  readonly prices: readonly Float64Array[];
  readonly quantities: Float64Array;
  readonly returns: ReturnKind;
};

/** The last price of each instrument. */
export function lastPrices(window: MarketWindow): Float64Array {
  return Float64Array.from(window.prices, (series) => at(series, series.length - 1));
}

/**
 * What one unit of return of each instrument earns: quantity x last price for relative and log returns, the quantity for absolute changes.
 */
export function exposuresOf(window: MarketWindow): Float64Array {
  if (window.returns === 'absolute') return window.quantities.slice();
  return lastPrices(window).map((price, index) => price * at(window.quantities, index));
}

/** One-day returns of one series: P[t+1]/P[t] - 1, its logarithm, or P[t+1] - P[t]; one fewer than there are prices. */
export function seriesReturns({ prices, kind }: { prices: Float64Array; kind: ReturnKind }): Float64Array {
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let index = 0; index < returns.length; index += 1) {
    const before = at(prices, index);
    const after = at(prices, index + 1);
    returns[index] = kind === 'absolute' ? after - before : kind === 'relative' ? after / before - 1 : Math.log(after / before);
  }
  return returns;
}

export function windowReturns(window: MarketWindow): Float64Array[] {
  return window.prices.map((prices) => seriesReturns({ prices, kind: window.returns }));
}

/**
 * Profit and loss of today's position over every overlapping window of `horizonDays`, by full revaluation: each past move is applied to the
 * last price. A log return r moves a price P to P e^r, so relative and log returns give the same profit and loss.
 */
export function scenarioProfits({ window, horizonDays }: { window: MarketWindow; horizonDays: number }): Float64Array {
  const count = Math.max(0, window.dates.length - horizonDays);
  const profits = new Float64Array(count);
  for (const [instrument, prices] of window.prices.entries()) {
    const quantity = at(window.quantities, instrument);
    if (window.returns === 'absolute') addDifferences({ profits, prices, horizonDays, quantity });
    else addRatios({ profits, prices, horizonDays, exposure: quantity * at(prices, prices.length - 1) });
  }
  return profits;
}

function addDifferences(input: { profits: Float64Array; prices: Float64Array; horizonDays: number; quantity: number }): void {
  const { profits, prices, horizonDays, quantity } = input;
  for (let index = 0; index < profits.length; index += 1) {
    const difference = (prices[index + horizonDays] ?? Number.NaN) - (prices[index] ?? Number.NaN);
    profits[index] = (profits[index] ?? Number.NaN) + quantity * difference;
  }
}

function addRatios(input: { profits: Float64Array; prices: Float64Array; horizonDays: number; exposure: number }): void {
  const { profits, prices, horizonDays, exposure } = input;
  for (let index = 0; index < profits.length; index += 1) {
    const ratio = (prices[index + horizonDays] ?? Number.NaN) / (prices[index] ?? Number.NaN);
    profits[index] = (profits[index] ?? Number.NaN) + exposure * (ratio - 1);
  }
}

/** Profit and loss of one instrument in some scenarios of `scenarioProfits`, written into `out` in their order. */
export function instrumentProfits(input: {
  window: MarketWindow;
  instrument: number;
  scenarios: Uint32Array;
  horizonDays: number;
  out: Float64Array;
}): void {
  const { window, instrument, scenarios, horizonDays, out } = input;
  const prices = window.prices[instrument] ?? new Float64Array(0);
  const isAbsolute = window.returns === 'absolute';
  const quantity = window.quantities[instrument] ?? Number.NaN;
  const exposure = quantity * (prices[prices.length - 1] ?? Number.NaN);
  for (let index = 0; index < scenarios.length; index += 1) {
    const scenario = scenarios[index] ?? 0;
    const before = prices[scenario] ?? Number.NaN;
    const after = prices[scenario + horizonDays] ?? Number.NaN;
    out[index] = isAbsolute ? quantity * (after - before) : exposure * (after / before - 1);
  }
}
