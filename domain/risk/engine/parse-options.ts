import { readConfidence } from './parse-confidence.ts';
import { QUANTILE_RULES } from './quantiles.ts';
import { DEFAULT_OPTIONS, MATRIX_REPAIRS, RISK_BOUNDS } from './request.ts';
import type { RiskOptions } from './request.ts';
import { readChoice, readNumber, readObject } from './request-reader.ts';
import type { Issues } from './request-reader.ts';
import { parseStress } from './parse-stress.ts';
import { EWMA_STARTS } from './weighted-history.ts';

export type OptionContext = {
  readonly value: unknown;
  readonly dates: readonly string[];
  readonly series: Readonly<Record<string, Float64Array>> | undefined;
  readonly isStressAsked: boolean;
  readonly issues: Issues;
};

/** Reads `options`; what is absent takes the default that `DEFAULT_OPTIONS` states, and every result echoes. */
export function parseOptions({ value, dates, series, isStressAsked, issues }: OptionContext): RiskOptions | undefined {
  const options = value === undefined ? {} : readObject({ value, field: '/options', known: Object.keys(DEFAULT_OPTIONS), issues });
  if (options === undefined) return undefined;
  const ewma = part({ options, name: 'ewma', issues });
  const age = part({ options, name: 'ageWeighted', issues });
  const simulation = part({ options, name: 'monteCarlo', issues });
  const test = part({ options, name: 'backtest', issues });
  const { ewma: ewmaDefaults, monteCarlo: simulationDefaults, backtest: testDefaults } = DEFAULT_OPTIONS;
  return {
    ewma: {
      lambda: readDecay({ value: ewma['lambda'], field: '/options/ewma/lambda', fallback: ewmaDefaults.lambda, issues }),
      start:
        readChoice({
          value: ewma['start'],
          field: '/options/ewma/start',
          choices: EWMA_STARTS,
          fallback: ewmaDefaults.start,
          issues,
        }) ?? ewmaDefaults.start,
    },
    ageWeighted: {
      lambda: readDecay({
        value: age['lambda'],
        field: '/options/ageWeighted/lambda',
        fallback: DEFAULT_OPTIONS.ageWeighted.lambda,
        issues,
      }),
    },
    monteCarlo: readSimulation({ simulation, defaults: simulationDefaults, issues }),
    backtest: readBacktest({ test, defaults: testDefaults, issues }),
    stress: parseStress({ value: options['stress'], dates, series, isAsked: isStressAsked, issues }),
  };
}

function readSimulation(input: {
  simulation: Record<string, unknown>;
  defaults: RiskOptions['monteCarlo'];
  issues: Issues;
}): RiskOptions['monteCarlo'] {
  const { simulation, defaults, issues } = input;
  const field = '/options/monteCarlo';
  return {
    paths: readWhole({
      value: simulation['paths'],
      field: `${field}/paths`,
      min: 100,
      max: RISK_BOUNDS.paths,
      fallback: defaults.paths,
      issues,
    }),
    seed: readWhole({
      value: simulation['seed'],
      field: `${field}/seed`,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: defaults.seed,
      issues,
    }),
    repair:
      readChoice({
        value: simulation['repair'],
        field: `${field}/repair`,
        choices: MATRIX_REPAIRS,
        fallback: defaults.repair,
        issues,
      }) ?? defaults.repair,
  };
}

function readBacktest(input: {
  test: Record<string, unknown>;
  defaults: RiskOptions['backtest'];
  issues: Issues;
}): RiskOptions['backtest'] {
  const { test, defaults, issues } = input;
  const field = '/options/backtest';
  return {
    window: readWhole({
      value: test['window'],
      field: `${field}/window`,
      min: 2,
      max: RISK_BOUNDS.backtestWindow,
      fallback: defaults.window,
      issues,
    }),
    quantile:
      readChoice({
        value: test['quantile'],
        field: `${field}/quantile`,
        choices: QUANTILE_RULES,
        fallback: defaults.quantile,
        issues,
      }) ?? defaults.quantile,
    confidence:
      readConfidence({ value: test['confidence'], field: `${field}/confidence`, fallback: defaults.confidence, issues }) ??
      defaults.confidence,
  };
}

const PART_FIELDS = {
  ewma: ['lambda', 'start'],
  ageWeighted: ['lambda'],
  monteCarlo: ['paths', 'seed', 'repair'],
  backtest: ['window', 'quantile', 'confidence'],
} as const;

function part(input: { options: Record<string, unknown>; name: keyof typeof PART_FIELDS; issues: Issues }): Record<string, unknown> {
  const { options, name, issues } = input;
  const value = options[name];
  return value === undefined ? {} : (readObject({ value, field: `/options/${name}`, known: PART_FIELDS[name], issues }) ?? {});
}

/** A decay factor between zero and one, both excluded. */
function readDecay(input: { value: unknown; field: string; fallback: number; issues: Issues }): number {
  return readNumber({ ...input, isInside: (value) => value > 0 && value < 1, bounds: 'decay above 0 and below 1' }) ?? input.fallback;
}

function readWhole(input: { value: unknown; field: string; min: number; max: number; fallback: number; issues: Issues }): number {
  const { value, field, min, max, fallback, issues } = input;
  const number = readNumber({
    value,
    field,
    fallback,
    isInside: (whole) => Number.isSafeInteger(whole) && whole >= min && whole <= max,
    bounds: `whole number from ${min} to ${max}`,
    issues,
  });
  return number ?? fallback;
}
