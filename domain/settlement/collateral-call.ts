import { type Decimal, type DecimalText, ZERO, decimal, sum } from '../money/decimal.ts';

/** One position against a counterparty; positive is what they owe us. */
export type ExposurePart = { readonly text: string; readonly amount: DecimalText };

/** What a credit support annex says. */
export type CollateralTerms = {
  readonly threshold: DecimalText;
  readonly minimumTransfer: DecimalText;
  /** Calls are rounded up to a multiple of this. */
  readonly roundUpTo: DecimalText;
};

/** Delivered and unpaid, delivered and not invoiced, and forwards at market: netted where that is enforceable, else positives only. */
export function settlementExposure(input: { parts: readonly ExposurePart[]; isNettingEnforceable: boolean }): Decimal {
  const amounts = input.parts.map(({ amount }) => decimal(amount));
  return sum(input.isNettingEnforceable ? amounts : amounts.filter((amount) => amount.greaterThan(ZERO)));
}

/** What is missing above threshold and collateral held, and the call for it; no call below the minimum transfer. */
export function collateralCall(input: { exposure: Decimal; held: DecimalText; terms: CollateralTerms }): {
  readonly shortfall: Decimal;
  readonly call: Decimal;
} {
  const { threshold, minimumTransfer, roundUpTo } = input.terms;
  const missing = input.exposure.minus(decimal(threshold)).minus(decimal(input.held));
  const shortfall = missing.isNegative() ? ZERO : missing;
  if (shortfall.isZero() || shortfall.lessThan(decimal(minimumTransfer))) return { shortfall, call: ZERO };
  const step = decimal(roundUpTo);
  return { shortfall, call: shortfall.dividedBy(step).ceil().times(step) };
}
