import { expect, test } from 'vitest';
import { businessDate, yearMonth } from '../time/business-date.ts';
import { DEFAULT_SETTLEMENT_TERMS, businessDayAfterDelivery, dueDateOf } from './due-date.ts';

const terms = DEFAULT_SETTLEMENT_TERMS;

test.each([
  ['2026-11', undefined, '2026-12-21', 'the 20th is a Sunday'],
  ['2027-01', undefined, '2027-02-22', 'the 20th is a Saturday'],
  ['2027-01', '2027-02-10', '2027-02-22', 'case A8, received early'],
  ['2027-01', '2027-02-16', '2027-02-23', 'case A8, received late'],
  ['2027-02', '2027-03-25', '2027-04-05', 'case A9, over Easter'],
  ['2026-12', undefined, '2027-01-20', 'over the turn of the year'],
])('delivery %s, received %s, is due on %s: %s', (deliveryMonth, received, due, _why) => {
  const receivedOn = received === undefined ? {} : { receivedOn: businessDate(received) };
  expect(dueDateOf({ deliveryMonth: yearMonth(deliveryMonth), ...receivedOn, terms })).toBe(due);
});

test('an agreement may set another day and another calendar', () => {
  const deliveryMonth = yearMonth('2027-04');
  expect(dueDateOf({ deliveryMonth, terms: { ...terms, dueDay: 1, calendar: 'WEEKDAYS' } })).toBe('2027-05-03');
  expect(businessDayAfterDelivery({ deliveryMonth: yearMonth('2026-12'), calendar: 'TARGET', day: 1 })).toBe('2027-01-04');
});
