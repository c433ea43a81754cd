import { type Decimal, type DecimalText, fixedText, roundHalfAwayFromZero, roundHalfEven } from './decimal.ts';

/** ISO 4217 codes in which this product settles. */
export const CURRENCIES = ['EUR', 'GBP', 'PLN', 'RON', 'CZK', 'HUF', 'CHF', 'NOK', 'SEK', 'DKK', 'USD'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** How an amount is brought to the decimals of its currency. The agreement says which; `halfAwayFromZero` where it is silent. */
export const ROUNDING_MODES = ['halfAwayFromZero', 'halfEven'] as const;
export type RoundingMode = (typeof ROUNDING_MODES)[number];

/** @source ISO 4217, minor units */
const DECIMALS: Readonly<Record<Currency, number>> = {
  EUR: 2,
  GBP: 2,
  PLN: 2,
  RON: 2,
  CZK: 2,
  HUF: 2,
  CHF: 2,
  NOK: 2,
  SEK: 2,
  DKK: 2,
  USD: 2,
};

export function isCurrency(text: string): text is Currency {
  return (CURRENCIES as readonly string[]).includes(text);
}

/**
 * Rounds once to the decimals of the currency, or to fewer where `places` says so: an agreement may settle in whole euros. More decimals
 * than those of the currency are never kept, as no document and no payment could carry them.
 *
 * @source EN 16931-1, BR-DEC rules: amounts have at most two decimals
 */
export function roundToCurrency(input: { amount: Decimal; currency: Currency; rounding: RoundingMode; places?: number }): Decimal {
  const round = input.rounding === 'halfEven' ? roundHalfEven : roundHalfAwayFromZero;
  const decimals = DECIMALS[input.currency];
  return round(input.amount, Math.min(input.places ?? decimals, decimals));
}

/** An amount with exactly the decimals of its currency, e.g. `687084.00`. Finer amounts are rounded half away from zero. */
export function amountText(amount: Decimal, currency: Currency): DecimalText {
  return fixedText(amount, DECIMALS[currency]);
}
