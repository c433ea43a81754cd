import type { BusinessDate, YearMonth } from '../../domain/time/business-date.ts';
import type { DecimalText } from '../../domain/money/decimal.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Groups thousands for the eye: `-1234567.50` becomes `-1,234,567.50`. No digit is added or lost. */
export function groupedNumber(text: DecimalText): string {
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${text.startsWith('-') ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `2027-02-22` becomes `22 February 2027`. */
export function longDate(date: BusinessDate): string {
  return `${Number(date.slice(8, 10))} ${monthName(date)} ${date.slice(0, 4)}`;
}

/** `2027-01` becomes `January 2027`. */
export function longMonth(month: YearMonth): string {
  return `${monthName(month)} ${month.slice(0, 4)}`;
}

/** An IBAN in groups of four, as ISO 13616 prints it. */
export function printedIban(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, '$1 ');
}

function monthName(dateOrMonth: string): string {
  return MONTHS[Number(dateOrMonth.slice(5, 7)) - 1] ?? '';
}
