/**
 * Parses JSON without losing a digit: a number that is no safe integer in plain form reaches us as its own text,
 * so that `92.3500000000000001` stays what was written. Safe integers stay numbers.
 */
export function parseLosslessJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number') return value;
    const source = context?.source ?? String(value);
    return Number.isSafeInteger(value) && /^-?\d+$/.test(source) && !Object.is(value, -0) ? value : plainDecimal(source);
  });
}

/** `1.5e3` as `1500`, exactly; what is too long to be meant stays as written and is refused by the schema behind. */
function plainDecimal(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > EXPONENT_MAX) return source;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const at = point <= 0 ? 1 : point;
  const wholePart = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const fractionPart = padded.slice(at);
  return `${sign}${wholePart}${fractionPart === '' ? '' : `.${fractionPart}`}`;
}

const EXPONENT_MAX = 60;
