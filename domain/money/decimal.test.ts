import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, decimalOfInteger, decimalText, fixedText, isDecimalText, roundHalfAwayFromZero, roundHalfEven, sum } from './decimal.ts';

describe('isDecimalText', () => {
  test.each(['0', '-0.5', '92.35', '123456789012345678901234567890.12345678901234567890'])('takes %s', (text) => {
    expect(isDecimalText(text)).toBe(true);
    expect(decimalText(decimal(text))).toBe(text.replace(/(\.\d*?)0+$/, '$1'));
  });

  test.each(['', '.5', '5.', '01', '+1', '1e3', '1,5', 'NaN', 'Infinity', '0x10', ' 1', '1.123456789012345678901'])(
    'refuses %j',
    (text) => {
      expect(isDecimalText(text)).toBe(false);
      expect(() => decimal(text)).toThrow('is not a plain decimal');
    },
  );
});

test('an integer count must be a safe integer', () => {
  expect(decimalText(decimalOfInteger(9_007_199_254_740_991))).toBe('9007199254740991');
  expect(() => decimalOfInteger(0.5)).toThrow('is not a safe integer');
  expect(() => decimalOfInteger(2 ** 53)).toThrow('is not a safe integer');
});

// Case A18: -2.5 MWh at 143.21 is -358.025.
test('a tie goes away from zero, or to the even neighbour where the agreement says so', () => {
  const amount = decimal('-2.5').times(decimal('143.21'));
  expect(roundHalfAwayFromZero(amount, 2).toFixed(2)).toBe('-358.03');
  expect(roundHalfEven(amount, 2).toFixed(2)).toBe('-358.02');
  expect(fixedText(amount, 2)).toBe('-358.03');
});

test('minus zero never shows', () => {
  expect(fixedText(decimal('-0.001'), 2)).toBe('0.00');
  expect(decimalText(decimal('0').negated())).toBe('0');
});

test('sums and products are exact: cents never drift', () => {
  const cents = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  fc.assert(
    fc.property(fc.array(cents, { maxLength: 50 }), (amounts) => {
      const total = sum(amounts.map((amount) => decimalOfInteger(amount).dividedBy(100)));
      const exact = amounts.reduce((left, right) => left + right, 0n);
      return total.times(100).toFixed(0) === exact.toString();
    }),
  );
  expect(decimalText(decimal('0.1').plus(decimal('0.2')))).toBe('0.3');
});
