/** A calendar date without a zone, `YYYY-MM-DD`. Its own type, so that it is never mixed up with an instant. */
export type BusinessDate = string & { readonly __businessDate: unique symbol };

/** A month `YYYY-MM`. */
export type YearMonth = string & { readonly __yearMonth: unique symbol };

/** An instant in UTC as RFC 3339 text with `Z`, e.g. `2026-09-29T06:00:00.000Z`. */
export type InstantText = string;

/** Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

const DATE_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH_PATTERN = /^(\d{4})-(\d{2})$/;
const MS_PER_DAY = 86_400_000;

function epochDay(date: BusinessDate): number {
  return Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;
}

function fromEpochDay(day: number): BusinessDate {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10) as BusinessDate;
}

/** True for a date that exists, years 1900 to 2199. */
export function isBusinessDate(text: string): text is BusinessDate {
  const match = DATE_PATTERN.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return false;
  // Day 0 of the next month is the last day of this one.
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Takes text as a date; throws where no such date exists. */
export function businessDate(text: string): BusinessDate {
  if (!isBusinessDate(text)) throw new Error(`'${text}' is not a date YYYY-MM-DD`);
  return text;
}

export function isYearMonth(text: string): text is YearMonth {
  const match = MONTH_PATTERN.exec(text);
  return match !== null && Number(match[2]) >= 1 && Number(match[2]) <= 12;
}

/** Takes text as a month; throws where it is none. */
export function yearMonth(text: string): YearMonth {
  if (!isYearMonth(text)) throw new Error(`'${text}' is not a month YYYY-MM`);
  return text;
}

export function addDays(date: BusinessDate, days: number): BusinessDate {
  return fromEpochDay(epochDay(date) + days);
}

/** Days from `from` to `to`; negative where `to` is earlier. */
export function daysBetween(from: BusinessDate, to: BusinessDate): number {
  return epochDay(to) - epochDay(from);
}

export function weekdayOf(date: BusinessDate): Weekday {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return (day === 0 ? 7 : day) as Weekday;
}

export function monthOf(date: BusinessDate): YearMonth {
  return date.slice(0, 7) as YearMonth;
}

export function firstDayOf(month: YearMonth): BusinessDate {
  return businessDate(`${month}-01`);
}

export function nextMonth(month: YearMonth): YearMonth {
  const year = Number(month.slice(0, 4));
  const next = Number(month.slice(5, 7)) + 1;
  return next > 12 ? yearMonth(`${year + 1}-01`) : yearMonth(`${year}-${String(next).padStart(2, '0')}`);
}

export function lastDayOf(month: YearMonth): BusinessDate {
  return addDays(firstDayOf(nextMonth(month)), -1);
}

/** Every date from `from` to `to`, both included. */
export function* datesFromTo(from: BusinessDate, to: BusinessDate): Generator<BusinessDate> {
  for (let day = epochDay(from), last = epochDay(to); day <= last; day += 1) yield fromEpochDay(day);
}

/** Every month that `from` to `to` touches, in order. */
export function* monthsFromTo(from: YearMonth, to: YearMonth): Generator<YearMonth> {
  for (let month = from; month <= to; month = nextMonth(month)) yield month;
}
