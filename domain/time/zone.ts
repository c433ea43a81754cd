import { Temporal } from 'temporal-polyfill';
import { type BusinessDate, type InstantText, businessDate } from './business-date.ts';

/** An IANA zone name, e.g. `Europe/Berlin`. Always an explicit argument: there is no default zone. */
export type ZoneName = string;

/** A wall clock reading `HH:MM:SS`; `24:00:00` is the end of the day where an input allows it. */
export type LocalTimeText = string;

const LOCAL_TIME_PATTERN = /^(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)|24:00:00)$/;
const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** True for `00:00:00` to `23:59:59` and for `24:00:00`. */
export function isLocalTimeText(text: string): boolean {
  return LOCAL_TIME_PATTERN.test(text);
}

/** True for RFC 3339 text with seconds and with `Z` or an offset, of a date that exists. */
export function isInstantText(text: string): boolean {
  return INSTANT_PATTERN.test(text) && !Number.isNaN(Date.parse(text)) && hasRealDate(text);
}

/**
 * The instant at which a wall clock in `zone` shows `date` and `time`. `24:00:00` is `00:00:00` of the next date.
 *
 * Where the clock goes back, a reading happens twice: the earlier one is taken (summer time). Where it goes forward, a reading
 * never happens: it is moved on by the length of the gap, so 02:30 becomes 03:30. Throws on a text that is no time of day.
 *
 * @example instantOfLocal({ date, time: '06:00:00', zone: 'Europe/Berlin' }) // 2026-10-25 → 2026-10-25T05:00:00.000Z
 */
export function instantOfLocal(input: { date: BusinessDate; time: LocalTimeText; zone: ZoneName }): InstantText {
  return instantText(epochMsOfLocal(input));
}

/** As `instantOfLocal`, in milliseconds since 1970. */
export function epochMsOfLocal(input: { date: BusinessDate; time: LocalTimeText; zone: ZoneName }): number {
  if (!isLocalTimeText(input.time)) throw new Error(`'${input.time}' is not a time HH:MM:SS`);
  const isEndOfDay = input.time === '24:00:00';
  const date = Temporal.PlainDate.from(input.date).add({ days: isEndOfDay ? 1 : 0 });
  const local = date.toPlainDateTime(isEndOfDay ? '00:00:00' : input.time);
  return local.toZonedDateTime(input.zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** Milliseconds since 1970 at which the delivery day `date` begins, where days begin at `hour` (0 for power, 6 for gas). */
export function startOfDayMs(input: { date: BusinessDate; zone: ZoneName; hour: number }): number {
  return epochMsOfLocal({ date: input.date, time: `${String(input.hour).padStart(2, '0')}:00:00`, zone: input.zone });
}

/** The date that a calendar on a wall in `zone` shows at `instant`. */
export function localDateOf(input: { instant: InstantText; zone: ZoneName }): BusinessDate {
  return businessDate(zoned(input).toPlainDate().toString());
}

/** The time `HH:MM:SS` that a wall clock in `zone` shows at `instant`; fractions of a second are cut off. */
export function localTimeOf(input: { instant: InstantText; zone: ZoneName }): LocalTimeText {
  return zoned(input).toPlainTime().toString({ smallestUnit: 'second', roundingMode: 'trunc' });
}

/** Milliseconds since 1970. Throws on text without a zone, or on a date that does not exist. */
export function epochMsOf(instant: InstantText): number {
  if (!isInstantText(instant)) throw new Error(`'${instant}' is not an instant with Z or an offset`);
  return Date.parse(instant);
}

/** The one form in which instants are stored and compared: UTC with milliseconds and `Z`. Sorts as text. */
export function instantText(epochMs: number): InstantText {
  return new Date(epochMs).toISOString();
}

function zoned(input: { instant: InstantText; zone: ZoneName }): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(epochMsOf(input.instant)).toZonedDateTimeISO(input.zone);
}

/** `Date.parse` takes 31 June for 1 July; the text is only an instant where its own date comes back. */
function hasRealDate(text: string): boolean {
  const date = text.slice(0, 10);
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
