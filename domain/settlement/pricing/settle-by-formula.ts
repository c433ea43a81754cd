import type { MarketIndex } from '../../market/market-index.ts';
import { deliveryDayStartMs, settlementMarketOf } from '../../market/settlement-markets.ts';
import { type Currency, amountText, roundToCurrency } from '../../money/currency.ts';
import { type Decimal, ZERO, decimal, decimalText } from '../../money/decimal.ts';
import { type YearMonth, addDays, datesFromTo, firstDayOf, lastDayOf } from '../../time/business-date.ts';
import { epochMsOf } from '../../time/zone.ts';
import { type DeliveryInterval, type DeliveryTerms, deliveryTotals, expandDelivery, hoursOf } from '../delivery-intervals.ts';
import { type LineRounding, type SettlementLine, lineTextOf } from '../settlement-line.ts';
import { unitOfFormula } from './check-formula.ts';
import { FormulaEvaluator, type PricingMoment } from './evaluate-formula.ts';
import type { FixingBook } from './fixing-book.ts';
import { type Formula, indicesOf } from './formula.ts';
import { factorToMwhPrice } from './unit.ts';

const MS_PER_QUARTER_HOUR = 900_000;
/** Decimals of a mean price that is printed; amounts are computed from the exact prices. */
const MEAN_PRICE_PLACES = 8;

export type FormulaTerms = DeliveryTerms & { readonly currency: Currency; readonly formula: Formula; readonly formulaText: string };

/**
 * Settles one trade by its formula for one delivery month: every quarter-hour has its own price, the sum is rounded once. Units are
 * converted last. Undefined where nothing is delivered. Where the book notes missing fixings the line must not be used.
 * The formula has passed `formulaIssues`.
 */
export function settleByFormula(
  input: {
    terms: FormulaTerms;
    month: YearMonth;
    book: FixingBook;
    indexOf: (name: string) => MarketIndex | undefined;
  } & LineRounding,
): SettlementLine | undefined {
  const { terms, month, book, indexOf } = input;
  const intervals = expandDelivery(terms).filter(({ deliveryMonth }) => deliveryMonth === month);
  if (intervals.length === 0) return undefined;
  const unit = unitOfFormula(terms.formula, indexOf);
  const convert = (unit === undefined ? undefined : factorToMwhPrice(unit, terms.currency)) ?? ((price: Decimal) => price);
  const evaluator = new FormulaEvaluator({ book, indexOf });
  let amount = ZERO;
  const prices = new Set<string>();
  for (const { moment, quantityMw } of momentsOf({ terms, month, intervals })) {
    const price = convert(evaluator.valueAt(terms.formula, moment));
    amount = amount.plus(decimal(quantityMw).times(hoursOf(moment)).times(price));
    prices.add(price.toFixed());
  }
  const { quarterHours, hours, energyMwh } = deliveryTotals(intervals);
  const { currency } = terms;
  const net = amountText(roundToCurrency({ amount, currency, rounding: input.rounding, places: input.roundingPlaces }), currency);
  const [only] = prices;
  const price = prices.size === 1 && only !== undefined ? decimalOf(only) : energyMwh.isZero() ? ZERO : amount.dividedBy(energyMwh);
  const priceWords = `${decimalText(price.toDecimalPlaces(MEAN_PRICE_PLACES))} ${currency}/MWh`;
  const how = prices.size === 1 ? priceWords : `${prices.size} prices, mean ${priceWords}`;
  return {
    text: lineTextOf(terms, month),
    hours: decimalText(hours),
    quarterHours,
    energyMwh: decimalText(energyMwh),
    price: decimalText(price.toDecimalPlaces(MEAN_PRICE_PLACES)),
    net,
    formula: `${decimalText(energyMwh)} MWh × (${terms.formulaText}): ${how}; exact sum ${decimalText(amount.toDecimalPlaces(MEAN_PRICE_PLACES))} ${currency}, rounded once to ${net} ${currency}`,
  };
}

/** Whole runs where the price is one for the month, else delivery days or quarter-hours, as the windows of the formula need. */
function* momentsOf(input: {
  terms: FormulaTerms;
  month: YearMonth;
  intervals: readonly DeliveryInterval[];
}): Generator<{ moment: PricingMoment; quantityMw: string }> {
  const { month, intervals } = input;
  const market = settlementMarketOf(input.terms.market);
  const kinds = new Set([...indicesOf(input.terms.formula)].map(({ window }) => window.kind));
  const perQuarter = kinds.has('interval') || kinds.has('hour');
  const dates = [...datesFromTo(firstDayOf(month), lastDayOf(month))];
  const starts = [...dates, addDays(lastDayOf(month), 1)].map((date) => deliveryDayStartMs(market, date));
  let day = 0;
  for (const { startAt, endAt, quantityMw } of intervals) {
    const endMs = epochMsOf(endAt);
    for (let startMs = epochMsOf(startAt); startMs < endMs;) {
      while ((starts[day + 1] ?? Number.POSITIVE_INFINITY) <= startMs) day += 1;
      const dayEndMs = starts[day + 1] ?? endMs;
      const stepMs = Math.min(endMs, dayEndMs, perQuarter ? startMs + MS_PER_QUARTER_HOUR : Number.POSITIVE_INFINITY);
      yield { moment: { startMs, endMs: stepMs, deliveryDate: dates[day] ?? firstDayOf(month), deliveryMonth: month }, quantityMw };
      startMs = stepMs;
    }
  }
}

/** A price printed by ourselves may have more decimals than an input may. */
function decimalOf(text: string): Decimal {
  return ZERO.plus(text);
}
