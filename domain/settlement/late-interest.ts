import { AppError, assertNever } from '../errors/app-error.ts';
import { type Decimal, type DecimalText, decimal, sum } from '../money/decimal.ts';
import { type BusinessDate, addDays, businessDate, daysBetween } from '../time/business-date.ts';

/**
 * On what interest of a late payment is based. `agreed`: a yearly rate in percent known at the due date, over 360 days (EFET: EURIBOR and
 * margin). `directive`: ECB refinancing rate + 8, changing with the semester. `DE`, `BE`, `IE`: the national rules.
 */
export type InterestBasis =
  | { readonly kind: 'agreed'; readonly ratePercent: DecimalText }
  | { readonly kind: 'directive' }
  | { readonly kind: 'DE' }
  | { readonly kind: 'BE' }
  | { readonly kind: 'IE' };

/** Reference rates in force from the first day of a semester. */
export type SemesterRate = { readonly from: BusinessDate; readonly ecbPercent: DecimalText; readonly deBasePercent: DecimalText };

/**
 * Rates that are loaded. A day after the last semester is refused until its rate is known.
 * @source ECB main refinancing rate on 1 January and 1 July; Deutsche Bundesbank, Basiszinssatz (§ 247 BGB)
 */
export const SEMESTER_RATES: readonly SemesterRate[] = [
  { from: businessDate('2024-01-01'), ecbPercent: '4.50', deBasePercent: '3.62' },
  { from: businessDate('2024-07-01'), ecbPercent: '4.25', deBasePercent: '3.37' },
  { from: businessDate('2025-01-01'), ecbPercent: '3.15', deBasePercent: '2.27' },
  { from: businessDate('2025-07-01'), ecbPercent: '2.15', deBasePercent: '1.27' },
  { from: businessDate('2026-01-01'), ecbPercent: '2.15', deBasePercent: '1.27' },
];

/** Days of one rate. */
export type InterestPeriod = {
  readonly from: BusinessDate;
  /** Not included. */
  readonly to: BusinessDate;
  readonly days: number;
  readonly ratePercent: DecimalText;
};

export type LateInterest = {
  readonly periods: readonly InterestPeriod[];
  readonly dayBasis: 360 | 365;
  /** Unrounded. */
  readonly amount: Decimal;
};

/** @source Directive 2011/7/EU art. 2(6): at least eight points; § 288 (2) BGB: nine */
const DIRECTIVE_POINTS = '8';
const GERMAN_POINTS = '9';

/**
 * Interest from and including the due date to but excluding the day of payment. Throws `reference-data-missing` for days whose reference
 * rate is not loaded.
 * @source EFET General Agreement § 13.5; Directive 2011/7/EU art. 3, 6; § 288 BGB; eubelius.com (BE); enterprise.gov.ie (IE)
 */
export function lateInterest(input: {
  amount: DecimalText;
  dueOn: BusinessDate;
  paidOn: BusinessDate;
  basis: InterestBasis;
  rates?: readonly SemesterRate[];
}): LateInterest {
  const { dueOn, paidOn, basis } = input;
  const rates = input.rates ?? SEMESTER_RATES;
  const dayBasis = basis.kind === 'agreed' ? 360 : 365;
  const periods = paidOn <= dueOn ? [] : splitPeriods({ dueOn, paidOn, basis, rates });
  const shares = periods.map(({ days, ratePercent }) => decimal(ratePercent).times(days).dividedBy(dayBasis).dividedBy(100));
  return { periods, dayBasis, amount: decimal(input.amount).times(sum(shares)) };
}

function splitPeriods(input: {
  dueOn: BusinessDate;
  paidOn: BusinessDate;
  basis: InterestBasis;
  rates: readonly SemesterRate[];
}): readonly InterestPeriod[] {
  const { dueOn, paidOn, basis, rates } = input;
  if (basis.kind === 'agreed') return [{ from: dueOn, to: paidOn, days: daysBetween(dueOn, paidOn), ratePercent: basis.ratePercent }];
  // Ireland takes the rate in force on the day of payment for the whole time.
  if (basis.kind === 'IE') {
    return [{ from: dueOn, to: paidOn, days: daysBetween(dueOn, paidOn), ratePercent: statutoryRate({ basis, rates, on: paidOn }) }];
  }
  const starts = semesterStarts(dueOn, paidOn);
  return starts.map((from, place) => {
    const to = starts[place + 1] ?? paidOn;
    return { from, to, days: daysBetween(from, to), ratePercent: statutoryRate({ basis, rates, on: from }) };
  });
}

function statutoryRate(input: {
  basis: Exclude<InterestBasis, { kind: 'agreed' }>;
  rates: readonly SemesterRate[];
  on: BusinessDate;
}): DecimalText {
  const { kind } = input.basis;
  const row = input.rates.findLast(({ from }) => from <= input.on);
  if (row === undefined || nextSemester(row.from) <= input.on) {
    throw new AppError({
      code: 'reference-data-missing',
      message: `No reference rate for late-payment interest is loaded for ${input.on}.`,
      details: { on: input.on },
    });
  }
  const directive = decimal(row.ecbPercent).plus(DIRECTIVE_POINTS);
  switch (kind) {
    case 'directive':
    case 'IE':
      return directive.toFixed();
    case 'DE':
      return decimal(row.deBasePercent).plus(GERMAN_POINTS).toFixed();
    case 'BE':
      return directive.times(2).ceil().dividedBy(2).toFixed();
    default:
      return assertNever(kind);
  }
}

function semesterStarts(from: BusinessDate, to: BusinessDate): readonly BusinessDate[] {
  const starts = [from];
  for (let next = nextSemester(from); next < to; next = nextSemester(next)) starts.push(next);
  return starts;
}

function nextSemester(date: BusinessDate): BusinessDate {
  const year = date.slice(0, 4);
  return date.slice(5) < '07-01' ? businessDate(`${year}-07-01`) : addDays(businessDate(`${year}-12-31`), 1);
}
