import type { FieldIssue } from '../../errors/app-error.ts';
import { itemAt } from './numeric.ts';
import { RETURN_KINDS } from './market-window.ts';
import { readConfidence } from './parse-confidence.ts';
import { parseOptions } from './parse-options.ts';
import { DEFAULT_CONFIDENCE, RISK_BOUNDS, RISK_METHODS } from './request.ts';
import type { RiskMethod, RiskRequest } from './request.ts';
import {
  createIssues,
  isDay,
  pointer,
  readArray,
  readChoice,
  readNumber,
  readObject,
  readText,
  riskNumber,
  shown,
} from './request-reader.ts';
import type { Issues } from './request-reader.ts';
import { sufficiencyIssues } from './sufficiency.ts';

const REQUEST_FIELDS = ['prices', 'positions', 'returns', 'horizonDays', 'confidence', 'methods', 'options'];

/**
 * Reads the request of `risk compute`. Refuses what is missing, unknown, no finite number, of unequal length, unordered in time, without a
 * price, too short for its methods, or non-positive under relative and log returns; every refusal names the field and the way on.
 */
export function parseRiskRequest(value: unknown): { ok: true; request: RiskRequest } | { ok: false; issues: FieldIssue[] } {
  const issues = createIssues();
  const root = readObject({ value, field: '', known: REQUEST_FIELDS, issues });
  if (root === undefined) return { ok: false, issues: issues.found };
  const prices = readPrices({ value: root['prices'], issues });
  const positions = readPositions({ value: root['positions'], series: prices?.series, issues });
  const returns = readChoice({ value: root['returns'], field: '/returns', choices: RETURN_KINDS, fallback: 'relative', issues });
  const horizonDays = readNumber({
    value: root['horizonDays'],
    field: '/horizonDays',
    fallback: 1,
    isInside: (days) => Number.isInteger(days) && days >= 1 && days <= RISK_BOUNDS.horizonDays,
    bounds: `whole number of days from 1 to ${RISK_BOUNDS.horizonDays}`,
    issues,
  });
  const confidence = readConfidences({ value: root['confidence'], issues });
  const methods = readMethods({ value: root['methods'], issues });
  const options = parseOptions({
    value: root['options'],
    dates: prices?.dates ?? [],
    series: prices?.series,
    isStressAsked: methods?.includes('stress') ?? false,
    issues,
  });
  if (issues.found.length > 0 || prices === undefined || positions === undefined || returns === undefined) {
    return { ok: false, issues: issues.found };
  }
  if (horizonDays === undefined || confidence === undefined || methods === undefined || options === undefined) {
    return { ok: false, issues: issues.found };
  }
  const request: RiskRequest = { prices, positions, returns, horizonDays, confidence, methods, options };
  const insufficient = sufficiencyIssues(request);
  return insufficient.length > 0 ? { ok: false, issues: insufficient } : { ok: true, request };
}

function readPrices({ value, issues }: { value: unknown; issues: Issues }): RiskRequest['prices'] | undefined {
  const prices = readObject({ value, field: '/prices', known: ['dates', 'series', 'version'], issues });
  if (prices === undefined) return undefined;
  const version = prices['version'] === undefined ? undefined : readText({ value: prices['version'], field: '/prices/version', issues });
  const dates = readDates({ value: prices['dates'], issues });
  const named = readObject({ value: prices['series'], field: '/prices/series', issues });
  if (dates === undefined || named === undefined) return undefined;
  const names = Object.keys(named);
  if (names.length === 0 || names.length > RISK_BOUNDS.instruments) {
    issues.add({
      field: '/prices/series',
      code: 'risk.prices.series',
      message: `has ${names.length} series`,
      fix: `Give 1 to ${RISK_BOUNDS.instruments} series, each under its name.`,
    });
    return undefined;
  }
  const series = names.map((name) => [name, readSeries({ name, value: named[name], count: dates.length, issues })] as const);
  return { dates, series: Object.fromEntries(series), version };
}

function readDates({ value, issues }: { value: unknown; issues: Issues }): string[] | undefined {
  const items = readArray({ value, field: '/prices/dates', max: RISK_BOUNDS.dates, issues });
  if (items === undefined) return undefined;
  const dates: string[] = [];
  for (const [index, item] of items.entries()) {
    const field = pointer('/prices/dates', index);
    if (!isDay(item)) {
      issues.add({ field, code: 'risk.prices.date', message: `${shown(item)} is no day`, fix: 'Write it as 2019-01-02.' });
      return undefined;
    }
    if (index > 0 && item <= itemAt(dates, index - 1)) {
      issues.add({
        field,
        code: 'risk.prices.order',
        message: `${item} does not follow ${itemAt(dates, index - 1)}`,
        fix: 'Give every day once, oldest first, and the prices in the same order.',
      });
      return undefined;
    }
    dates.push(item);
  }
  return dates;
}

function readSeries(input: { name: string; value: unknown; count: number; issues: Issues }): Float64Array {
  const { name, value, count, issues } = input;
  const field = pointer('/prices/series', name);
  const items = readArray({ value, field, max: RISK_BOUNDS.dates, issues });
  if (items === undefined) return new Float64Array(0);
  if (items.length !== count) {
    issues.add({
      field,
      code: 'risk.prices.length',
      message: `has ${items.length} prices for ${count} dates`,
      fix: 'Give one price a date: leave out the days on which one of the series has none.',
    });
  }
  const prices = new Float64Array(items.length);
  for (const [index, item] of items.entries()) {
    const price = riskNumber(item);
    if (price === undefined)
      issues.add({
        field: pointer(field, index),
        code: 'risk.prices.number',
        message: `${shown(item)} is no finite number`,
        fix: 'Give the price of that day, or leave the day out of every series.',
      });
    prices[index] = price ?? 0;
  }
  return prices;
}

function readPositions(input: {
  value: unknown;
  series: Readonly<Record<string, Float64Array>> | undefined;
  issues: Issues;
}): Readonly<Record<string, number>> | undefined {
  const { value, series, issues } = input;
  const named = readObject({ value, field: '/positions', issues });
  if (named === undefined) return undefined;
  const names = Object.keys(named);
  if (names.length === 0)
    issues.add({ field: '/positions', code: 'risk.positions.none', message: 'holds nothing', fix: 'Give at least one position.' });
  const quantities = names.map((name) => {
    const field = pointer('/positions', name);
    if (series !== undefined && !Object.hasOwn(series, name))
      issues.add({
        field,
        code: 'risk.positions.unknown',
        message: `there are no prices of '${name}'`,
        fix: `Add its series to /prices/series, or name one of ${Object.keys(series).slice(0, 20).join(', ')}.`,
      });
    return [name, readNumber({ value: named[name], field, issues }) ?? 0] as const;
  });
  return Object.fromEntries(quantities);
}

function readConfidences({ value, issues }: { value: unknown; issues: Issues }): readonly number[] | undefined {
  if (value === undefined) return DEFAULT_CONFIDENCE;
  const items = readArray({ value, field: '/confidence', max: RISK_BOUNDS.confidences, issues });
  if (items === undefined) return undefined;
  const levels = items.map((item, index) => readConfidence({ value: item, field: pointer('/confidence', index), issues }) ?? 0);
  if (levels.length === 0 || new Set(levels).size !== levels.length)
    issues.add({
      field: '/confidence',
      code: 'risk.confidence',
      message: levels.length === 0 ? 'is empty' : 'names a level twice',
      fix: 'Give each level once, e.g. [0.95, 0.975, 0.99].',
    });
  return levels;
}

function readMethods({ value, issues }: { value: unknown; issues: Issues }): readonly RiskMethod[] | undefined {
  const items = readArray({ value, field: '/methods', max: RISK_METHODS.length, issues });
  if (items === undefined) return undefined;
  if (items.length === 0)
    issues.add({ field: '/methods', code: 'risk.methods.none', message: 'is empty', fix: `Give some of ${RISK_METHODS.join(', ')}.` });
  const methods = items.map((item, index) => readChoice({ value: item, field: pointer('/methods', index), choices: RISK_METHODS, issues }));
  return RISK_METHODS.filter((method) => methods.includes(method));
}
