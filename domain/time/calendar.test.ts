import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BusinessDate, addDays, businessDate, datesFromTo } from './business-date.ts';
import { addBusinessDays, closingDays, easterSunday, isBusinessDay, nextBusinessDay } from './calendar.ts';

const calendar = 'TARGET';

function businessDaysIn(year: number): number {
  const dates = [...datesFromTo(businessDate(`${year}-01-01`), businessDate(`${year}-12-31`))];
  return dates.filter((date) => isBusinessDay({ calendar, date })).length;
}

describe('TARGET', () => {
  test.each([
    [2026, ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25'], 256],
    [2027, ['2027-01-01', '2027-03-26', '2027-03-29'], 258],
  ])('closes in %i on %j beside weekends and has %i business days', (year, weekdays, count) => {
    const closings = closingDays({ calendar, year });
    expect(closings.filter((day) => !day.fallsOnWeekend).map((day) => day.date)).toEqual(weekdays);
    expect(closings).toHaveLength(6);
    expect(businessDaysIn(year)).toBe(count);
  });

  test.each([
    [2026, ['2026-06-22', '2026-09-21', '2026-12-21']],
    [2027, ['2027-02-22', '2027-03-22', '2027-06-21', '2027-11-22']],
  ])('moves the 20th in %i to %j only', (year, moved) => {
    const days = Array.from({ length: 12 }, (_, month) => businessDate(`${year}-${String(month + 1).padStart(2, '0')}-20`));
    const nexts = days.map((date) => nextBusinessDay({ calendar, date })).filter((date) => !date.endsWith('-20'));
    expect(nexts).toEqual(moved);
  });

  test('refuses years before its first, rather than guess', () => {
    expect(() => isBusinessDay({ calendar, date: businessDate('2001-12-31') })).toThrow('known from 2002');
    expect(() => closingDays({ calendar, year: 1999 })).toThrow('known from 2002');
  });
});

test('WEEKDAYS counts 1 May: ten business days after 29 April 2026 are 13 May', () => {
  expect(addBusinessDays({ calendar: 'WEEKDAYS', from: businessDate('2026-04-29'), days: 10 })).toBe('2026-05-13');
  expect(closingDays({ calendar: 'WEEKDAYS', year: 2026 })).toEqual([]);
});

describe('addBusinessDays', () => {
  test('counts back, and gives the date itself for zero days, open or not', () => {
    expect(addBusinessDays({ calendar, from: businessDate('2027-03-30'), days: -1 })).toBe('2027-03-25');
    expect(addBusinessDays({ calendar, from: businessDate('2027-03-28'), days: 0 })).toBe('2027-03-28');
  });

  test.each([1.5, Number.NaN, 2_601])('refuses %d days', (days) => {
    expect(() => addBusinessDays({ calendar, from: businessDate('2027-03-30'), days })).toThrow('whole number of business days');
  });

  test('lands on an open day with exactly that many open days passed', () => {
    const arbitraryDate = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays(businessDate('2010-01-01'), days));
    fc.assert(
      fc.property(arbitraryDate, fc.integer({ min: 1, max: 300 }), (from, days) => {
        const to: BusinessDate = addBusinessDays({ calendar, from, days });
        const passed = [...datesFromTo(addDays(from, 1), to)].filter((date) => isBusinessDay({ calendar, date }));
        return passed.length === days && passed.at(-1) === to;
      }),
      { numRuns: 60 },
    );
  });
});

// 1943 and 2038 have the latest date that is possible, 2076 needs the correction for late full moons.
test.each(['1943-04-25', '2000-04-23', '2008-03-23', '2019-04-21', '2026-04-05', '2027-03-28', '2038-04-25', '2076-04-19'])(
  'Easter falls on %s',
  (date) => {
    expect(easterSunday(Number(date.slice(0, 4)))).toBe(date);
  },
);

test.each([
  ['PL', 2027, ['2027-01-01', '2027-01-06', '2027-03-29', '2027-05-03', '2027-05-27', '2027-11-01', '2027-11-11', '2027-12-24']],
  ['GB', 2026, ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31', '2026-12-25', '2026-12-28']],
  ['GB', 2027, ['2027-01-01', '2027-03-26', '2027-03-29', '2027-05-03', '2027-05-31', '2027-08-30', '2027-12-27', '2027-12-28']],
  [
    'GB',
    2022,
    [
      '2022-01-03',
      '2022-04-15',
      '2022-04-18',
      '2022-05-02',
      '2022-06-02',
      '2022-06-03',
      '2022-08-29',
      '2022-09-19',
      '2022-12-26',
      '2022-12-27',
    ],
  ],
] as const)('%s closes in %i on these weekdays', (name, year, weekdays) => {
  const closed = closingDays({ calendar: name, year }).filter((day) => !day.fallsOnWeekend);
  expect(closed.map(({ date }) => date)).toEqual(weekdays);
});
