import { Decimal as DecimalJs } from 'decimal.js';

/** 60 significant digits: products of three 20-digit numbers stay exact. Half away from zero where a rounding is asked for. */
const Exact = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -60, toExpPos: 60 });

/** An exact decimal. Money, price, quantity and energy are these and never a JS number. */
export type Decimal = DecimalJs;

/** A decimal as text, e.g. `"-12.50"`: the form in which decimals travel and are stored. */
export type DecimalText = string;

const DECIMAL_PATTERN = /^-?(?:0|[1-9]\d{0,29})(?:\.\d{1,20})?$/;

/** True for plain decimal text: optional minus, no exponent, no leading zeros, at most 30 + 20 digits. */
export function isDecimalText(text: string): boolean {
  return DECIMAL_PATTERN.test(text);
}

/** Builds a decimal from text. Throws on anything that `isDecimalText` refuses, so that no float or exponent slips in. */
export function decimal(text: DecimalText): Decimal {
  if (!isDecimalText(text)) throw new Error(`'${text}' is not a plain decimal`);
  return new Exact(text);
}

/** Builds a decimal from an integer count (hours, days, lots). */
export function decimalOfInteger(value: number | bigint): Decimal {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Error(`${value} is not a safe integer`);
  return new Exact(value.toString());
}

export const ZERO: Decimal = new Exact(0);

/** Plain text without exponent and without padding, e.g. `744`, `-0.5`. Minus zero prints as `0`. */
export function decimalText(value: Decimal): DecimalText {
  return value.isZero() ? '0' : value.toFixed();
}

/** Text with exactly `places` decimals, rounded half away from zero. */
export function fixedText(value: Decimal, places: number): DecimalText {
  const rounded = value.toDecimalPlaces(places, DecimalJs.ROUND_HALF_UP);
  return (rounded.isZero() ? rounded.abs() : rounded).toFixed(places);
}

/** Rounds half away from zero to `places` decimals. */
export function roundHalfAwayFromZero(value: Decimal, places: number): Decimal {
  return value.toDecimalPlaces(places, DecimalJs.ROUND_HALF_UP);
}

/** Rounds to `places` decimals, a tie to the even neighbour. */
export function roundHalfEven(value: Decimal, places: number): Decimal {
  return value.toDecimalPlaces(places, DecimalJs.ROUND_HALF_EVEN);
}

/** Adds up; the empty sum is zero. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}
