import { type BusinessDate, type YearMonth, businessDate, lastDayOf, nextMonth } from '../time/business-date.ts';
import { type CalendarName, addBusinessDays, nextBusinessDay } from '../time/calendar.ts';
import type { RoundingMode } from '../money/currency.ts';

/** What an agreement says of settlement; `DEFAULT_SETTLEMENT_TERMS` where it is silent. */
export type SettlementTerms = {
  /** How a line is rounded, once. VAT is rounded the same way, always to the decimals of the currency. */
  readonly rounding: RoundingMode;
  /** To how many decimals a line is rounded; more than the currency has count as those. */
  readonly roundingPlaces: number;
  /** Day of the month after delivery on which payment is due, 1 to 28. */
  readonly dueDay: number;
  /** Calendar of business days for due dates. */
  readonly calendar: CalendarName;
};

/** @source EFET General Agreement (Power) § 13.2: the 20th of the month after delivery, moved to the next business day */
export const DEFAULT_SETTLEMENT_TERMS: SettlementTerms = {
  rounding: 'halfAwayFromZero',
  roundingPlaces: 2,
  dueDay: 20,
  calendar: 'TARGET',
};

/** @source EFET General Agreement (Power) § 13.2: the fifth business day after receipt of the invoice */
const BUSINESS_DAYS_AFTER_RECEIPT = 5;

/**
 * When the payment for a delivery month is due: the later of the due day of the next month, moved to the next business day, and the
 * fifth business day after receipt. Without `receivedOn` only the first counts.
 *
 * @source EFET General Agreement (Power) § 13.2
 * @example dueDateOf({ deliveryMonth: '2026-11', terms: DEFAULT_SETTLEMENT_TERMS }) // 2026-12-21, as the 20th is a Sunday
 */
export function dueDateOf(input: { deliveryMonth: YearMonth; receivedOn?: BusinessDate; terms: SettlementTerms }): BusinessDate {
  const { calendar, dueDay } = input.terms;
  const day = businessDate(`${nextMonth(input.deliveryMonth)}-${String(dueDay).padStart(2, '0')}`);
  const byMonth = nextBusinessDay({ calendar, date: day });
  if (input.receivedOn === undefined) return byMonth;
  const byReceipt = addBusinessDays({ calendar, from: input.receivedOn, days: BUSINESS_DAYS_AFTER_RECEIPT });
  return byReceipt > byMonth ? byReceipt : byMonth;
}

/** The n-th business day of the month after delivery. */
export function businessDayAfterDelivery(input: { deliveryMonth: YearMonth; calendar: CalendarName; day: number }): BusinessDate {
  return addBusinessDays({ calendar: input.calendar, from: lastDayOf(input.deliveryMonth), days: input.day });
}
