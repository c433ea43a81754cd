import type { SimpleBase, SimpleType } from './schema-model.ts';
import { compileXsdPattern } from './xsd-pattern.ts';

/** Which facet a value breaks, as `xsd.<facet>` names it in a finding. */
export type Facet =
  | 'type'
  | 'enumeration'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'totalDigits'
  | 'fractionDigits'
  | 'minInclusive'
  | 'maxInclusive';

/** Says which facet of a simple type a text breaks; undefined where it is valid. */
export type ValueCheck = (text: string) => Facet | undefined;

/**
 * Bases whose white space is collapsed before the checks. XSD has it for dates and times too, but libxml2, and with it many a
 * receiver, refuses them with blanks around: so do we.
 */
const COLLAPSED: ReadonlySet<SimpleBase> = new Set<SimpleBase>(['decimal', 'integer', 'boolean']);

/** Compiles a simple type once into one check of the text as it stands in the file. */
export function compileValueCheck(type: SimpleType): ValueCheck {
  const checks: ValueCheck[] = [];
  const typeTest = BASE_TESTS[type.base];
  if (typeTest !== undefined) checks.push((text) => (typeTest(text) ? undefined : 'type'));
  if (type.enumeration !== undefined) {
    const values: ReadonlySet<string> = new Set(type.enumeration);
    checks.push((text) => (values.has(text) ? undefined : 'enumeration'));
  }
  addLengthChecks(type, checks);
  if (type.pattern !== undefined) {
    const pattern = compileXsdPattern(type.pattern);
    checks.push((text) => (pattern.test(text) ? undefined : 'pattern'));
  }
  addDecimalChecks(type, checks);
  const collapse = COLLAPSED.has(type.base);
  return (raw) => {
    const text = collapse ? collapseWhiteSpace(raw) : raw;
    for (const check of checks) {
      const broken = check(text);
      if (broken !== undefined) return broken;
    }
    return undefined;
  };
}

/** The text with leading and trailing white space gone and inner runs made one space. */
export function collapseWhiteSpace(text: string): string {
  return /^[ \t\n\r]|[ \t\n\r]$|[\t\n\r]|[ ]{2}/.test(text) ? text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '') : text;
}

function addLengthChecks(type: SimpleType, checks: ValueCheck[]): void {
  const { minLength, maxLength } = type;
  if (minLength !== undefined) checks.push((text) => (lengthOf(text) < minLength ? 'minLength' : undefined));
  if (maxLength !== undefined) checks.push((text) => (lengthOf(text) > maxLength ? 'maxLength' : undefined));
}

/** Length in code points, as XSD counts it. */
function lengthOf(text: string): number {
  return /[\uD800-\uDBFF]/.test(text) ? Array.from(text).length : text.length;
}

function addDecimalChecks(type: SimpleType, checks: ValueCheck[]): void {
  const { totalDigits, fractionDigits, minInclusive, maxInclusive } = type;
  if (totalDigits !== undefined) checks.push((text) => (digitsOf(text).total > totalDigits ? 'totalDigits' : undefined));
  if (fractionDigits !== undefined) checks.push((text) => (digitsOf(text).fraction > fractionDigits ? 'fractionDigits' : undefined));
  if (minInclusive !== undefined) checks.push((text) => (compareDecimals(text, minInclusive) < 0 ? 'minInclusive' : undefined));
  if (maxInclusive !== undefined) checks.push((text) => (compareDecimals(text, maxInclusive) > 0 ? 'maxInclusive' : undefined));
}

type Digits = {
  readonly negative: boolean;
  readonly integer: string;
  readonly fractionText: string;
  readonly total: number;
  readonly fraction: number;
};

/** Digits that count: leading zeros and trailing zeros of the fraction do not. */
function digitsOf(text: string): Digits {
  const match = /^([+-]?)0*([0-9]*)(?:\.([0-9]*?)0*)?$/.exec(text);
  const integer = match?.[2] ?? '';
  const fractionText = match?.[3] ?? '';
  return {
    negative: match?.[1] === '-' && integer + fractionText !== '',
    integer,
    fractionText,
    total: Math.max(integer.length + fractionText.length, 1),
    fraction: fractionText.length,
  };
}

/** Compares two decimals of any length exactly; -1, 0 or 1. */
export function compareDecimals(left: string, right: string): number {
  const a = digitsOf(left);
  const b = digitsOf(right);
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const length = Math.max(a.integer.length, b.integer.length);
  const places = Math.max(a.fraction, b.fraction);
  const first = a.integer.padStart(length, '0') + a.fractionText.padEnd(places, '0');
  const second = b.integer.padStart(length, '0') + b.fractionText.padEnd(places, '0');
  if (first === second) return 0;
  return first < second === a.negative ? 1 : -1;
}

const DECIMAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const INTEGER = /^[+-]?[0-9]+$/;
const ZONE = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?';
const DATE = new RegExp(`^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})${ZONE}$`);
const TIME = new RegExp(`^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?|24:00:00(?:\\.0+)?)${ZONE}$`);

function isDate(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  return year !== 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isDateTime(text: string): boolean {
  const separator = text.indexOf('T');
  const day = text.slice(0, separator);
  return separator > 0 && !/[Z+]|:/.test(day) && isDate(day) && TIME.test(text.slice(separator + 1));
}

const BASE_TESTS: Readonly<Record<SimpleBase, ((text: string) => boolean) | undefined>> = {
  string: undefined,
  decimal: (text) => DECIMAL.test(text),
  integer: (text) => INTEGER.test(text),
  boolean: (text) => text === 'true' || text === 'false' || text === '1' || text === '0',
  date: isDate,
  time: (text) => TIME.test(text),
  dateTime: isDateTime,
};
