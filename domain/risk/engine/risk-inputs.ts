import { scenarioProfits, windowReturns } from './market-window.ts';
import type { MarketWindow } from './market-window.ts';
import { sampleCovariance } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';
import { marketWindow } from './request.ts';
import type { RiskRequest } from './request.ts';
import { usesReturns } from './sufficiency.ts';

/** What the methods share, worked out once. */
export type RiskInputs = {
  readonly request: RiskRequest;
  readonly window: MarketWindow;
  /** Positions of `window.instruments` in the order in which matrices and vectors are given out. */
  readonly order: readonly number[];
  /** One-day returns of each instrument; none where nothing asks for them. */
  readonly returns: readonly Float64Array[];
  readonly covariance: () => SquareMatrix;
  /** Profits over the horizon, and over one day. */
  readonly profits: () => Float64Array;
  readonly dailyProfits: () => Float64Array;
};

/** Inputs of the methods; what is costly is worked out when a method first asks for it. */
export function prepareInputs({ request, instrumentOrder }: { request: RiskRequest; instrumentOrder: readonly string[] }): RiskInputs {
  const window = marketWindow(request);
  const returns = usesReturns(request) ? windowReturns(window) : [];
  return {
    request,
    window,
    order: instrumentOrder.map((name) => window.instruments.indexOf(name)),
    returns,
    covariance: once(() => sampleCovariance(returns)),
    profits: once(() => scenarioProfits({ window, horizonDays: request.horizonDays })),
    dailyProfits: once(() => scenarioProfits({ window, horizonDays: 1 })),
  };
}

function once<Value>(work: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}
