import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  businessDate,
  datesFromTo,
  daysBetween,
  isBusinessDate,
  isYearMonth,
  lastDayOf,
  monthsFromTo,
  nextMonth,
  weekdayOf,
  yearMonth,
} from './business-date.ts';

describe('isBusinessDate', () => {
  test.each(['2028-02-29', '1900-01-01', '2199-12-31'])('takes %s', (text) => {
    expect(isBusinessDate(text)).toBe(true);
  });

  test.each(['2027-02-29', '2026-06-31', '2026-13-01', '1899-12-31', '2200-01-01', '2026-1-1', '2026-01-01T00:00:00Z', ''])(
    'refuses %j',
    (text) => {
      expect(isBusinessDate(text)).toBe(false);
      expect(() => businessDate(text)).toThrow('is not a date');
    },
  );
});

test('months: names, ends, and the order over a year', () => {
  expect(isYearMonth('2026-00')).toBe(false);
  expect(() => yearMonth('2026-13')).toThrow('is not a month');
  expect(nextMonth(yearMonth('2026-12'))).toBe('2027-01');
  expect(lastDayOf(yearMonth('2028-02'))).toBe('2028-02-29');
  expect([...monthsFromTo(yearMonth('2026-11'), yearMonth('2027-02'))]).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
});

test('weekdays count from Monday as 1 to Sunday as 7', () => {
  expect(weekdayOf(businessDate('2026-12-20'))).toBe(7);
  expect(weekdayOf(businessDate('2026-12-21'))).toBe(1);
});

test('adding days and counting them are inverse, across clock changes too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: -3_000, max: 3_000 }), (start, days) => {
      const from = addDays(businessDate('1910-01-01'), start);
      return daysBetween(from, addDays(from, days)) === days;
    }),
  );
  expect([...datesFromTo(businessDate('2026-03-28'), businessDate('2026-03-30'))]).toHaveLength(3);
});
