import type { FieldIssue } from '../../errors/app-error.ts';
import { isDecimalText } from '../../money/decimal.ts';

/** Largest count of digits that a JSON number carries through JavaScript without loss. */
const SAFE_DIGITS = 15;

/**
 * Takes an unknown JSON object field by field and collects an issue for each that is wrong.
 * After the last `take…` call {@link RequestFields.issues} has them all, fields that nobody took included.
 */
export class RequestFields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #issues: FieldIssue[];
  readonly #known = new Set<string>();

  constructor(input: { json: unknown; path: string; issues: FieldIssue[] }) {
    this.#path = input.path;
    this.#issues = input.issues;
    const isObject = typeof input.json === 'object' && input.json !== null && !Array.isArray(input.json);
    this.#object = isObject ? Object.fromEntries(Object.entries(input.json ?? {})) : {};
    if (!isObject) this.add('', { code: 'request.shape', message: 'An object is due here.', fix: 'Write { … } with the fields.' });
  }

  /** Text, or undefined where the field is absent. */
  text(name: string, options: { required: boolean }): string | undefined {
    const value = this.#take(name, options.required);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    return this.add(name, { code: 'field.text', message: `'${name}' is not a text.`, fix: 'Give a text that is not empty.' });
  }

  /** Text that passes `test`, e.g. a date. */
  textOf(name: string, options: { required: boolean; test: (text: string) => boolean; code: string; fix: string }): string | undefined {
    const value = this.text(name, options);
    if (value === undefined || options.test(value.trim())) return value?.trim();
    return this.add(name, { code: options.code, message: `'${value}' cannot stand in '${name}'.`, fix: options.fix });
  }

  oneOf<const Values extends readonly string[]>(name: string, options: { required: boolean; values: Values }): Values[number] | undefined {
    const value = this.text(name, options);
    if (value === undefined) return undefined;
    const found = options.values.find((candidate) => candidate === value.trim());
    if (found !== undefined) return found;
    return this.add(name, { code: 'field.code', message: `'${value}' is not known.`, fix: `Give one of ${options.values.join(', ')}.` });
  }

  /** Exact decimal text; a JSON number is taken where it lost nothing on its way through JavaScript. */
  decimalText(name: string, options: { required: boolean }): string | undefined {
    const value = this.#take(name, options.required);
    if (value === undefined) return undefined;
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    const isExact = typeof value !== 'number' || text.replace(/\D/g, '').length <= SAFE_DIGITS;
    if (isDecimalText(text) && isExact) return text;
    return this.add(name, {
      code: 'field.decimal',
      message: `'${name}' is not an exact decimal.`,
      fix: 'Give it as a text without exponent, e.g. "53.50".',
    });
  }

  wholeNumber(name: string, options: { required: boolean; min: number; max: number }): number | undefined {
    const value = this.#take(name, options.required);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= options.min && value <= options.max) return value;
    return this.add(name, {
      code: 'field.wholeNumber',
      message: `'${name}' is out of range.`,
      fix: `Give a whole number from ${options.min} to ${options.max}.`,
    });
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name, false);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.add(name, { code: 'field.flag', message: `'${name}' is not true or false.`, fix: 'Give true or false.' });
  }

  /** The raw value, for nested objects. */
  raw(name: string): unknown {
    return this.#take(name, false);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name) && this.#object[name] !== undefined;
  }

  add(name: string, issue: Omit<FieldIssue, 'field'>): undefined {
    this.#issues.push({ field: name === '' ? this.#path : `${this.#path}/${name}`, ...issue });
  }

  /** Refuses every field that no call has named. Call it last. */
  refuseUnknown(): void {
    for (const name of Object.keys(this.#object)) {
      if (this.#known.has(name)) continue;
      this.add(name, { code: 'field.unknown', message: `'${name}' is not known here.`, fix: `Known: ${[...this.#known].join(', ')}.` });
    }
  }

  #take(name: string, required: boolean): unknown {
    this.#known.add(name);
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    if (value !== undefined && value !== null) return value;
    if (value === null)
      return this.add(name, { code: 'field.null', message: `'${name}' is null.`, fix: 'Give a value, or leave the field out.' });
    if (required) this.add(name, { code: 'field.missing', message: `'${name}' is missing.`, fix: `Give '${name}'.` });
    return undefined;
  }
}
