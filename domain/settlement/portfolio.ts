import { ValidationError, invariant } from '../errors/app-error.ts';
import { type Currency, type RoundingMode, amountText, roundToCurrency } from '../money/currency.ts';
import { type Decimal, type DecimalText, decimal, decimalOfInteger, decimalText } from '../money/decimal.ts';
import type { SettlementMarketCode } from '../market/settlement-markets.ts';
import { type YearMonth, firstDayOf, lastDayOf } from '../time/business-date.ts';
import { type DeliverySpan, deliverySpans } from './delivery-spans.ts';

const MS_PER_QUARTER_HOUR = 900_000;
const QUARTERS_PER_HOUR = 4;
/** Quantities are counted in kW, prices in ten-thousandths of the currency per MWh. */
const QUANTITY_PLACES = 3;
const PRICE_PLACES = 4;

/** The quarter-hours of one market and month, shared by every trade that delivers there. */
export type QuarterGrid = { readonly market: SettlementMarketCode; readonly month: YearMonth; readonly startsMs: readonly number[] };

/** Integers per quarter-hour: kW, or ten-thousandths of the currency per MWh. Built by `quarterValues` only. */
export type QuarterValues = { readonly kind: 'kilowatts' | 'priceTenThousandths'; readonly values: Int32Array };

export type PortfolioTrade = {
  readonly id: string;
  readonly grid: QuarterGrid;
  readonly load: QuarterValues;
  /** Price of each quarter-hour: factor times the index plus spread. */
  readonly index: QuarterValues;
  readonly factor: DecimalText;
  readonly spread: DecimalText;
};

export type PortfolioLine = { readonly id: string; readonly energyMwh: DecimalText; readonly net: DecimalText };
export type PortfolioTotal = { readonly intervals: number; readonly energyMwh: DecimalText; readonly net: DecimalText };

/** The quarter-hours of a month in order of time. Compute it once for a market and month. */
export function quarterGrid(input: { market: SettlementMarketCode; month: YearMonth }): QuarterGrid {
  const { market, month } = input;
  const spans = deliverySpans({ market, profile: 'base', from: firstDayOf(month), to: lastDayOf(month) });
  return { market, month, startsMs: spans.flatMap(startsOf) };
}

/**
 * One exact value for each quarter-hour of a grid. Throws ValidationError on a value with more decimals than are kept (3 for MW, 4 for
 * prices), on one too large, and on a count that is not the grid's: then price the trade by `settleByFormula`.
 */
export function quarterValues(input: { grid: QuarterGrid; kind: QuarterValues['kind']; values: readonly DecimalText[] }): QuarterValues {
  const { grid, kind, values } = input;
  const places = kind === 'kilowatts' ? QUANTITY_PLACES : PRICE_PLACES;
  if (values.length !== grid.startsMs.length) {
    throw refused('/values', `There are ${values.length} values for ${grid.startsMs.length} quarter-hours.`);
  }
  const scaled = new Int32Array(values.length);
  for (const [place, text] of values.entries()) {
    const value = decimal(text).times(10 ** places);
    const isKept = value.isInteger() && value.abs().lessThan(2 ** 31) && (kind !== 'kilowatts' || !value.isNegative());
    if (!isKept) throw refused(`/values/${place}`, `'${text}' has more than ${places} decimals, is too large or is a negative quantity.`);
    scaled[place] = value.toNumber();
  }
  return { kind, values: scaled };
}

/**
 * Prices and sums trades whose load and index are given per quarter-hour. Energy and amounts are exact: sums of integers that never leave
 * what a number holds without loss. A line is rounded once; the total is the sum of rounded lines.
 */
export function pricePortfolio(input: {
  trades: Iterable<PortfolioTrade>;
  currency: Currency;
  rounding: RoundingMode;
  onLine?: (line: PortfolioLine) => void;
}): PortfolioTotal {
  const { currency, rounding } = input;
  let [intervals, energyMwh, net] = [0, decimalOfInteger(0), decimalOfInteger(0)];
  for (const trade of input.trades) {
    invariant(trade.load.values.length === trade.grid.startsMs.length, `the load of ${trade.id} is of another grid`);
    const sums = weightedSums(trade.load.values, trade.index.values);
    const energy = quarterEnergy(sums.load, QUANTITY_PLACES);
    const indexed = quarterEnergy(sums.product, QUANTITY_PLACES + PRICE_PLACES);
    const amount = decimal(trade.factor).times(indexed).plus(decimal(trade.spread).times(energy));
    const rounded = roundToCurrency({ amount, currency, rounding });
    input.onLine?.({ id: trade.id, energyMwh: decimalText(energy), net: amountText(rounded, currency) });
    intervals += trade.load.values.length;
    energyMwh = energyMwh.plus(energy);
    net = net.plus(rounded);
  }
  return { intervals, energyMwh: decimalText(energyMwh), net: amountText(net, currency) };
}

/**
 * Σ load and Σ load × price as exact integers. A product of two 31-bit values has up to 62 bits, more than a number holds, so the load is
 * split into halves: a partial product stays below 2^47, and the sums are carried over to bigints before they reach 2^53.
 */
function weightedSums(load: Int32Array, price: Int32Array): { load: bigint; product: bigint } {
  invariant(load.length === price.length, 'load and price have one value for each quarter-hour');
  let [loadTotal, product] = [0n, 0n];
  for (let from = 0; from < load.length; from += CARRY_EVERY) {
    const to = Math.min(from + CARRY_EVERY, load.length);
    let [sum, low, high] = [0, 0, 0];
    for (let at = from; at < to; at += 1) {
      const quantity = load[at] ?? 0;
      const value = price[at] ?? 0;
      sum += quantity;
      low += (quantity & 0xff_ff) * value;
      high += (quantity >>> 16) * value;
    }
    loadTotal += BigInt(sum);
    product += BigInt(low) + BigInt(high) * 65_536n;
  }
  return { load: loadTotal, product };
}

/** 32 products of less than 2^47 stay below 2^52. */
const CARRY_EVERY = 32;

/** From a sum over quarter-hours of power to energy; exact, as a quarter is 0.25. */
function quarterEnergy(total: bigint, places: number): Decimal {
  return decimalOfInteger(total)
    .dividedBy(10 ** places)
    .dividedBy(QUARTERS_PER_HOUR);
}

function startsOf(span: DeliverySpan): readonly number[] {
  const count = (span.endMs - span.startMs) / MS_PER_QUARTER_HOUR;
  return Array.from({ length: count }, (_, place) => span.startMs + place * MS_PER_QUARTER_HOUR);
}

function refused(field: string, message: string): ValidationError {
  return new ValidationError([{ field, code: 'portfolio.value', message, fix: 'Settle this trade by itself with its formula.' }]);
}
