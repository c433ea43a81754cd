import { type Decimal, type DecimalText, fixedText, roundHalfAwayFromZero, roundHalfEven } from './decimal.ts';

/** ISO 4217 codes in which this product settles. */
export const CURRENCIES = ['EUR'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** How an amount is brought to the decimals of its currency. The agreement says which; `halfAwayFromZero` where it is silent. */
export const ROUNDING_MODES = ['halfAwayFromZero', 'halfEven'] as const;
export type RoundingMode = (typeof ROUNDING_MODES)[number];

/** @source ISO 4217, minor units */
const DECIMALS: Readonly<Record<Currency, number>> = { EUR: 2 };

export function isCurrency(text: string): text is Currency {
  return (CURRENCIES as readonly string[]).includes(text);
}

/** Rounds once to the decimals of the currency. */
export function roundToCurrency(input: { amount: Decimal; currency: Currency; rounding: RoundingMode }): Decimal {
  const round = input.rounding === 'halfEven' ? roundHalfEven : roundHalfAwayFromZero;
  return round(input.amount, DECIMALS[input.currency]);
}

/** An amount with exactly the decimals of its currency, e.g. `687084.00`. Finer amounts are rounded half away from zero. */
export function amountText(amount: Decimal, currency: Currency): DecimalText {
  return fixedText(amount, DECIMALS[currency]);
}
