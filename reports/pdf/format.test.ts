import { expect, test } from 'vitest';
import { businessDate, yearMonth } from '../../domain/time/business-date.ts';
import { groupedNumber, longDate, longMonth, printedIban } from './format.ts';

test.each([
  ['0.00', '0.00'],
  ['999', '999'],
  ['1000', '1,000'],
  ['-1234567.50', '-1,234,567.50'],
  ['687084.0000001', '687,084.0000001'],
])('%s is printed as %s', (text, printed) => {
  expect(groupedNumber(text)).toBe(printed);
  expect(printed.replaceAll(',', '')).toBe(text);
});

test('dates and months are written out, an IBAN in fours', () => {
  expect(longDate(businessDate('2027-02-02'))).toBe('2 February 2027');
  expect(longMonth(yearMonth('2026-12'))).toBe('December 2026');
  expect(printedIban('DE89370400440532013000')).toBe('DE89 3704 0044 0532 0130 00');
});
