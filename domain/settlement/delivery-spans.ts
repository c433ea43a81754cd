import { assertNever } from '../errors/app-error.ts';
import { type Market, type PeakHours, marketOf } from '../market/markets.ts';
import {
  type BusinessDate,
  type YearMonth,
  addDays,
  datesFromTo,
  firstDayOf,
  lastDayOf,
  monthOf,
  monthsFromTo,
  weekdayOf,
} from '../time/business-date.ts';
import { epochMsOfLocal, startOfDayMs } from '../time/zone.ts';
import type { DeliveryProfile, MarketCode } from '../trade/trade-terms.ts';

/** A half-open run of time [startMs, endMs) that lies in one delivery month. */
export type DeliverySpan = { readonly startMs: number; readonly endMs: number; readonly deliveryMonth: YearMonth };

/** Profiles whose hours follow from the market alone. */
export type CalendarProfile = Exclude<DeliveryProfile, 'shaped'>;

/** One calendar month of delivery days, as far as it lies in the period asked for. */
export type DeliveryMonthWindow = DeliverySpan & { readonly firstDate: BusinessDate; readonly lastDate: BusinessDate };

/**
 * The hours of a profile from delivery day `from` to `to`, both included: maximal runs in UTC, in order, each inside one delivery
 * month of the market's local calendar (for gas: of gas days). They depend on the market alone, so that many trades share them.
 * Power has base, peak and offpeak; gas has gasDay, and base as another word for it.
 */
export function deliverySpans(input: {
  market: MarketCode;
  profile: CalendarProfile;
  from: BusinessDate;
  to: BusinessDate;
}): readonly DeliverySpan[] {
  const market = marketOf(input.market);
  return deliveryMonthWindows(input).flatMap((window) => spansOfWindow({ market, profile: input.profile, window }));
}

/** The delivery months that the period touches, each cut to the period. */
export function deliveryMonthWindows(input: { market: MarketCode; from: BusinessDate; to: BusinessDate }): readonly DeliveryMonthWindow[] {
  const market = marketOf(input.market);
  return [...monthsFromTo(monthOf(input.from), monthOf(input.to))].map((deliveryMonth) => {
    const firstDate = input.from > firstDayOf(deliveryMonth) ? input.from : firstDayOf(deliveryMonth);
    const lastDate = input.to < lastDayOf(deliveryMonth) ? input.to : lastDayOf(deliveryMonth);
    return { deliveryMonth, firstDate, lastDate, startMs: dayStartMs(market, firstDate), endMs: dayStartMs(market, addDays(lastDate, 1)) };
  });
}

/** True where the market trades the profile: peak and offpeak need peak hours, gasDay needs gas. */
export function hasProfile(market: Market, profile: DeliveryProfile): boolean {
  switch (profile) {
    case 'base':
    case 'shaped':
      return true;
    case 'peak':
    case 'offpeak':
      return market.peak !== undefined;
    case 'gasDay':
      return market.commodity === 'gas';
    default:
      return assertNever(profile);
  }
}

function spansOfWindow(input: { market: Market; profile: CalendarProfile; window: DeliveryMonthWindow }): readonly DeliverySpan[] {
  const { market, profile, window } = input;
  if (!hasProfile(market, profile)) throw new Error(`the market ${market.code} has no profile '${profile}'`);
  const { startMs, endMs, deliveryMonth } = window;
  switch (profile) {
    case 'base':
    case 'gasDay':
      return [{ startMs, endMs, deliveryMonth }];
    case 'peak':
      return peakSpans(market, window);
    case 'offpeak':
      return gapsBetween(peakSpans(market, window), window);
    default:
      return assertNever(profile);
  }
}

function peakSpans(market: Market, window: DeliveryMonthWindow): readonly DeliverySpan[] {
  const { peak } = market;
  if (peak === undefined) return [];
  return [...datesFromTo(window.firstDate, window.lastDate)]
    .filter((date) => isPeakDay(peak, date))
    .map((date) => ({
      startMs: epochMsOfLocal({ date, time: hourText(peak.fromHour), zone: market.zone }),
      endMs: epochMsOfLocal({ date, time: hourText(peak.toHour), zone: market.zone }),
      deliveryMonth: window.deliveryMonth,
    }));
}

/** What is left of the window between ordered spans. */
function gapsBetween(spans: readonly DeliverySpan[], window: DeliveryMonthWindow): readonly DeliverySpan[] {
  const starts = [window.startMs, ...spans.map((span) => span.endMs)];
  const ends = [...spans.map((span) => span.startMs), window.endMs];
  return starts
    .map((startMs, index) => ({ startMs, endMs: ends[index] ?? window.endMs, deliveryMonth: window.deliveryMonth }))
    .filter((span) => span.endMs > span.startMs);
}

function isPeakDay(peak: PeakHours, date: BusinessDate): boolean {
  const weekday = weekdayOf(date);
  return weekday >= peak.firstWeekday && weekday <= peak.lastWeekday;
}

function dayStartMs(market: Market, date: BusinessDate): number {
  return startOfDayMs({ date, zone: market.zone, hour: market.dayStartHour });
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00:00`;
}
