import type { BusinessDate } from '../../domain/time/business-date.ts';
import { addDays } from '../../domain/time/business-date.ts';
import { epochMsOf, epochMsOfLocal, instantText, localDateOf, localTimeOf } from '../../domain/time/zone.ts';
import type { ZoneName } from '../../domain/time/zone.ts';
import type { ShapeStep } from '../../domain/trade/trade-terms.ts';
import type { RemitTable1Interval } from '../templates/remit-table1-v3/schema.ts';

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1_000;

/** A local day: where it starts and ends, and where its clock is changed. */
type LocalDay = { readonly date: BusinessDate; readonly startMs: number; readonly endMs: number; readonly change?: ClockChange };
type ClockChange = { readonly atMs: number; /** What is added to the time since midnight from then on. */ readonly shiftMs: number };

/**
 * The steps of a shaped profile as local intervals, fields 49, 50 and 54 to 56: cut at midnight and at a clock change, in order.
 * In October the hour that comes twice stands twice, in March the hour that is missing is missing.
 *
 * @source ACER FAQ 2.1.50 on field 54 (repeated hours, in chronological order)
 */
export function shapeIntervals(input: { readonly shape: readonly ShapeStep[]; readonly zone: ZoneName }): readonly RemitTable1Interval[] {
  const { shape, zone } = input;
  const intervals: RemitTable1Interval[] = [];
  let day: LocalDay | undefined;
  for (const step of shape) {
    const endMs = epochMsOf(step.to);
    for (let fromMs = epochMsOf(step.from); fromMs < endMs;) {
      if (day === undefined || fromMs < day.startMs || fromMs >= day.endMs) {
        day = localDayOf({ date: localDateOf({ instant: instantText(fromMs), zone }), zone });
      }
      const change: number = day.change !== undefined && fromMs < day.change.atMs ? day.change.atMs : day.endMs;
      const toMs = Math.min(endMs, change);
      intervals.push(intervalOf({ day, fromMs, toMs, quantityMw: step.quantityMw }));
      fromMs = toMs;
    }
  }
  return intervals;
}

function intervalOf(input: { day: LocalDay; fromMs: number; toMs: number; quantityMw: string }): RemitTable1Interval {
  const { day, fromMs, toMs, quantityMw } = input;
  const shiftMs = day.change !== undefined && fromMs >= day.change.atMs ? day.change.shiftMs : 0;
  return {
    intervalStartDate: day.date,
    intervalEndDate: day.date,
    intervals: [{ intervalStartTime: clockText(fromMs - day.startMs + shiftMs), intervalEndTime: clockText(toMs - day.startMs + shiftMs) }],
    quantity: quantityMw,
    unit: 'MW',
  };
}

function localDayOf(input: { date: BusinessDate; zone: ZoneName }): LocalDay {
  const { date, zone } = input;
  const startMs = epochMsOfLocal({ date, time: '00:00:00', zone });
  const endMs = epochMsOfLocal({ date: addDays(date, 1), time: '00:00:00', zone });
  const shiftMs = MS_PER_DAY - (endMs - startMs);
  if (shiftMs === 0) return { date, startMs, endMs };
  return { date, startMs, endMs, change: { atMs: changeBetween({ startMs, endMs, zone }), shiftMs } };
}

/** The first second at which the clock on the wall no longer shows the time since midnight. */
function changeBetween(input: { startMs: number; endMs: number; zone: ZoneName }): number {
  const { startMs, endMs, zone } = input;
  const isBefore = (ms: number): boolean => localTimeOf({ instant: instantText(ms), zone }) === clockText(ms - startMs);
  let before = startMs;
  let after = endMs - MS_PER_SECOND;
  while (after - before > MS_PER_SECOND) {
    const middle = before + Math.floor((after - before) / 2 / MS_PER_SECOND) * MS_PER_SECOND;
    if (isBefore(middle)) before = middle;
    else after = middle;
  }
  return after;
}

function clockText(sinceMidnightMs: number): string {
  const seconds = Math.floor(sinceMidnightMs / MS_PER_SECOND);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
