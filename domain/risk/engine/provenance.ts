import { itemAt, tailProbability } from './numeric.ts';
import { canonicalHash } from './canonical-json.ts';
import type { RiskInputs } from './risk-inputs.ts';
import type { JsonValue } from './measures.ts';
import { hashedInput } from './request.ts';
import type { RiskMethod, RiskRequest } from './request.ts';

/** Raised with every change that may alter a number for the same input. */
export const ENGINE_VERSION = '1.0.0';

/** What a number needs to be recomputed by an outsider. */
export type Provenance = {
  readonly conventions: JsonValue;
  /** SHA-256 of the canonical JSON of the request with its defaults filled in. */
  readonly inputHash: string;
  readonly codeVersion: string;
  /** The seed of the Monte Carlo method; null where no random number was drawn. */
  readonly seed: number | null;
};

export function provenanceOf({ inputs, codeVersion }: { inputs: RiskInputs; codeVersion: string }): Provenance {
  const { request, window, order } = inputs;
  return {
    conventions: {
      instruments: order.map((index) => itemAt(window.instruments, index)),
      window: { from: window.dates[0] ?? null, to: window.dates.at(-1) ?? null, dates: window.dates.length },
      curveVersion: request.prices.version ?? null,
      returns: request.returns,
      horizonDays: request.horizonDays,
      signs: 'VaR and ES are positive losses; P&L is a positive profit',
      profits: profitsText(request),
      methods: Object.fromEntries(request.methods.map((method) => [method, methodConventions({ method, request })])),
      warnings: warningsOf(request),
    },
    inputHash: canonicalHash(hashedInput(request)),
    codeVersion: `risk-engine/${ENGINE_VERSION} ${codeVersion}`,
    seed: request.methods.includes('monteCarlo') ? request.options.monteCarlo.seed : null,
  };
}

function profitsText({ returns }: RiskRequest): string {
  if (returns === 'absolute') return 'quantity x price change';
  const text = 'quantity x last price x (P[t+d]/P[t] - 1)';
  return returns === 'log' ? `${text}, which is the log return revalued in full` : text;
}

const QUANTILE_TEXTS = {
  type1: 'x[ceil(n p)] counted from 1',
  type6: 'h = (n+1)p - 1 counted from 0, clamped, interpolated',
  type7: 'h = (n-1)p counted from 0, interpolated',
};

function methodConventions({ method, request }: { method: RiskMethod; request: RiskRequest }): JsonValue {
  const { options, horizonDays } = request;
  const overlapping = horizonDays > 1 ? `overlapping windows of ${horizonDays} days` : 'one-day windows';
  const scaled = horizonDays > 1 ? `one-day deviation x sqrt(${horizonDays})` : 'one day';
  const conventions: Record<RiskMethod, JsonValue> = {
    historical: {
      quantiles: QUANTILE_TEXTS,
      es: {
        acerbiTasche: '(sum of the floor(n p) smallest / n + rest x the next) / p',
        meanAtOrBelowType1: 'mean of all values <= type1',
        meanBelowType7: 'mean of all values < type7; type7 itself where there is none',
      },
      horizon: overlapping,
    },
    parametric: { covariance: 'sample, n - 1, one day', sd: 'one day', mean: 'zero, and sample mean', horizon: scaled },
    ewma: { ...options.ewma, mean: 'zero', sd: 'one day', horizon: scaled },
    ageWeighted: { ...options.ageWeighted, rule: 'smallest loss whose cumulative weight reaches p', horizon: overlapping },
    cornishFisher: { moments: 'population, excess kurtosis', valid: 'monotone for every z', horizon: overlapping },
    monteCarlo: {
      ...options.monteCarlo,
      generator: 'Philox4x32-10, key = seed, counter = block and path; Box-Muller on 32-bit words',
      model: 'normal returns, mean zero, sample covariance (n - 1), Cholesky of the correlation',
      var: 'type1',
      es: 'acerbiTasche',
      standardError: 'sqrt(p(1-p)/N) / phi(z) x sample deviation of the paths',
      horizon: scaled,
    },
    correlation: { returns: 'one day', spearman: 'mid-ranks', kendall: 'tau-b', repair: 'Higham 2002 where an eigenvalue is negative' },
    stress: { replay: 'absolute price moves x quantity', reverse: 'likeliest normal returns that lose the amount, one day' },
    backtest: { ...options.backtest, profits: "today's position, one day", zone: 'binomial: yellow from 95 %, red from 99.99 %' },
  };
  return conventions[method];
}

function warningsOf(request: RiskRequest): string[] {
  if (!request.methods.some((method) => method === 'historical' || method === 'ageWeighted')) return [];
  const count = request.prices.dates.length - request.horizonDays;
  return request.confidence
    .filter((confidence) => count * tailProbability(confidence) < 1)
    .map((confidence) => `${count} scenarios are fewer than one in the tail at ${confidence}: the worst one decides`);
}
