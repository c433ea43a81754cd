import { describe, expect, test } from 'vitest';
import { deliveryHoursTable, deliveryPeriodOf } from './delivery-hours.ts';

const BASE = ['744', '672', '743', '720', '744', '720', '744', '744', '720', '745', '720', '744'];
const PEAK_2026 = ['264', '240', '264', '264', '252', '264', '276', '252', '264', '264', '252', '276'];
const PEAK_2027 = ['252', '240', '276', '264', '252', '264', '264', '264', '264', '252', '264', '276'];

describe('German power', () => {
  test.each([
    ['2026', PEAK_2026],
    ['2027', PEAK_2027],
  ])('has the hours of the calendar in %s, month by month and in total', (year, peak) => {
    const rows = deliveryHoursTable({ market: 'DE', period: year });
    expect(rows.slice(0, 12).map(({ hours }) => hours.base)).toEqual(BASE);
    expect(rows.slice(0, 12).map(({ hours }) => hours.peak)).toEqual(peak);
    expect(rows.at(-1)).toMatchObject({ period: year, hours: { base: '8760', peak: '3132', offpeak: '5628' } });
  });

  test.each([
    ['2027-Q1', '2159', '768'],
    ['2027-Q2', '2184', '780'],
    ['2027-Q3', '2208', '792'],
    ['2027-Q4', '2209', '792'],
  ])('has in %s %s h of base and %s h of peak', (period, base, peak) => {
    expect(deliveryHoursTable({ market: 'DE', period }).at(-1)?.hours).toMatchObject({ base, peak });
  });

  test.each([
    ['2026-03-29', 92],
    ['2026-10-25', 100],
    ['2026-10-26', 96],
  ])('counts on %s %i quarter-hours', (period, quarterHours) => {
    expect(deliveryHoursTable({ market: 'DE', period })).toMatchObject([{ quarterHours: { base: quarterHours } }]);
  });
});

describe('gas', () => {
  test.each([
    ['2027-01', '744'],
    ['2027-03', '743'],
    ['2027-10', '745'],
    ['2026-WIN', '4368'],
    ['2027-SUM', '4392'],
    ['2027-WIN', '4392'],
    ['2026-GY', '8760'],
    ['2027-GY', '8784'],
  ])('TTF delivers in %s %s h', (period, gasDay) => {
    expect(deliveryHoursTable({ market: 'TTF', period }).at(-1)?.hours).toEqual({ gasDay });
  });
});

describe('periods', () => {
  test('reads a range of days', () => {
    expect(deliveryPeriodOf('2027-01-15..2027-02-03')).toEqual({ from: '2027-01-15', to: '2027-02-03' });
  });

  test.each(['', '27', '2027-13', '2027-Q5', '2027-02-29', '2027-02-03..2027-01-15', '2027..2028', '2027-01-01..2027-01-02..2027-01-03'])(
    'refuses %j',
    (period) => {
      expect(() => deliveryPeriodOf(period)).toThrow('is not a delivery period');
    },
  );
});
