import { AppError } from '../errors/app-error.ts';
import { type BusinessDate, addDays, businessDate, weekdayOf } from './business-date.ts';

/** `TARGET`: days on which euro payments settle. `WEEKDAYS`: Monday to Friday, no holidays (ACER counts so). */
export const CALENDAR_NAMES = ['TARGET', 'WEEKDAYS'] as const;
export type CalendarName = (typeof CALENDAR_NAMES)[number];

/** A day on which a calendar is closed for a reason of its own, beside Saturdays and Sundays. */
export type ClosingDay = {
  readonly date: BusinessDate;
  readonly name: string;
  /** True where the day is a Saturday or Sunday and closed anyway. */
  readonly fallsOnWeekend: boolean;
};

/** When a closing day falls: every year on the same date, or so many days from Easter Sunday. */
type ClosingRule = { readonly name: string } & ({ readonly monthDay: string } | { readonly daysFromEaster: number });

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
};

export function isCalendarName(text: string): text is CalendarName {
  return (CALENDAR_NAMES as readonly string[]).includes(text);
}

/** True where the calendar is open. Throws `reference-data-missing` before its first known year. */
export function isBusinessDay(input: { calendar: CalendarName; date: BusinessDate }): boolean {
  const rules = rulesFor(input.calendar, yearOf(input.date));
  return weekdayOf(input.date) <= 5 && !rules.closings.some((rule) => dateOf(rule, yearOf(input.date)) === input.date);
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
  return rulesFor(input.calendar, input.year)
    .closings.map((rule) => {
      const date = dateOf(rule, input.year);
      return { date, name: rule.name, fallsOnWeekend: weekdayOf(date) > 5 };
    })
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

function dateOf(rule: ClosingRule, year: number): BusinessDate {
  return 'monthDay' in rule ? businessDate(`${year}-${rule.monthDay}`) : addDays(easterSunday(year), rule.daysFromEaster);
}

function yearOf(date: BusinessDate): number {
  return Number(date.slice(0, 4));
}

function dateOfParts(parts: { year: number; month: number; day: number }): BusinessDate {
  return businessDate(`${parts.year}-${String(parts.month).padStart(2, '0')}-${String(parts.day).padStart(2, '0')}`);
}
