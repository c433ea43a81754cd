import { expect, test } from 'vitest';
import { yearMonth } from '../time/business-date.ts';
import { cycleTimesOf, mayCloseCycle } from './close.ts';

const calendar = 'TARGET';

test.each([
  ['DE', '2027-01', '2027-01-31T23:00:00.000Z', '2027-02-03T08:00:00.000Z'],
  ['TTF', '2027-01', '2027-02-01T05:00:00.000Z', '2027-02-03T08:00:00.000Z'],
  ['DE', '2027-03', '2027-03-31T22:00:00.000Z', '2027-04-05T07:00:00.000Z'],
  ['THE', '2026-12', '2027-01-01T05:00:00.000Z', '2027-01-06T08:00:00.000Z'],
] as const)('%s in %s ends at %s and is invoiced from %s', (market, month, deliveryEndsAt, invoiceAt) => {
  expect(cycleTimesOf({ market, deliveryMonth: yearMonth(month), calendar })).toEqual({ deliveryEndsAt, invoiceAt });
});

test('a gas month stays open until its last gas day has ended, though the calendar shows the next month', () => {
  const cycle = { market: 'TTF', deliveryMonth: yearMonth('2027-01') } as const;
  expect(mayCloseCycle({ ...cycle, at: '2027-02-01T04:59:59.999Z' })).toBe(false);
  expect(mayCloseCycle({ ...cycle, at: '2027-02-01T05:00:00Z' })).toBe(true);
  expect(mayCloseCycle({ ...cycle, market: 'DE', at: '2027-01-31T23:30:00Z' })).toBe(true);
});
