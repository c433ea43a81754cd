import { assertNever } from '../../errors/app-error.ts';
import type { FieldIssue } from '../../errors/app-error.ts';
import { at, itemAt, mean, tailProbability } from './numeric.ts';
import { backtest } from './backtest.ts';
import type { RiskInputs } from './risk-inputs.ts';
import { correlationMatrix, influentialDays } from './correlation.ts';
import { cornishFisherQuantile, isCornishFisherValid, populationMoments } from './cornish-fisher.ts';
import { normalQuantile } from './distributions.ts';
import { historicalRisk } from './historical.ts';
import { exposuresOf } from './market-window.ts';
import { toRows } from './matrix.ts';
import { correlationFactor, monteCarloRisk, simulateProfits } from './monte-carlo.ts';
import { nearestCorrelation } from './nearest-correlation.ts';
import { parametricRisk, portfolioDeviation } from './parametric.ts';
import { loss } from './quantiles.ts';
import type { RiskMethod } from './request.ts';
import { reverseStress, stressProfit } from './stress.ts';
import type { StressOutcome } from './stress.ts';
import { ageWeightedRisk, ageWeights, ewmaCovariance } from './weighted-history.ts';

export type JsonValue = number | string | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type Measured = { ok: true; value: JsonValue } | { ok: false; issues: readonly FieldIssue[] };

/** One method on prepared inputs, in the shape in which `risk compute` gives it. */
export function measure({ method, inputs }: { method: RiskMethod; inputs: RiskInputs }): Measured {
  switch (method) {
    case 'historical':
      return done(historical(inputs));
    case 'parametric':
      return done(parametric(inputs));
    case 'ewma':
      return done(ewma(inputs));
    case 'ageWeighted':
      return done(ageWeighted(inputs));
    case 'cornishFisher':
      return done(cornishFisher(inputs));
    case 'monteCarlo':
      return monteCarlo(inputs);
    case 'correlation':
      return done(correlation(inputs));
    case 'stress':
      return stress(inputs);
    case 'backtest':
      return done(backtestMeasure(inputs));
    default:
      return assertNever(method);
  }
}

function done(value: JsonValue): Measured {
  return { ok: true, value };
}

function historical({ request, window, order }: RiskInputs): JsonValue {
  const { horizonDays, confidence } = request;
  const levels = historicalRisk({ window, horizonDays, confidences: confidence });
  return {
    ...byLevel(confidence, (_, index) => {
      const { var: value, es, esComponents } = itemAt(levels, index);
      return { var: value, es, esComponents: named({ window, order, values: esComponents }) };
    }),
    overlapping: horizonDays > 1,
  };
}

function parametric({ request, window, order, returns, covariance }: RiskInputs): JsonValue {
  const { horizonDays, confidence } = request;
  const exposures = exposuresOf(window);
  const means = Float64Array.from(returns, (series) => mean(series));
  const name = (values: Float64Array): JsonValue => named({ window, order, values });
  return {
    covariance: toRows(covariance(), order),
    mean: order.map((index) => at(means, index)),
    sd: portfolioDeviation({ covariance: covariance(), exposures }),
    horizonScaling: horizonDays > 1 ? 'squareRootOfTime' : 'none',
    ...byLevel(confidence, (level) => {
      const risk = parametricRisk({ covariance: covariance(), means, exposures, horizonDays, confidence: level });
      return { ...risk, components: name(risk.components), marginal: name(risk.marginal), incremental: name(risk.incremental) };
    }),
  };
}

function ewma({ request, window, order, returns }: RiskInputs): JsonValue {
  const { lambda, start } = request.options.ewma;
  const covariance = ewmaCovariance({ returns, lambda, start });
  const deviation = portfolioDeviation({ covariance, exposures: exposuresOf(window) });
  const root = Math.sqrt(request.horizonDays);
  return {
    covariance: toRows(covariance, order),
    sd: deviation,
    start,
    ...byLevel(request.confidence, (level) => ({ var: -normalQuantile(tailProbability(level)) * deviation * root })),
  };
}

function ageWeighted({ request, profits }: RiskInputs): JsonValue {
  const values = profits();
  const weights = ageWeights({ count: values.length, lambda: request.options.ageWeighted.lambda });
  return byLevel(request.confidence, (confidence) => ageWeightedRisk({ profits: values, weights, confidence }));
}

function cornishFisher({ request, profits }: RiskInputs): JsonValue {
  const moments = populationMoments(profits());
  const valid = isCornishFisherValid(moments);
  return {
    ...moments,
    ...byLevel(request.confidence, (level) => ({
      var: loss(cornishFisherQuantile({ moments, probability: tailProbability(level) })),
      valid,
    })),
  };
}

function monteCarlo({ request, window, covariance }: RiskInputs): Measured {
  const { paths, seed, repair } = request.options.monteCarlo;
  const factor = correlationFactor({ covariance: covariance(), repair: repair === 'nearestCorrelation' });
  if ('refused' in factor) return { ok: false, issues: [matrixIssue(factor.refused)] };
  const profits = simulateProfits({
    factor,
    exposures: exposuresOf(window),
    isLog: request.returns === 'log',
    horizonDays: request.horizonDays,
    paths,
    seed,
  });
  const levels = monteCarloRisk({ profits, confidences: request.confidence });
  return done({ ...byLevel(request.confidence, (_, index) => itemAt(levels, index)), repaired: factor.isRepaired });
}

function matrixIssue(refused: 'singular' | 'indefinite' | 'too-large'): FieldIssue {
  if (refused === 'too-large')
    return {
      field: '/positions',
      code: 'risk.matrix.tooLarge',
      message: 'the correlation matrix is not positive semi-definite and too large to repair',
      fix: 'Group the positions, or leave "monteCarlo" out.',
    };
  return {
    field: '/positions',
    code: refused === 'singular' ? 'risk.matrix.singular' : 'risk.matrix.notPositiveSemiDefinite',
    message:
      refused === 'singular'
        ? 'the covariance is singular: a series is constant, repeats another, or there are no more returns than instruments'
        : 'the correlation matrix is not positive semi-definite',
    fix: 'Leave the redundant instrument out, give a longer window, or ask for "options": {"monteCarlo": {"repair": "nearestCorrelation"}}.',
  };
}

function correlation({ window, order, returns }: RiskInputs): JsonValue {
  const repaired: Record<string, boolean> = {};
  const matrices = (['pearson', 'spearman', 'kendall'] as const).map((name) => {
    const { matrix, isRepaired } = nearestCorrelation(correlationMatrix({ columns: returns, measure: name }));
    repaired[name] = isRepaired;
    return [name, toRows(matrix, order)] as const;
  });
  return {
    ...Object.fromEntries(matrices),
    repaired,
    influentialDays: influentialDays(returns).map(({ row, column, day, pearson, pearsonWithoutDay }) => ({
      instruments: [itemAt(window.instruments, column), itemAt(window.instruments, row)],
      date: itemAt(window.dates, day + 1),
      pearson,
      pearsonWithoutDay,
    })),
  };
}

function stress({ request, window, order, covariance }: RiskInputs): Measured {
  const outcomes: JsonValue[] = [];
  for (const [index, scenario] of request.options.stress.entries()) {
    const outcome =
      scenario.kind === 'reverse'
        ? reverseStress({ window, covariance: covariance(), name: scenario.name, loss: scenario.loss })
        : stressProfit({ window, scenario });
    if (outcome === undefined) return { ok: false, issues: [noReverseIssue(index)] };
    outcomes.push(stressMember({ window, order, outcome }));
  }
  return done(outcomes);
}

function stressMember(input: { window: RiskInputs['window']; order: readonly number[]; outcome: StressOutcome }): JsonValue {
  const { outcome, ...place } = input;
  return {
    name: outcome.name,
    pnl: outcome.pnl,
    byPosition: named({ ...place, values: outcome.byInstrument }),
    moves: named({ ...place, values: outcome.moves }),
    ...(outcome.deviations === undefined ? {} : { deviations: outcome.deviations }),
  };
}

function noReverseIssue(index: number): FieldIssue {
  return {
    field: `/options/stress/${index}/reverse`,
    code: 'risk.stress.noVariance',
    message: 'the position has no variance on this window: no move loses anything',
    fix: 'Give positions or prices that move, or leave the reverse stress out.',
  };
}

function backtestMeasure({ request, window, dailyProfits }: RiskInputs): JsonValue {
  const { window: length, quantile, confidence } = request.options.backtest;
  const result = backtest({ profits: dailyProfits(), window: length, rule: quantile, confidence });
  return {
    observations: result.observations,
    exceptions: result.exceptions,
    exceptionDates: result.exceptionDays.map((day) => itemAt(window.dates, day + 1)),
    kupiec: result.kupiec,
    independence: result.independence,
    conditionalCoverage: result.conditionalCoverage,
    zone: result.zone,
  };
}

function byLevel(confidences: readonly number[], work: (confidence: number, index: number) => JsonValue): Record<string, JsonValue> {
  return Object.fromEntries(confidences.map((confidence, index) => [String(confidence), work(confidence, index)]));
}

function named(input: { window: RiskInputs['window']; order: readonly number[]; values: Float64Array }): JsonValue {
  const { window, order, values } = input;
  return Object.fromEntries(order.map((index) => [itemAt(window.instruments, index), at(values, index)]));
}
