import type { FieldIssue } from '../../errors/app-error.ts';

/** Refusals reported for one request; a table full of text would otherwise give one a cell. */
const ISSUES_MAX = 100;

const NUMBER_TEXT = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;
const DATE_TEXT = /^\d{4}-\d{2}-\d{2}$/;

/** Collects refusals while a request is read. */
export type Issues = { readonly found: FieldIssue[]; add: (issue: FieldIssue) => void };

export function createIssues(): Issues {
  const found: FieldIssue[] = [];
  return {
    found,
    add: (issue) => {
      if (found.length < ISSUES_MAX) found.push(issue);
    },
  };
}

/** One step of a JSON pointer. @source RFC 6901 */
export function pointer(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * The double nearest to a JSON number, which the command line hands on as its exact text where it is no safe integer; undefined for all
 * that is no finite number. Statistics of risk are computed in doubles; money and quantities of trades never pass here.
 */
export function riskNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !NUMBER_TEXT.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** An object whose every key is known, or undefined with its refusals. */
export function readObject(input: {
  value: unknown;
  field: string;
  known?: readonly string[];
  issues: Issues;
}): Record<string, unknown> | undefined {
  const { value, field, known, issues } = input;
  if (!isRecord(value)) {
    issues.add({
      field,
      code: 'risk.type',
      message: value === undefined ? 'is missing' : 'is no JSON object',
      fix: `Give an object${known === undefined ? '' : ` with ${known.join(', ')}`}.`,
    });
    return undefined;
  }
  if (known !== undefined) {
    for (const key of Object.keys(value)) {
      if (!known.includes(key))
        issues.add({
          field: pointer(field, key),
          code: 'risk.unknownField',
          message: `there is no field '${key}' here`,
          fix: `Remove it; known are ${known.join(', ')}.`,
        });
    }
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readArray(input: { value: unknown; field: string; max: number; issues: Issues }): unknown[] | undefined {
  const { value, field, max, issues } = input;
  if (!Array.isArray(value)) {
    issues.add({ field, code: 'risk.type', message: value === undefined ? 'is missing' : 'is no JSON array', fix: 'Give an array.' });
    return undefined;
  }
  const items: unknown[] = value;
  if (items.length <= max) return items;
  issues.add({ field, code: 'risk.tooLong', message: `has ${items.length} items, more than ${max}`, fix: `Give at most ${max}.` });
  return undefined;
}

/** A finite number within its bounds, or the fallback where the field is absent. */
export function readNumber(input: {
  value: unknown;
  field: string;
  issues: Issues;
  fallback?: number;
  isInside?: (value: number) => boolean;
  bounds?: string;
}): number | undefined {
  const { value, field, issues, fallback, isInside, bounds } = input;
  if (value === undefined && fallback !== undefined) return fallback;
  const number = riskNumber(value);
  if (number !== undefined && (isInside === undefined || isInside(number))) return number;
  issues.add({
    field,
    code: 'risk.number',
    message: value === undefined ? 'is missing' : `${shown(value)} is ${number === undefined ? 'no finite number' : 'out of bounds'}`,
    fix: `Give a ${bounds ?? 'finite number'}.`,
  });
  return undefined;
}

export function readChoice<Choice extends string>(input: {
  value: unknown;
  field: string;
  choices: readonly Choice[];
  issues: Issues;
  fallback?: Choice;
}): Choice | undefined {
  const { value, field, choices, issues, fallback } = input;
  if (value === undefined && fallback !== undefined) return fallback;
  const choice = choices.find((known) => known === value);
  if (choice === undefined)
    issues.add({
      field,
      code: 'risk.choice',
      message: value === undefined ? 'is missing' : `there is no ${shown(value)} here`,
      fix: `Give one of ${choices.join(', ')}.`,
    });
  return choice;
}

export function readText(input: { value: unknown; field: string; issues: Issues }): string | undefined {
  const { value, field, issues } = input;
  if (typeof value === 'string' && value.trim() !== '') return value;
  issues.add({
    field,
    code: 'risk.type',
    message: value === undefined ? 'is missing' : 'is no text',
    fix: 'Give a text that is not empty.',
  });
  return undefined;
}

/** Whether a text is a day of the calendar, `2019-01-02`. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !DATE_TEXT.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(value);
}

/** A value as a refusal shows it, cut short. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
