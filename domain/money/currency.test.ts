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
