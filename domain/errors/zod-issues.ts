import type { z } from 'zod';
import type { FieldIssue } from './app-error.ts';

/** What a schema's own check says beside its message: `params` of a zod `refine`. */
export type CheckParams = { readonly code: string; readonly fix: string };

type ZodIssue = z.core.$ZodIssue;

/** At most this many problems of one input are named; the rest follows once these are mended. */
export const FIELD_ISSUES_MAX = 50;

/** Says what zod found in the words of `FieldIssue`, one for each field, in the order of the schema. */
export function fieldIssuesOfZod(error: z.ZodError): readonly FieldIssue[] {
  return error.issues.flatMap(fieldIssues).slice(0, FIELD_ISSUES_MAX);
}

/** A path as JSON pointer, RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function fieldIssues(issue: ZodIssue): readonly FieldIssue[] {
  const field = jsonPointer(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        field: jsonPointer([...issue.path, key]),
        code: 'field.unknown',
        message: `There is no field '${key.slice(0, 60)}' here.`,
        fix: 'Remove it, or correct its name.',
      }));
    case 'invalid_type':
      return [typeIssue(field, issue)];
    case 'invalid_value':
      return [valueIssue(field, issue.values)];
    case 'invalid_union':
      return [unionIssue(field, issue)];
    case 'too_small':
      return [sizeIssue({ field, code: 'field.tooSmall', bound: `at least ${String(issue.minimum)}`, origin: issue.origin })];
    case 'too_big':
      return [sizeIssue({ field, code: 'field.tooLarge', bound: `at most ${String(issue.maximum)}`, origin: issue.origin })];
    case 'custom':
      return [customIssue(field, issue)];
    default:
      return [{ field, code: 'field.invalid', message: issue.message, fix: 'Correct the value.' }];
  }
}

function typeIssue(field: string, issue: Extract<ZodIssue, { code: 'invalid_type' }>): FieldIssue {
  if (issue.input === undefined && issue.message.endsWith('received undefined')) {
    return { field, code: 'field.missing', message: 'This field is missing.', fix: `Give it, as ${typeName(issue.expected)}.` };
  }
  return { field, code: 'field.wrongType', message: `This is not ${typeName(issue.expected)}.`, fix: `Write ${typeName(issue.expected)}.` };
}

function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text in quotes';
    case 'object':
    case 'record':
      return 'an object';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    case 'int':
    case 'number':
      return 'a number';
    default:
      return expected;
  }
}

function valueIssue(field: string, values: readonly unknown[]): FieldIssue {
  const known = values.map((value) => `'${String(value)}'`).join(', ');
  return { field, code: 'field.unknownValue', message: 'This value is not known.', fix: `Use ${known}.` };
}

function unionIssue(field: string, issue: Extract<ZodIssue, { code: 'invalid_union' }>): FieldIssue {
  const discriminator = issue.discriminator;
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map((option) => `'${String(option)}'`).join(', ') : '';
  if (discriminator !== undefined) {
    const fix = options === '' ? `Give a known '${discriminator}'.` : `Use ${options}.`;
    return { field, code: 'field.unknownValue', message: `'${discriminator}' is missing or not known.`, fix };
  }
  return { field, code: 'field.invalid', message: 'This has none of the forms that are taken.', fix: 'Correct the value.' };
}

function sizeIssue(input: { field: string; code: string; bound: string; origin: string }): FieldIssue {
  const unit = input.origin === 'string' ? ' characters' : input.origin === 'array' ? ' entries' : '';
  return { field: input.field, code: input.code, message: `This must be ${input.bound}${unit}.`, fix: `Keep to ${input.bound}${unit}.` };
}

function customIssue(field: string, issue: Extract<ZodIssue, { code: 'custom' }>): FieldIssue {
  const { code, fix } = issue.params ?? {};
  return {
    field,
    code: typeof code === 'string' ? code : 'field.invalid',
    message: issue.message,
    fix: typeof fix === 'string' ? fix : 'Correct the value.',
  };
}
