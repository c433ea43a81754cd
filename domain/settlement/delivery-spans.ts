import {
  BLOCK_PROFILES,
  type BlockHours,
  type BlockProfile,
  type SettlementMarket,
  type SettlementMarketCode,
  deliveryDayStartMs,
  settlementMarketOf,
} from '../market/settlement-markets.ts';
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
import { isBusinessDay } from '../time/calendar.ts';
import { epochMsOfLocal } from '../time/zone.ts';
import type { DeliveryProfile } from '../trade/trade-terms.ts';

/** A half-open run of time [startMs, endMs) that lies in one delivery month. */
export type DeliverySpan = { readonly startMs: number; readonly endMs: number; readonly deliveryMonth: YearMonth };

/** Every profile that settlement computes: those of a trade, and the blocks of the GB market. */
export type SettlementProfile = DeliveryProfile | BlockProfile;

/** Profiles whose hours follow from the market alone. */
export type CalendarProfile = Exclude<SettlementProfile, 'shaped'>;

/** One calendar month of delivery days, as far as it lies in the period asked for. */
export type DeliveryMonthWindow = DeliverySpan & { readonly firstDate: BusinessDate; readonly lastDate: BusinessDate };

/**
 * The hours of a profile from delivery day `from` to `to`, both included: maximal runs in UTC, in order, each inside one delivery
 * month of the market's local calendar (for gas: of gas days). They depend on the market alone, so that many trades share them.
 * Power has base, peak and offpeak, GB also EFA blocks; gas has gasDay, and base as another word for it.
 */
export function deliverySpans(input: {
  market: SettlementMarketCode;
  profile: CalendarProfile;
  from: BusinessDate;
  to: BusinessDate;
}): readonly DeliverySpan[] {
  const market = settlementMarketOf(input.market);
  return deliveryMonthWindows(input).flatMap((window) => spansOfWindow({ market, profile: input.profile, window }));
}

/** The delivery months that the period touches, each cut to the period. */
export function deliveryMonthWindows(input: {
  market: SettlementMarketCode;
  from: BusinessDate;
  to: BusinessDate;
}): readonly DeliveryMonthWindow[] {
  const market = settlementMarketOf(input.market);
  return [...monthsFromTo(monthOf(input.from), monthOf(input.to))].map((deliveryMonth) => {
    const firstDate = input.from > firstDayOf(deliveryMonth) ? input.from : firstDayOf(deliveryMonth);
    const lastDate = input.to < lastDayOf(deliveryMonth) ? input.to : lastDayOf(deliveryMonth);
    return {
      deliveryMonth,
      firstDate,
      lastDate,
      startMs: deliveryDayStartMs(market, firstDate),
      endMs: deliveryDayStartMs(market, addDays(lastDate, 1)),
    };
  });
}

/** True where the market trades the profile: peak and offpeak need peak hours, gasDay needs gas. */
export function hasProfile(market: SettlementMarket, profile: SettlementProfile): boolean {
  switch (profile) {
    case 'base':
    case 'shaped':
      return true;
    case 'offpeak':
      return market.blocks.peak !== undefined;
    case 'gasDay':
      return market.commodity === 'gas';
    default:
      return market.blocks[profile] !== undefined;
  }
}

/** The profiles of a market that its calendar defines, in the order in which they are listed. */
export function profilesOf(market: SettlementMarket): readonly CalendarProfile[] {
  if (market.commodity === 'gas') return ['gasDay', 'base'];
  const [peak, ...others] = BLOCK_PROFILES;
  return (['base', peak, 'offpeak', ...others] as const).filter((profile) => hasProfile(market, profile));
}

function spansOfWindow(input: {
  market: SettlementMarket;
  profile: CalendarProfile;
  window: DeliveryMonthWindow;
}): readonly DeliverySpan[] {
  const { market, profile, window } = input;
  if (!hasProfile(market, profile)) throw new Error(`the market ${market.code} has no profile '${profile}'`);
  const { startMs, endMs, deliveryMonth } = window;
  switch (profile) {
    case 'base':
    case 'gasDay':
      return [{ startMs, endMs, deliveryMonth }];
    case 'offpeak':
      return gapsBetween(blockSpans({ market, profile: 'peak', window }), window);
    default:
      return blockSpans({ market, profile, window });
  }
}

function blockSpans(input: { market: SettlementMarket; profile: BlockProfile; window: DeliveryMonthWindow }): readonly DeliverySpan[] {
  const { market, profile, window } = input;
  const block = market.blocks[profile];
  if (block === undefined) return [];
  return [...datesFromTo(window.firstDate, window.lastDate)]
    .filter((date) => delivers(block, date))
    .map((date) => ({
      startMs: localHourMs({ market, date: block.startsOnPreviousDate === true ? addDays(date, -1) : date, hour: block.fromHour }),
      endMs: localHourMs({ market, date, hour: block.toHour }),
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

function delivers(block: BlockHours, date: BusinessDate): boolean {
  const weekday = weekdayOf(date);
  if (weekday < block.firstWeekday || weekday > block.lastWeekday) return false;
  return block.closedOn === undefined || isBusinessDay({ calendar: block.closedOn, date });
}

function localHourMs(input: { market: SettlementMarket; date: BusinessDate; hour: number }): number {
  return epochMsOfLocal({ date: input.date, time: `${String(input.hour).padStart(2, '0')}:00:00`, zone: input.market.zone });
}
