import { marketOf } from '../market/markets.ts';
import { type InstantText, type YearMonth, firstDayOf, nextMonth } from '../time/business-date.ts';
import type { CalendarName } from '../time/calendar.ts';
import { epochMsOf, instantOfLocal, instantText, startOfDayMs } from '../time/zone.ts';
import type { MarketCode } from '../trade/trade-terms.ts';
import { businessDayAfterDelivery } from './due-date.ts';

/** When the months of a cycle become ready, as instants that a workflow can wait for. */
export type CycleTimes = {
  /** End of the last delivery day by the market's clock; for gas the end of the last gas day. No cycle closes earlier. */
  readonly deliveryEndsAt: InstantText;
  /** When we propose to invoice: volumes are final by then and the counterparty has its days to pay. */
  readonly invoiceAt: InstantText;
};

/**
 * Volumes are final in the first working days of the next month, and invoices go out by its 10th.
 * @source EFET General Agreement (Power) § 13.1, § 13.4
 */
const INVOICING_BUSINESS_DAY = 3;
const INVOICING_LOCAL_TIME = '09:00:00';

/** The instants of one delivery month in one market. */
export function cycleTimesOf(input: { market: MarketCode; deliveryMonth: YearMonth; calendar: CalendarName }): CycleTimes {
  const invoiceDate = businessDayAfterDelivery({ ...input, day: INVOICING_BUSINESS_DAY });
  return {
    deliveryEndsAt: deliveryEndOf(input),
    invoiceAt: instantOfLocal({ date: invoiceDate, time: INVOICING_LOCAL_TIME, zone: marketOf(input.market).zone }),
  };
}

/** True from the end of delivery on. An instant in the month itself, and the morning before the last gas day ends, are too early. */
export function mayCloseCycle(input: { market: MarketCode; deliveryMonth: YearMonth; at: InstantText }): boolean {
  return epochMsOf(input.at) >= epochMsOf(deliveryEndOf(input));
}

function deliveryEndOf(input: { market: MarketCode; deliveryMonth: YearMonth }): InstantText {
  const { zone, dayStartHour } = marketOf(input.market);
  return instantText(startOfDayMs({ date: firstDayOf(nextMonth(input.deliveryMonth)), zone, hour: dayStartHour }));
}
