import { type Currency, type RoundingMode, amountText, roundToCurrency } from '../money/currency.ts';
import { type DecimalText, decimal, decimalText, sum } from '../money/decimal.ts';

/** What a settled month came to: energy, and the seller's claim rounded once. */
export type SettledMonth = { readonly energyMwh: DecimalText; readonly net: DecimalText };

/** A document that brings an invoiced month to its restated figures. The first one is never touched. */
export type ResettlementDelta = {
  /** `credit`: the seller gives back; `debit`: he claims more; `none`: nothing changed in money. */
  readonly kind: 'credit' | 'debit' | 'none';
  readonly energyMwh: DecimalText;
  /** Never negative; `kind` says which way it goes. */
  readonly net: DecimalText;
};

/**
 * The difference between what was invoiced, the deltas of earlier restatements included, and what the month comes to now. The amount is
 * the difference of rounded figures, so that all documents together are exactly the restated claim.
 */
export function resettlementDelta(input: {
  invoiced: readonly SettledMonth[];
  restated: SettledMonth;
  currency: Currency;
}): ResettlementDelta {
  const before = sum(input.invoiced.map(({ net }) => decimal(net)));
  const energyBefore = sum(input.invoiced.map(({ energyMwh }) => decimal(energyMwh)));
  const difference = decimal(input.restated.net).minus(before);
  return {
    kind: difference.isZero() ? 'none' : difference.isNegative() ? 'credit' : 'debit',
    energyMwh: decimalText(decimal(input.restated.energyMwh).minus(energyBefore)),
    net: amountText(difference.abs(), input.currency),
  };
}

/** The delta as a member of the next comparison: what it added to energy and claim. */
export function settledByDelta(delta: ResettlementDelta): SettledMonth {
  const net = decimal(delta.net);
  return { energyMwh: delta.energyMwh, net: decimalText(delta.kind === 'credit' ? net.negated() : net) };
}

/** A receivable in foreign currency, in the currency of the books. */
export type ForeignReceivable = {
  readonly booked: DecimalText;
  readonly revalued: DecimalText;
  readonly realised: DecimalText;
  /** Unrealised gain at the close and further gain at payment; their sum is the whole. */
  readonly unrealisedGain: DecimalText;
  readonly realisedGain: DecimalText;
};

/**
 * Books a foreign amount at three rates (foreign per unit of the books): when it arose, at the close, and when it was paid. Each figure is
 * rounded once, gains are differences of rounded figures.
 */
export function revaluedReceivable(input: {
  amount: DecimalText;
  rates: { readonly booked: DecimalText; readonly closing: DecimalText; readonly payment: DecimalText };
  functional: Currency;
  rounding: RoundingMode;
}): ForeignReceivable {
  const { functional: currency, rounding, rates } = input;
  const at = (rate: DecimalText): DecimalText =>
    amountText(roundToCurrency({ amount: decimal(input.amount).dividedBy(decimal(rate)), currency, rounding }), currency);
  const [booked, revalued, realised] = [at(rates.booked), at(rates.closing), at(rates.payment)];
  const gain = (to: DecimalText, from: DecimalText): DecimalText => amountText(decimal(to).minus(decimal(from)), currency);
  return { booked, revalued, realised, unrealisedGain: gain(revalued, booked), realisedGain: gain(realised, revalued) };
}
