import { at } from './numeric.ts';
import { RISK_BOUNDS } from './request.ts';
import { pointer, readArray, readNumber, readObject, readText, shown } from './request-reader.ts';
import type { Issues } from './request-reader.ts';
import type { Shocks, StressScenario } from './stress.ts';

type StressContext = {
  readonly dates: readonly string[];
  readonly series: Readonly<Record<string, Float64Array>> | undefined;
  readonly issues: Issues;
};

const SCENARIO_FIELDS = ['name', 'from', 'to', 'relative', 'absolute', 'reverse'];

/** Reads `options.stress`: replays between two days, shocks by instrument, and losses to find the moves of. */
export function parseStress(input: StressContext & { value: unknown; isAsked: boolean }): readonly StressScenario[] {
  const { value, isAsked, issues } = input;
  if (value === undefined && !isAsked) return [];
  const items = readArray({ value, field: '/options/stress', max: RISK_BOUNDS.scenarios, issues }) ?? [];
  if (isAsked && Array.isArray(value) && value.length === 0)
    issues.add({
      field: '/options/stress',
      code: 'risk.stress.none',
      message: 'names no scenario',
      fix: 'Give at least one, e.g. {"name":"April 2020","from":"2020-04-17","to":"2020-04-20"}.',
    });
  return items
    .map((item, index) => readScenario({ ...input, value: item, field: pointer('/options/stress', index) }))
    .filter((scenario) => scenario !== undefined);
}

function readScenario(input: StressContext & { value: unknown; field: string }): StressScenario | undefined {
  const { value, field, issues } = input;
  const scenario = readObject({ value, field, known: SCENARIO_FIELDS, issues });
  if (scenario === undefined) return undefined;
  const name = readText({ value: scenario['name'], field: pointer(field, 'name'), issues });
  const kinds = [
    scenario['from'] !== undefined || scenario['to'] !== undefined ? 'replay' : undefined,
    scenario['relative'] === undefined ? undefined : 'relative',
    scenario['absolute'] === undefined ? undefined : 'absolute',
    scenario['reverse'] === undefined ? undefined : 'reverse',
  ].filter((kind) => kind !== undefined);
  const [kind] = kinds;
  if (kinds.length !== 1 || kind === undefined) {
    issues.add({
      field,
      code: 'risk.stress.kind',
      message: kinds.length === 0 ? 'says nothing of what moves' : `mixes ${kinds.join(' and ')}`,
      fix: 'Give one of from with to, relative, absolute, or reverse.',
    });
    return undefined;
  }
  if (name === undefined) return undefined;
  if (kind === 'replay') return readReplay({ ...input, scenario, name });
  if (kind === 'reverse') return readReverse({ ...input, scenario, name });
  const shocks = readShocks({ ...input, value: scenario[kind], field: pointer(field, kind), isRelative: kind === 'relative' });
  return shocks === undefined ? undefined : { kind: kind === 'relative' ? 'relative' : 'absolute', name, shocks };
}

function readReplay(input: StressContext & { scenario: Record<string, unknown>; name: string; field: string }): StressScenario | undefined {
  const { scenario, name, field, dates, issues } = input;
  const [from, to] = (['from', 'to'] as const).map((end) => {
    const day = dates.find((date) => date === scenario[end]);
    if (day === undefined)
      issues.add({
        field: pointer(field, end),
        code: 'risk.stress.date',
        message: scenario[end] === undefined ? 'is missing' : `there are no prices of ${shown(scenario[end])}`,
        fix: 'Give a day of /prices/dates.',
      });
    return day;
  });
  if (from === undefined || to === undefined) return undefined;
  if (from < to) return { kind: 'replay', name, from, to };
  issues.add({ field, code: 'risk.stress.order', message: `${from} is not before ${to}`, fix: 'Give the earlier day as from.' });
  return undefined;
}

function readReverse(
  input: StressContext & { scenario: Record<string, unknown>; name: string; field: string },
): StressScenario | undefined {
  const { scenario, name, issues } = input;
  const field = pointer(input.field, 'reverse');
  const reverse = readObject({ value: scenario['reverse'], field, known: ['loss'], issues });
  if (reverse === undefined) return undefined;
  const loss = readNumber({
    value: reverse['loss'],
    field: pointer(field, 'loss'),
    isInside: (value) => value > 0,
    bounds: 'loss above 0',
    issues,
  });
  return loss === undefined ? undefined : { kind: 'reverse', name, loss };
}

function readShocks(input: StressContext & { value: unknown; field: string; isRelative: boolean }): Shocks | undefined {
  const { value, field, isRelative, series, issues } = input;
  const named = readObject({ value, field, issues });
  if (named === undefined) return undefined;
  const shocks = Object.entries(named).map(([name, shock]) => {
    const place = pointer(field, name);
    const prices = series !== undefined && Object.hasOwn(series, name) ? series[name] : undefined;
    if (series !== undefined && prices === undefined)
      issues.add({
        field: place,
        code: 'risk.stress.unknown',
        message: `there are no prices of '${name}'`,
        fix: 'Name a series of /prices/series.',
      });
    if (isRelative && prices !== undefined && at(prices, prices.length - 1) <= 0)
      issues.add({
        field: place,
        code: 'risk.stress.nonPositive',
        message: `the last price of '${name}' is not above zero: a share of it is no move`,
        fix: 'Give the move as "absolute", in currency a unit.',
      });
    return [name, readNumber({ value: shock, field: place, issues }) ?? 0] as const;
  });
  return Object.fromEntries(shocks);
}
