import { ValidationError } from '../errors/app-error.ts';
import { type SettlementMarketCode, settlementMarketOf } from '../market/settlement-markets.ts';
import { type DecimalText, decimalOfInteger, decimalText } from '../money/decimal.ts';
import {
  type BusinessDate,
  type YearMonth,
  firstDayOf,
  isBusinessDate,
  isYearMonth,
  lastDayOf,
  monthOf,
  monthsFromTo,
  yearMonth,
} from '../time/business-date.ts';
import { quarterHoursOf } from './delivery-intervals.ts';
import { type CalendarProfile, deliverySpans, profilesOf } from './delivery-spans.ts';

/** Delivery days from `from` to `to`, both included. */
export type DeliveryPeriod = { readonly from: BusinessDate; readonly to: BusinessDate };

/** Hours of one period, by profile. `quarterHours` counts the same in market time units of 15 minutes. */
export type DeliveryHoursRow = {
  readonly market: SettlementMarketCode;
  /** A month `YYYY-MM`, or the period as it was asked for: the total. */
  readonly period: string;
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  readonly hours: Readonly<Partial<Record<CalendarProfile, DecimalText>>>;
  readonly quarterHours: Readonly<Partial<Record<CalendarProfile, number>>>;
};

const QUARTERS_PER_HOUR = decimalOfInteger(4);

/** Hours and quarter-hours of a profile over delivery days, both ends included. */
export function deliveryHours(input: { market: SettlementMarketCode; profile: CalendarProfile; from: BusinessDate; to: BusinessDate }): {
  hours: DecimalText;
  quarterHours: number;
} {
  const quarterHours = deliverySpans(input).reduce((count, span) => count + quarterHoursOf(span), 0);
  return { hours: decimalText(decimalOfInteger(quarterHours).dividedBy(QUARTERS_PER_HOUR)), quarterHours };
}

/**
 * The table behind `delivery-hours MARKET PERIOD`: a row for each month that the period touches and, where there is more than one,
 * a last row with the total. Throws ValidationError on a period that `deliveryPeriodOf` does not know.
 */
export function deliveryHoursTable(input: { market: SettlementMarketCode; period: string }): readonly DeliveryHoursRow[] {
  const { from, to } = deliveryPeriodOf(input.period);
  const months = [...monthsFromTo(monthOf(from), monthOf(to))];
  const total = hoursRow({ market: input.market, period: input.period, from, to });
  if (months.length === 1) return [total];
  const rows = months.map((month) => {
    const first = firstDayOf(month) < from ? from : firstDayOf(month);
    const last = lastDayOf(month) > to ? to : lastDayOf(month);
    return hoursRow({ market: input.market, period: month, from: first, to: last });
  });
  return [...rows, total];
}

/**
 * Reads a period: a day `2027-01-15`, a month `2027-01`, a quarter `2027-Q1`, a year `2027`, a season `2027-SUM` (April to September)
 * or `2026-WIN` (October to March), a gas year `2026-GY` (October to September), or days `2027-01-15..2027-02-03`.
 */
export function deliveryPeriodOf(text: string): DeliveryPeriod {
  const range = text.split('..');
  const [first = '', last = first] = range;
  if (range.length <= 2 && isBusinessDate(first) && isBusinessDate(last) && first <= last) return { from: first, to: last };
  if (isYearMonth(text)) return monthsPeriod({ first: text, months: 1 });
  const match = /^((?:19|20|21)\d{2})(?:-(Q[1-4]|SUM|WIN|GY))?$/.exec(text);
  const year = match?.[1];
  if (year === undefined) throw unknownPeriod(text);
  const block = PERIOD_BLOCKS[match?.[2] ?? 'year'];
  if (block === undefined) throw unknownPeriod(text);
  return monthsPeriod({ first: yearMonth(`${year}-${block.firstMonth}`), months: block.months });
}

/** Blocks of months that power and gas are traded in: first month and length. */
const PERIOD_BLOCKS: Readonly<Record<string, { firstMonth: string; months: number }>> = {
  year: { firstMonth: '01', months: 12 },
  Q1: { firstMonth: '01', months: 3 },
  Q2: { firstMonth: '04', months: 3 },
  Q3: { firstMonth: '07', months: 3 },
  Q4: { firstMonth: '10', months: 3 },
  SUM: { firstMonth: '04', months: 6 },
  WIN: { firstMonth: '10', months: 6 },
  GY: { firstMonth: '10', months: 12 },
};

function hoursRow(input: { market: SettlementMarketCode; period: string; from: BusinessDate; to: BusinessDate }): DeliveryHoursRow {
  const market = settlementMarketOf(input.market);
  const profiles = market.commodity === 'gas' ? (['gasDay'] as const) : profilesOf(market);
  const counted = profiles.map((profile) => ({ profile, ...deliveryHours({ ...input, profile }) }));
  return {
    ...input,
    hours: Object.fromEntries(counted.map(({ profile, hours }) => [profile, hours])),
    quarterHours: Object.fromEntries(counted.map(({ profile, quarterHours }) => [profile, quarterHours])),
  };
}

function monthsPeriod(input: { first: YearMonth; months: number }): DeliveryPeriod {
  const monthIndex = Number(input.first.slice(5, 7)) - 1 + input.months - 1;
  const year = Number(input.first.slice(0, 4)) + Math.floor(monthIndex / 12);
  const last = yearMonth(`${year}-${String((monthIndex % 12) + 1).padStart(2, '0')}`);
  return { from: firstDayOf(input.first), to: lastDayOf(last) };
}

function unknownPeriod(text: string): ValidationError {
  return new ValidationError([
    {
      field: '/period',
      code: 'period.unknown',
      message: `'${text}' is not a delivery period.`,
      fix: 'Write 2027-01-15, 2027-01, 2027-Q1, 2027, 2027-SUM, 2026-WIN, 2026-GY or 2027-01-15..2027-02-03.',
    },
  ]);
}
