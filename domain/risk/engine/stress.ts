import { at, dot } from './numeric.ts';
import { exposuresOf, lastPrices } from './market-window.ts';
import type { MarketWindow } from './market-window.ts';
import { timesVector } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';

/** Shocks by instrument; an instrument that is not named does not move. */
export type Shocks = Readonly<Record<string, number>>;

/**
 * A replay takes the absolute price moves between two days of the window; a relative shock is a share of the last price, an absolute one
 * an amount in currency a unit; a reverse stress asks for the likeliest moves that lose `loss`.
 */
export type StressScenario =
  | { readonly kind: 'replay'; readonly name: string; readonly from: string; readonly to: string }
  | { readonly kind: 'relative'; readonly name: string; readonly shocks: Shocks }
  | { readonly kind: 'absolute'; readonly name: string; readonly shocks: Shocks }
  | { readonly kind: 'reverse'; readonly name: string; readonly loss: number };

/** `moves` are price moves in currency a unit; `deviations` how many one-day standard deviations of the position a reverse stress lies out. */
export type StressOutcome = { name: string; pnl: number; byInstrument: Float64Array; moves: Float64Array; deviations?: number };

/** Profit and loss of a scenario that names its moves. */
export function stressProfit(input: {
  window: MarketWindow;
  scenario: Exclude<StressScenario, { readonly kind: 'reverse' }>;
}): StressOutcome {
  const { window, scenario } = input;
  const moves = scenarioMoves({ window, scenario });
  const byInstrument = moves.map((move, index) => move * at(window.quantities, index));
  let pnl = 0;
  for (const profit of byInstrument) pnl += profit;
  return { name: scenario.name, pnl, byInstrument, moves };
}

/**
 * Under normal returns with covariance S the likeliest returns that lose L on exposures e are -L S e / (e'Se), L / sqrt(e'Se) standard
 * deviations out. None exists where the position has no variance.
 */
export function reverseStress(input: {
  window: MarketWindow;
  covariance: SquareMatrix;
  name: string;
  loss: number;
}): StressOutcome | undefined {
  const { window, covariance, name, loss } = input;
  const exposures = exposuresOf(window);
  const product = timesVector(covariance, exposures);
  const variance = dot(exposures, product);
  if (!(variance > 0)) return undefined;
  const returns = product.map((cell) => (-loss * cell) / variance);
  const prices = lastPrices(window);
  return {
    name,
    pnl: dot(exposures, returns),
    byInstrument: returns.map((value, index) => value * at(exposures, index)),
    moves: returns.map((value, index) => (window.returns === 'absolute' ? value : value * at(prices, index))),
    deviations: loss / Math.sqrt(variance),
  };
}

function scenarioMoves(input: { window: MarketWindow; scenario: Exclude<StressScenario, { readonly kind: 'reverse' }> }): Float64Array {
  const { window, scenario } = input;
  if (scenario.kind === 'replay') {
    const from = window.dates.indexOf(scenario.from);
    const to = window.dates.indexOf(scenario.to);
    return Float64Array.from(window.prices, (series) => at(series, to) - at(series, from));
  }
  const prices = lastPrices(window);
  return Float64Array.from(window.instruments, (instrument, index) => {
    const shock = Object.hasOwn(scenario.shocks, instrument) ? (scenario.shocks[instrument] ?? 0) : 0;
    return scenario.kind === 'relative' ? shock * at(prices, index) : shock;
  });
}
