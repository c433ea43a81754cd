import type { FieldIssue } from '../../errors/app-error.ts';
import { at } from './numeric.ts';
import { isConstant } from './correlation.ts';
import { windowReturns } from './market-window.ts';
import type { MarketWindow } from './market-window.ts';
import { RISK_BOUNDS, marketWindow } from './request.ts';
import type { RiskMethod, RiskRequest } from './request.ts';
import { pointer } from './request-reader.ts';

/** Returns from which a deviation, a quantile or a correlation can be taken at all. */
const RETURNS_MIN = 2;

const MATRIX_METHODS: readonly RiskMethod[] = ['parametric', 'ewma', 'monteCarlo', 'correlation'];

/** Why the methods asked for cannot be computed on this window; nothing where they can. */
export function sufficiencyIssues(request: RiskRequest): FieldIssue[] {
  const window = marketWindow(request);
  if (!usesReturns(request)) return window.dates.length > 0 ? [] : [tooShort({ has: 0, needs: 1, why: 'a last price' })];
  const issues = [...lengthIssues(request), ...signIssues(window), ...sizeIssues(request)];
  if (issues.length > 0 || !request.methods.includes('correlation')) return issues;
  return constantIssues(window);
}

/** Whether anything but stress with moves of its own is asked for. */
export function usesReturns(request: RiskRequest): boolean {
  return request.methods.some((method) => method !== 'stress') || usesReverse(request);
}

/** Whether a reverse stress, which needs the covariance, is asked for. */
export function usesReverse(request: RiskRequest): boolean {
  return request.methods.includes('stress') && request.options.stress.some((scenario) => scenario.kind === 'reverse');
}

function lengthIssues(request: RiskRequest): FieldIssue[] {
  const { methods, horizonDays, options } = request;
  const has = request.prices.dates.length;
  const needs = RETURNS_MIN + 1;
  if (has < needs) return [tooShort({ has, needs, why: `${RETURNS_MIN} returns` })];
  const overlapping = methods.some((method) => method === 'historical' || method === 'ageWeighted' || method === 'cornishFisher');
  if (overlapping && has < horizonDays + RETURNS_MIN)
    return [tooShort({ has, needs: horizonDays + RETURNS_MIN, why: `${RETURNS_MIN} overlapping windows of ${horizonDays} days` })];
  if (methods.includes('backtest') && has < options.backtest.window + 2)
    return [
      {
        field: '/options/backtest/window',
        code: 'risk.window.tooShort',
        message: `a window of ${options.backtest.window} returns and one day after it need ${options.backtest.window + 2} dates; there are ${has}`,
        fix: 'Give more dates, or a shorter window.',
      },
    ];
  return [];
}

function tooShort({ has, needs, why }: { has: number; needs: number; why: string }): FieldIssue {
  return {
    field: '/prices/dates',
    code: 'risk.window.tooShort',
    message: `has ${has} dates; ${why} need ${needs}`,
    fix: 'Give a longer history or a shorter horizon.',
  };
}

function signIssues(window: MarketWindow): FieldIssue[] {
  if (window.returns === 'absolute') return [];
  const issues: FieldIssue[] = [];
  for (const [index, instrument] of window.instruments.entries()) {
    const prices = window.prices[index] ?? new Float64Array(0);
    const day = prices.findIndex((price) => price <= 0);
    if (day < 0) continue;
    issues.push({
      field: pointer(pointer('/prices/series', instrument), day),
      code: 'risk.prices.nonPositive',
      message: `the price of '${instrument}' on ${window.dates[day] ?? ''} is ${at(prices, day)}: ${window.returns} returns have no meaning there`,
      fix: 'Ask for "returns": "absolute", or leave that part of the window out.',
    });
  }
  return issues;
}

function sizeIssues(request: RiskRequest): FieldIssue[] {
  const { methods, options } = request;
  const count = Object.keys(request.positions).length;
  const asksMatrix = methods.some((method) => MATRIX_METHODS.includes(method)) || usesReverse(request);
  if (asksMatrix && count > RISK_BOUNDS.matrixInstruments) return [tooMany({ count, max: RISK_BOUNDS.matrixInstruments })];
  if (methods.includes('correlation') && count > RISK_BOUNDS.correlationInstruments)
    return [tooMany({ count, max: RISK_BOUNDS.correlationInstruments })];
  if (methods.includes('correlation') && request.prices.dates.length > RISK_BOUNDS.kendallDates)
    return [
      {
        field: '/prices/dates',
        code: 'risk.tooLong',
        message: `correlations compare every two of at most ${RISK_BOUNDS.kendallDates} days`,
        fix: 'Give a shorter history, or leave "correlation" out.',
      },
    ];
  if (methods.includes('monteCarlo') && count * options.monteCarlo.paths > RISK_BOUNDS.draws)
    return [
      {
        field: '/options/monteCarlo/paths',
        code: 'risk.tooLong',
        message: `${options.monteCarlo.paths} paths of ${count} instruments are more than ${RISK_BOUNDS.draws} draws`,
        fix: 'Ask for fewer paths.',
      },
    ];
  return [];
}

function tooMany({ count, max }: { count: number; max: number }): FieldIssue {
  return {
    field: '/positions',
    code: 'risk.tooLong',
    message: `${count} instruments are more than the ${max} of these methods`,
    fix: 'Ask for historical, ageWeighted, cornishFisher, backtest or stress, or group the positions.',
  };
}

function constantIssues(window: MarketWindow): FieldIssue[] {
  return windowReturns(window).flatMap((returns, index) =>
    isConstant(returns)
      ? [
          {
            field: pointer('/prices/series', window.instruments[index] ?? ''),
            code: 'risk.correlation.constant',
            message: 'its returns never change, so that it correlates with nothing',
            fix: 'Leave it out of /positions, or ask without "correlation".',
          },
        ]
      : [],
  );
}
