import { expect, test } from 'vitest';
import { amountText, isCurrency, roundToCurrency } from './currency.ts';
import { decimal } from './decimal.ts';

test('rounds to the decimals of the currency by the mode of the agreement', () => {
  const amount = decimal('2000.005');
  expect(amountText(roundToCurrency({ amount, currency: 'EUR', rounding: 'halfAwayFromZero' }), 'EUR')).toBe('2000.01');
  expect(amountText(roundToCurrency({ amount, currency: 'EUR', rounding: 'halfEven' }), 'EUR')).toBe('2000.00');
});

test('knows the currencies in which this product settles', () => {
  expect(isCurrency('EUR')).toBe(true);
  expect(isCurrency('eur')).toBe(false);
});

test('rounds to fewer decimals where the agreement says so, and never keeps more than the currency has', () => {
  const rounded = (text: string, places: number): string =>
    amountText(roundToCurrency({ amount: decimal(text), currency: 'EUR', rounding: 'halfAwayFromZero', places }), 'EUR');
  expect([rounded('-358.025', 2), rounded('-358.025', 0), rounded('358.5', 0), rounded('358.025', 6), rounded('358.25', 1)]).toEqual([
    '-358.03',
    '-358.00',
    '359.00',
    '358.03',
    '358.30',
  ]);
});
