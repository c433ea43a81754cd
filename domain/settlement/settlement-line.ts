import { settlementMarketOf } from '../market/settlement-markets.ts';
import { type Currency, type RoundingMode, amountText, roundToCurrency } from '../money/currency.ts';
import { type Decimal, type DecimalText, decimal, decimalText } from '../money/decimal.ts';
import { type YearMonth, firstDayOf, lastDayOf } from '../time/business-date.ts';
import type { SettlementTerms } from './due-date.ts';
import type { TradePrice } from '../trade/trade-terms.ts';
import { type DeliveryInterval, type DeliveryTerms, deliveryTotals, expandDelivery } from './delivery-intervals.ts';

/** What settlement needs of a trade: its delivery, its price. */
export type PricedTerms = DeliveryTerms & { readonly price: TradePrice; readonly currency: Currency };

/** One trade in one delivery month. Energy and price are exact; `net` is the one rounded figure, with the currency's decimals. */
export type SettlementLine = {
  readonly text: string;
  readonly hours: DecimalText;
  /** Quarter-hours with delivery. */
  readonly quarterHours: number;
  readonly energyMwh: DecimalText;
  /** Per MWh; negative is allowed, and then the seller pays. */
  readonly price: DecimalText;
  /** Claim of the seller, rounded once. */
  readonly net: DecimalText;
  /** How `net` comes about, to be recomputed by hand. */
  readonly formula: string;
};

/** How the agreement rounds a line. */
export type LineRounding = Pick<SettlementTerms, 'rounding' | 'roundingPlaces'>;

/**
 * Settles one trade for one delivery month; undefined where it delivers nothing in that month.
 * Throws ValidationError where the terms cannot be expanded.
 */
export function settleMonth(input: { terms: PricedTerms; month: YearMonth } & LineRounding): SettlementLine | undefined {
  const intervals = expandDelivery(input.terms).filter(({ deliveryMonth }) => deliveryMonth === input.month);
  return intervals.length === 0 ? undefined : priceIntervals({ ...input, intervals });
}

/** Prices intervals that are already expanded, all of one delivery month. */
export function priceIntervals(
  input: { terms: PricedTerms; month: YearMonth; intervals: readonly DeliveryInterval[] } & LineRounding,
): SettlementLine {
  const { currency, price } = input.terms;
  const { quarterHours, hours, energyMwh } = deliveryTotals(input.intervals);
  const amount = energyMwh.times(decimal(price.fixed));
  const net = amountText(roundToCurrency({ amount, currency, rounding: input.rounding, places: input.roundingPlaces }), currency);
  return {
    text: lineTextOf(input.terms, input.month),
    hours: decimalText(hours),
    quarterHours,
    energyMwh: decimalText(energyMwh),
    price: price.fixed,
    net,
    formula: formulaText({ energyMwh, price: price.fixed, amount, net, currency, rounding: input.rounding }),
  };
}

/** What a line delivers, in words, e.g. `German power, base 10 MW, 2027-01`. */
export function lineTextOf(terms: DeliveryTerms, month: YearMonth): string {
  const power = terms.capacityMw === undefined ? '' : ` ${terms.capacityMw} MW`;
  return `${settlementMarketOf(terms.market).name}, ${PROFILE_WORDS[terms.profile]}${power}, ${periodText(terms, month)}`;
}

function formulaText(input: {
  energyMwh: Decimal;
  price: DecimalText;
  amount: Decimal;
  net: DecimalText;
  currency: Currency;
  rounding: RoundingMode;
}): string {
  const { amount, net, currency } = input;
  const product = `${decimalText(input.energyMwh)} MWh × ${input.price} ${currency}/MWh`;
  if (amount.equals(decimal(net))) return `${product} = ${net} ${currency}`;
  const mode = input.rounding === 'halfEven' ? 'half to even' : 'half away from zero';
  return `${product} = ${decimalText(amount)} ${currency}, rounded ${mode} to ${net} ${currency}`;
}

/** The month, or the day or days of it where only a part is delivered. */
function periodText(terms: DeliveryTerms, month: YearMonth): string {
  const [monthStart, monthEnd] = [firstDayOf(month), lastDayOf(month)];
  const first = terms.deliveryStartDate > monthStart ? terms.deliveryStartDate : monthStart;
  const last = terms.deliveryEndDate < monthEnd ? terms.deliveryEndDate : monthEnd;
  if (first === monthStart && last === monthEnd) return month;
  return first === last ? first : `${first} to ${last}`;
}

const PROFILE_WORDS: Readonly<Record<DeliveryTerms['profile'], string>> = {
  base: 'base',
  peak: 'peak',
  offpeak: 'off-peak',
  gasDay: 'gas days',
  shaped: 'shaped',
  efa1: 'EFA block 1',
  efa2: 'EFA block 2',
  efa3: 'EFA block 3',
  efa4: 'EFA block 4',
  efa5: 'EFA block 5',
  efa6: 'EFA block 6',
  overnight: 'overnight',
  extendedPeak: 'extended peak',
};
