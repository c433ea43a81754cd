import { ascending, at, tailProbability } from './numeric.ts';
import { loss, lowerQuantile } from './quantiles.ts';
import type { QuantileRule } from './quantiles.ts';
import { binomialCumulative, chiSquareTail } from './special-functions.ts';

export type LikelihoodTest = { statistic: number; p: number };
export type Transitions = { n00: number; n01: number; n10: number; n11: number };
export type Zone = 'green' | 'yellow' | 'red';

export type BacktestResult = {
  observations: number;
  exceptions: number;
  /** Indexes into the profits, of the days on which the loss was greater than the VaR of the window before. */
  exceptionDays: number[];
  kupiec: LikelihoodTest;
  independence: LikelihoodTest & { transitions: Transitions };
  conditionalCoverage: LikelihoodTest;
  zone: Zone;
};

/** Cumulative probabilities from which the traffic light is yellow and red. @source Basel Committee 1996, Supervisory framework for backtesting; MAR99 */
const YELLOW_FROM = 0.95;
const RED_FROM = 0.9999;

/** Historical VaR of each `window` days against the next day's profit; profits by day, oldest first, more of them than the window. */
export function backtest(input: { profits: Float64Array; window: number; rule: QuantileRule; confidence: number }): BacktestResult {
  const { profits, window, rule, confidence } = input;
  const tail = tailProbability(confidence);
  const hits: boolean[] = [];
  const exceptionDays: number[] = [];
  for (let day = window; day < profits.length; day += 1) {
    const limit = loss(lowerQuantile({ sorted: ascending(profits.subarray(day - window, day)), tail, rule }));
    const isException = at(profits, day) < -limit;
    hits.push(isException);
    if (isException) exceptionDays.push(day);
  }
  return { exceptionDays, ...judgeExceptions({ hits, tail }) };
}

/** The tests of a run of exceptions at the rate `tail`. */
export function judgeExceptions({ hits, tail }: { hits: readonly boolean[]; tail: number }): Omit<BacktestResult, 'exceptionDays'> {
  const exceptions = hits.filter(Boolean).length;
  const kupiec = kupiecTest({ observations: hits.length, exceptions, tail });
  const transitions = countTransitions(hits);
  const independence = independenceTest(transitions);
  const joint = kupiec.statistic + independence.statistic;
  return {
    observations: hits.length,
    exceptions,
    kupiec,
    independence: { ...independence, transitions },
    conditionalCoverage: { statistic: joint, p: chiSquareTail({ statistic: joint, degrees: 2 }) },
    zone: trafficLight({ observations: hits.length, exceptions, tail }),
  };
}

/** Proportion of failures, chi-square with one degree of freedom. @source Kupiec 1995 */
export function kupiecTest(input: { observations: number; exceptions: number; tail: number }): LikelihoodTest {
  const { observations, exceptions, tail } = input;
  const rate = exceptions / observations;
  const rest = observations - exceptions;
  return likelihoodTest(2 * (logLikelihood(rest, exceptions, rate) - logLikelihood(rest, exceptions, tail)));
}

/** Exceptions that follow exceptions, chi-square with one degree of freedom. @source Christoffersen 1998 */
export function independenceTest({ n00, n01, n10, n11 }: Transitions): LikelihoodTest {
  const all = n00 + n01 + n10 + n11;
  const common = all === 0 ? 0 : (n01 + n11) / all;
  const afterQuiet = n00 + n01 === 0 ? 0 : n01 / (n00 + n01);
  const afterException = n10 + n11 === 0 ? 0 : n11 / (n10 + n11);
  const apart = logLikelihood(n00, n01, afterQuiet) + logLikelihood(n10, n11, afterException);
  return likelihoodTest(2 * (apart - logLikelihood(n00 + n10, n01 + n11, common)));
}

/** Basel's traffic light by the cumulative binomial probability: at 99 % over 250 days green to 4, yellow 5 to 9, red from 10. */
export function trafficLight(input: { observations: number; exceptions: number; tail: number }): Zone {
  const cumulative = binomialCumulative({ k: input.exceptions, n: input.observations, p: input.tail });
  if (cumulative < YELLOW_FROM) return 'green';
  return cumulative < RED_FROM ? 'yellow' : 'red';
}

function countTransitions(hits: readonly boolean[]): Transitions {
  const counts = { n00: 0, n01: 0, n10: 0, n11: 0 };
  for (let day = 1; day < hits.length; day += 1) {
    const before = hits[day - 1] === true ? 1 : 0;
    const after = hits[day] === true ? 1 : 0;
    counts[`n${before}${after}`] += 1;
  }
  return counts;
}

function likelihoodTest(statistic: number): LikelihoodTest {
  const bounded = Math.max(0, statistic);
  return { statistic: bounded, p: chiSquareTail({ statistic: bounded, degrees: 1 }) };
}

/** misses ln(1 - p) + hits ln(p), with 0 ln 0 = 0. */
function logLikelihood(misses: number, hits: number, p: number): number {
  return (misses === 0 ? 0 : misses * Math.log1p(-p)) + (hits === 0 ? 0 : hits * Math.log(p));
}
