import { describe, expect, test } from 'vitest';
import { businessDate } from './business-date.ts';
import { epochMsOf, instantOfLocal, instantText, isInstantText, localDateOf, localTimeOf, startOfDayMs } from './zone.ts';

const zone = 'Europe/Berlin';
const MS_PER_HOUR = 3_600_000;

function localInstant(date: string, time: string): string {
  return instantOfLocal({ date: businessDate(date), time, zone });
}

describe('instantOfLocal', () => {
  test.each([
    ['2027-01-15', '00:00:00', '2027-01-14T23:00:00.000Z'],
    ['2027-07-15', '06:00:00', '2027-07-15T04:00:00.000Z'],
    ['2027-01-31', '24:00:00', '2027-01-31T23:00:00.000Z'],
    ['2026-10-25', '24:00:00', '2026-10-25T23:00:00.000Z'],
  ])('reads %s %s in Berlin', (date, time, expected) => {
    expect(localInstant(date, time)).toBe(expected);
  });

  test('takes the earlier of the two readings of a repeated hour', () => {
    expect(localInstant('2026-10-25', '02:30:00')).toBe('2026-10-25T00:30:00.000Z');
  });

  test('moves a reading that the clock skips on by the length of the gap', () => {
    expect(localInstant('2026-03-29', '02:30:00')).toBe(localInstant('2026-03-29', '03:30:00'));
    expect(localInstant('2026-03-29', '02:30:00')).toBe('2026-03-29T01:30:00.000Z');
  });

  test.each(['24:00:01', '25:00:00', '6:00:00', '06:00', ''])('refuses %j as a time', (time) => {
    expect(() => localInstant('2026-03-29', time)).toThrow('is not a time HH:MM:SS');
  });
});

describe('startOfDayMs', () => {
  test.each([
    ['2026-03-29', '2026-03-30', 0, 23],
    ['2026-10-25', '2026-10-26', 0, 25],
    ['2027-03-27', '2027-03-28', 6, 23],
    ['2027-10-30', '2027-10-31', 6, 25],
    ['2027-06-01', '2027-06-02', 6, 24],
  ])('from %s to %s at hour %i are %i hours', (from, to, hour, hours) => {
    const lengthMs = startOfDayMs({ date: businessDate(to), zone, hour }) - startOfDayMs({ date: businessDate(from), zone, hour });
    expect(lengthMs).toBe(hours * MS_PER_HOUR);
  });

  test('begins the gas day at 05:00Z in winter and 04:00Z in summer (case A6)', () => {
    const starts = ['2027-01-15', '2027-07-15'].map((date) =>
      instantText(startOfDayMs({ date: businessDate(date), zone: 'Europe/Amsterdam', hour: 6 })),
    );
    expect(starts).toEqual(['2027-01-15T05:00:00.000Z', '2027-07-15T04:00:00.000Z']);
  });
});

test('reads the local date and time of an instant, with an offset or Z', () => {
  expect(localDateOf({ instant: '2026-10-25T23:30:00Z', zone })).toBe('2026-10-26');
  expect(localDateOf({ instant: '2026-10-26T00:30:00+02:00', zone })).toBe('2026-10-25');
  expect(localTimeOf({ instant: '2026-10-25T23:30:00.999Z', zone })).toBe('00:30:00');
});

describe('isInstantText', () => {
  test.each(['2026-06-30T10:00:00Z', '2026-06-30T10:00:00.123+02:00'])('takes %s', (text) => {
    expect(isInstantText(text)).toBe(true);
  });

  test.each(['2026-06-31T10:00:00Z', '2026-06-30T24:00:00Z', '2026-06-30T10:00:00', '2026-06-30T10:00Z', '2026-06-30', 'now'])(
    'refuses %s',
    (text) => {
      expect(isInstantText(text)).toBe(false);
      expect(() => epochMsOf(text)).toThrow('is not an instant');
    },
  );
});
