import { AppError } from '../errors/app-error.ts';
import { type BusinessDate, addDays, businessDate, weekdayOf } from './business-date.ts';

/**
 * `TARGET`: days on which euro payments settle. `WEEKDAYS`: Monday to Friday, no holidays (ACER counts so).
 * `PL`: Polish working days (TGE PEAK5). `GB`: English bank holidays, on which London publishers rest.
 */
export const CALENDAR_NAMES = ['TARGET', 'WEEKDAYS', 'PL', 'GB'] as const;
export type CalendarName = (typeof CALENDAR_NAMES)[number];

/** A day on which a calendar is closed for a reason of its own, beside Saturdays and Sundays. */
export type ClosingDay = {
  readonly date: BusinessDate;
  readonly name: string;
  /** True where the day is a Saturday or Sunday and closed anyway. */
  readonly fallsOnWeekend: boolean;
};

/**
 * When a closing day falls: every year on the same date, so many days from Easter Sunday, on the first Monday from a date on, or once.
 * `fromYear` is the first year of the rule, `notIn` years in which another rule stood for it.
 */
type ClosingRule = { readonly name: string; readonly fromYear?: number; readonly notIn?: readonly number[] } & (
  | { readonly monthDay: string; readonly substitute?: 'nextWeekday' }
  | { readonly daysFromEaster: number }
  | { readonly firstMondayFrom: string }
  | { readonly onceOn: string }
);

type CalendarRules = {
  /** Years before this one are not known; asking for them is refused rather than answered wrongly. */
  readonly firstYear: number;
  readonly closings: readonly ClosingRule[];
};

/** No count of business days in this product is longer; a larger one is a mistake of its caller. */
const BUSINESS_DAYS_MAX = 2_600;

const CALENDARS: Readonly<Record<CalendarName, CalendarRules>> = {
  /** @source ECB, press release of 14 December 2000, https://www.ecb.europa.eu/press/pr/date/2000/html/pr001214_4.en.html */
  TARGET: {
    firstYear: 2002,
    closings: [
      { name: "New Year's Day", monthDay: '01-01' },
      { name: 'Good Friday', daysFromEaster: -2 },
      { name: 'Easter Monday', daysFromEaster: 1 },
      { name: 'Labour Day', monthDay: '05-01' },
      { name: 'Christmas Day', monthDay: '12-25' },
      { name: 'Christmas Holiday', monthDay: '12-26' },
    ],
  },
  /** @source ACER Q&A on Implementing Regulation (EU) 2026/256: 29 April 2026 + 10 business days is 13 May 2026, so 1 May counts */
  WEEKDAYS: { firstYear: 1900, closings: [] },
  /** @source Ustawa z dnia 18 stycznia 1951 r. o dniach wolnych od pracy; Christmas Eve since 2025 (Dz.U. 2024 poz. 1965) */
  PL: {
    firstYear: 2011,
    closings: [
      { name: "New Year's Day", monthDay: '01-01' },
      { name: 'Epiphany', monthDay: '01-06' },
      { name: 'Easter Sunday', daysFromEaster: 0 },
      { name: 'Easter Monday', daysFromEaster: 1 },
      { name: 'Labour Day', monthDay: '05-01' },
      { name: 'Constitution Day', monthDay: '05-03' },
      { name: 'Pentecost', daysFromEaster: 49 },
      { name: 'Corpus Christi', daysFromEaster: 60 },
      { name: 'Assumption', monthDay: '08-15' },
      { name: "All Saints' Day", monthDay: '11-01' },
      { name: 'Independence Day', monthDay: '11-11' },
      { name: 'Independence centenary', onceOn: '2018-11-12' },
      { name: 'Christmas Eve', monthDay: '12-24', fromYear: 2025 },
      { name: 'Christmas Day', monthDay: '12-25' },
      { name: 'Second Day of Christmas', monthDay: '12-26' },
    ],
  },
  /** @source Banking and Financial Dealings Act 1971, schedule 1, and the royal proclamations of 2020, 2022 and 2023 (gov.uk) */
  GB: {
    firstYear: 2020,
    closings: [
      { name: "New Year's Day", monthDay: '01-01', substitute: 'nextWeekday' },
      { name: 'Good Friday', daysFromEaster: -2 },
      { name: 'Easter Monday', daysFromEaster: 1 },
      { name: 'Early May bank holiday', firstMondayFrom: '05-01', notIn: [2020] },
      { name: 'Early May bank holiday (VE Day)', onceOn: '2020-05-08' },
      { name: 'Spring bank holiday', firstMondayFrom: '05-25', notIn: [2022] },
      { name: 'Spring bank holiday', onceOn: '2022-06-02' },
      { name: 'Platinum Jubilee', onceOn: '2022-06-03' },
      { name: 'Summer bank holiday', firstMondayFrom: '08-25' },
      { name: 'State Funeral of Queen Elizabeth II', onceOn: '2022-09-19' },
      { name: 'Coronation of King Charles III', onceOn: '2023-05-08' },
      { name: 'Christmas Day', monthDay: '12-25', substitute: 'nextWeekday' },
      { name: 'Boxing Day', monthDay: '12-26', substitute: 'nextWeekday' },
    ],
  },
};

export function isCalendarName(text: string): text is CalendarName {
  return (CALENDAR_NAMES as readonly string[]).includes(text);
}

/** True where the calendar is open. Throws `reference-data-missing` before its first known year. */
export function isBusinessDay(input: { calendar: CalendarName; date: BusinessDate }): boolean {
  const rules = rulesFor(input.calendar, yearOf(input.date));
  return weekdayOf(input.date) <= 5 && !closingsIn(rules, yearOf(input.date)).some(({ date }) => date === input.date);
}

/** The date itself where it is open, else the next open one. */
export function nextBusinessDay(input: { calendar: CalendarName; date: BusinessDate }): BusinessDate {
  let date = input.date;
  while (!isBusinessDay({ calendar: input.calendar, date })) date = addDays(date, 1);
  return date;
}

/**
 * The `days`-th open day after `from`, or before it where `days` is negative; `from` itself never counts, open or not.
 * Zero gives `from` unchanged. Throws beyond 2,600 days.
 */
export function addBusinessDays(input: { calendar: CalendarName; from: BusinessDate; days: number }): BusinessDate {
  if (!Number.isInteger(input.days) || Math.abs(input.days) > BUSINESS_DAYS_MAX) {
    throw new Error(`${input.days} is not a whole number of business days up to ${BUSINESS_DAYS_MAX}`);
  }
  const step = Math.sign(input.days);
  let date = input.from;
  for (let left = Math.abs(input.days); left > 0;) {
    date = addDays(date, step);
    if (isBusinessDay({ calendar: input.calendar, date })) left -= 1;
  }
  return date;
}

/** The closing days of a year in order, those at a weekend included and marked. Saturdays and Sundays as such are not listed. */
export function closingDays(input: { calendar: CalendarName; year: number }): readonly ClosingDay[] {
  return closingsIn(rulesFor(input.calendar, input.year), input.year)
    .map(({ date, name }) => ({ date, name, fallsOnWeekend: weekdayOf(date) > 5 }))
    .toSorted((left, right) => (left.date < right.date ? -1 : 1));
}

/**
 * Easter Sunday in the Gregorian calendar.
 * @source Anonymous Gregorian algorithm (Meeus, Jones, Butcher), Nature, 20 April 1876
 */
export function easterSunday(year: number): BusinessDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const weekdayShift = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekdayShift) / 451);
  const dayCount = epact + weekdayShift - 7 * correction + 114;
  return dateOfParts({ year, month: Math.floor(dayCount / 31), day: (dayCount % 31) + 1 });
}

function rulesFor(calendar: CalendarName, year: number): CalendarRules {
  const rules = CALENDARS[calendar];
  if (year < rules.firstYear) {
    throw new AppError({
      code: 'reference-data-missing',
      message: `The calendar ${calendar} is known from ${rules.firstYear} on, not for ${year}.`,
      details: { calendar, year },
    });
  }
  return rules;
}

/** The closing days of one year; a substitute day is the next weekday that no earlier rule has taken. */
function closingsIn(rules: CalendarRules, year: number): readonly { readonly date: BusinessDate; readonly name: string }[] {
  const found: { date: BusinessDate; name: string }[] = [];
  for (const rule of rules.closings) {
    const date = year < (rule.fromYear ?? 0) || rule.notIn?.includes(year) === true ? undefined : dateOf(rule, year);
    if (date === undefined) continue;
    found.push({ date, name: rule.name });
    if (!('substitute' in rule) || weekdayOf(date) <= 5) continue;
    let moved = addDays(date, 1);
    while (weekdayOf(moved) > 5 || isTaken(rules, found, moved)) moved = addDays(moved, 1);
    found.push({ date: moved, name: `${rule.name} (substitute day)` });
  }
  return found;
}

/** A weekday that is a closing day already, or is another rule's own date: Boxing Day on a Monday keeps it. */
function isTaken(rules: CalendarRules, found: readonly { readonly date: BusinessDate }[], date: BusinessDate): boolean {
  return found.some((day) => day.date === date) || rules.closings.some((rule) => 'monthDay' in rule && dateOf(rule, yearOf(date)) === date);
}

function dateOf(rule: ClosingRule, year: number): BusinessDate | undefined {
  if ('onceOn' in rule) return yearOf(businessDate(rule.onceOn)) === year ? businessDate(rule.onceOn) : undefined;
  if ('monthDay' in rule) return businessDate(`${year}-${rule.monthDay}`);
  if ('daysFromEaster' in rule) return addDays(easterSunday(year), rule.daysFromEaster);
  const from = businessDate(`${year}-${rule.firstMondayFrom}`);
  return addDays(from, (8 - weekdayOf(from)) % 7);
}

function yearOf(date: BusinessDate): number {
  return Number(date.slice(0, 4));
}

function dateOfParts(parts: { year: number; month: number; day: number }): BusinessDate {
  return businessDate(`${parts.year}-${String(parts.month).padStart(2, '0')}-${String(parts.day).padStart(2, '0')}`);
}
