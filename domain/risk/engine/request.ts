import type { MarketWindow, ReturnKind } from './market-window.ts';
import type { QuantileRule } from './quantiles.ts';
import type { StressScenario } from './stress.ts';
import type { EwmaStart } from './weighted-history.ts';

export const RISK_METHODS = [
  'historical',
  'parametric',
  'ewma',
  'ageWeighted',
  'cornishFisher',
  'monteCarlo',
  'correlation',
  'stress',
  'backtest',
] as const;
export type RiskMethod = (typeof RISK_METHODS)[number];

/** A request whose every field is there and sound: prices and quantities finite, dates ascending, options within their bounds. */
export type RiskRequest = {
  readonly prices: {
    readonly dates: readonly string[];
    readonly series: Readonly<Record<string, Float64Array>>;
    readonly version: string | undefined;
  };
  readonly positions: Readonly<Record<string, number>>;
  readonly returns: ReturnKind;
  readonly horizonDays: number;
  readonly confidence: readonly number[];
  readonly methods: readonly RiskMethod[];
  readonly options: RiskOptions;
};

export type RiskOptions = {
  readonly ewma: { readonly lambda: number; readonly start: EwmaStart };
  readonly ageWeighted: { readonly lambda: number };
  readonly monteCarlo: { readonly paths: number; readonly seed: number; readonly repair: MatrixRepair };
  readonly backtest: { readonly window: number; readonly quantile: QuantileRule; readonly confidence: number };
  readonly stress: readonly StressScenario[];
};

/** What is done where a correlation matrix is singular or not positive semi-definite. */
export const MATRIX_REPAIRS = ['refuse', 'nearestCorrelation'] as const;
export type MatrixRepair = (typeof MATRIX_REPAIRS)[number];

/** The options where the request names none. */
export const DEFAULT_OPTIONS: RiskOptions = {
  ewma: { lambda: 0.94, start: 'normalised' },
  ageWeighted: { lambda: 0.98 },
  monteCarlo: { paths: 100_000, seed: 1, repair: 'refuse' },
  backtest: { window: 250, quantile: 'type1', confidence: 0.99 },
  stress: [],
};
export const DEFAULT_CONFIDENCE: readonly number[] = [0.95, 0.975, 0.99];

/** Bounds of one request. */
export const RISK_BOUNDS = {
  dates: 100_000,
  instruments: 10_000,
  /** Methods that build a matrix cost its square a day. */
  matrixInstruments: 1_000,
  /** Kendall's tau compares every two days. */
  correlationInstruments: 100,
  kendallDates: 20_000,
  paths: 10_000_000,
  draws: 500_000_000,
  confidences: 10,
  scenarios: 1_000,
  horizonDays: 1_000,
  backtestWindow: 10_000,
} as const;

/** The part of a request that is hashed: every number that a result depends on, defaults included, whatever the order of its keys. */
export function hashedInput(request: RiskRequest): unknown {
  return {
    ...request,
    prices: {
      ...request.prices,
      series: Object.fromEntries(Object.entries(request.prices.series).map(([name, values]) => [name, Array.from(values)])),
    },
  };
}

/** The instruments held with their prices, in the order of their names. */
export function marketWindow(request: RiskRequest): MarketWindow {
  const instruments = Object.keys(request.positions).toSorted((left, right) => (left < right ? -1 : 1));
  return {
    dates: request.prices.dates,
    instruments,
    prices: instruments.map((name) => request.prices.series[name] ?? new Float64Array(0)),
    quantities: Float64Array.from(instruments, (name) => request.positions[name] ?? 0),
    returns: request.returns,
  };
}
