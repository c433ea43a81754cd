import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ValidationError } from '../errors/app-error.ts';
import { MARKET_CODES, marketOf } from '../market/markets.ts';
import { decimalText } from '../money/decimal.ts';
import { addDays, businessDate, daysBetween, monthOf } from '../time/business-date.ts';
import { epochMsOf, instantText, localDateOf, startOfDayMs } from '../time/zone.ts';
import type { MarketCode } from '../trade/trade-terms.ts';
import { type DeliveryTerms, deliveryTotals, expandDelivery } from './delivery-intervals.ts';
import { deliveryHours } from './delivery-hours.ts';

const MS_PER_QUARTER_HOUR = 900_000;

function termsOf(changes: Partial<Record<'from' | 'to', string>> & Partial<DeliveryTerms>): DeliveryTerms {
  const { from = '2027-01-01', to = '2027-01-31', ...rest } = changes;
  const base = { market: 'DE', profile: 'base', deliveryStartDate: businessDate(from), deliveryEndDate: businessDate(to) } as const;
  return rest.profile === 'shaped' ? { ...base, ...rest } : { ...base, capacityMw: '10', ...rest };
}

function issuesOf(terms: DeliveryTerms): readonly string[] {
  try {
    expandDelivery(terms);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.issues.map(({ field, code }) => `${field} ${code}`);
  }
}

describe('runs of constant power', () => {
  test('base is one run a month, cut at local midnight', () => {
    expect(expandDelivery(termsOf({ from: '2027-01-15', to: '2027-02-28' }))).toEqual([
      {
        startAt: '2027-01-14T23:00:00.000Z',
        endAt: '2027-01-31T23:00:00.000Z',
        deliveryMonth: '2027-01',
        quantityMw: '10',
        energyMwh: '4080',
      },
      {
        startAt: '2027-01-31T23:00:00.000Z',
        endAt: '2027-02-28T23:00:00.000Z',
        deliveryMonth: '2027-02',
        quantityMw: '10',
        energyMwh: '6720',
      },
    ]);
  });

  test('a gas month runs from its first gas day to the first of the next', () => {
    const [interval] = expandDelivery(termsOf({ market: 'TTF', profile: 'gasDay', from: '2026-10-01', to: '2026-10-31' }));
    expect(interval).toMatchObject({ startAt: '2026-10-01T04:00:00.000Z', endAt: '2026-11-01T05:00:00.000Z', energyMwh: '7450' });
  });

  test('off-peak of a weekend with a clock change is one run of 61 hours', () => {
    const intervals = expandDelivery(termsOf({ profile: 'offpeak', from: '2026-10-23', to: '2026-10-26' }));
    const hours = intervals.map(({ startAt, endAt }) => (epochMsOf(endAt) - epochMsOf(startAt)) / 3_600_000);
    expect(hours).toEqual([8, 61, 4]);
  });

  test('peak delivers on a public holiday: 1 January 2027 is a Friday', () => {
    const intervals = expandDelivery(termsOf({ profile: 'peak', to: '2027-01-03' }));
    expect(intervals.map(({ startAt }) => startAt)).toEqual(['2027-01-01T07:00:00.000Z']);
  });
});

describe('gas days of 23 and 25 hours (case A5)', () => {
  test.each([
    ['2027-03-27', '2027-03-27', '23'],
    ['2027-10-30', '2027-10-30', '25'],
    ['2027-03-27', '2027-03-28', '47'],
    ['2027-10-30', '2027-10-31', '49'],
  ])('1 MW from %s to %s are %s MWh', (from, to, energyMwh) => {
    const intervals = expandDelivery(termsOf({ market: 'TTF', profile: 'gasDay', capacityMw: '1', from, to }));
    expect(decimalText(deliveryTotals(intervals).energyMwh)).toBe(energyMwh);
  });
});

describe('shaped', () => {
  // Case A10: loads of 1 to 4 MW in the four quarters of an hour.
  const quarters = ['00', '15', '30', '45'].map((minute, index) => ({
    from: `2027-01-01T10:${minute}:00Z`,
    to: index === 3 ? '2027-01-01T11:00:00Z' : `2027-01-01T10:${['15', '30', '45'][index]}:00Z`,
    quantityMw: String(index + 1),
  }));

  test('keeps quarter-hours apart, and their energy exact', () => {
    const intervals = expandDelivery(termsOf({ profile: 'shaped', shape: quarters }));
    expect(intervals.map(({ energyMwh }) => energyMwh)).toEqual(['0.25', '0.5', '0.75', '1']);
    expect(deliveryTotals(intervals)).toMatchObject({ quarterHours: 4 });
  });

  test('joins neighbours of equal power and cuts at the border of the delivery month', () => {
    const shape = [
      { from: '2027-01-31T20:00:00Z', to: '2027-01-31T22:00:00Z', quantityMw: '5' },
      { from: '2027-01-31T22:00:00Z', to: '2027-02-01T01:00:00Z', quantityMw: '5.0' },
    ];
    const intervals = expandDelivery(termsOf({ profile: 'shaped', shape, to: '2027-02-28' }));
    expect(intervals.map(({ startAt, endAt, deliveryMonth, energyMwh }) => [startAt, endAt, deliveryMonth, energyMwh])).toEqual([
      ['2027-01-31T20:00:00.000Z', '2027-01-31T23:00:00.000Z', '2027-01', '15'],
      ['2027-01-31T23:00:00.000Z', '2027-02-01T01:00:00.000Z', '2027-02', '10'],
    ]);
  });

  test('keeps both readings of the repeated hour in October', () => {
    const shape = [
      { from: '2026-10-25T02:00:00+02:00', to: '2026-10-25T02:00:00+01:00', quantityMw: '1' },
      { from: '2026-10-25T02:00:00+01:00', to: '2026-10-25T03:00:00+01:00', quantityMw: '2' },
    ];
    const intervals = expandDelivery(termsOf({ profile: 'shaped', shape, from: '2026-10-25', to: '2026-10-25' }));
    expect(intervals.map(({ energyMwh }) => energyMwh)).toEqual(['1', '2']);
  });

  test.each([
    ['no step', [], '/shape delivery.shapeMissing'],
    ['a negative power', [{ ...quarters[0], quantityMw: '-1' }], '/shape/0/quantityMw delivery.quantityNegative'],
    ['a border off the quarter-hour', [{ ...quarters[0], to: '2027-01-01T10:14:59Z' }], '/shape/0/to delivery.offQuarterHour'],
    ['a time without a zone', [{ ...quarters[0], from: '2027-01-01T10:00:00' }], '/shape/0/from delivery.instantInvalid'],
    ['an end before its start', [{ ...quarters[0], to: '2027-01-01T10:00:00Z' }], '/shape/0/to delivery.stepEmpty'],
    ['steps out of order', [quarters[1], quarters[0]], '/shape/1/from delivery.stepsOverlap'],
    ['a step twice', [quarters[0], quarters[0]], '/shape/1/from delivery.stepsOverlap'],
    ['a start before the period', [{ ...quarters[0], from: '2026-12-31T22:45:00Z' }], '/shape/0/from delivery.outsidePeriod'],
    ['an end after the period', [{ ...quarters[0], to: '2027-01-31T23:15:00Z' }], '/shape/0/to delivery.outsidePeriod'],
  ])('refuses %s, naming the field', (_name, steps, issue) => {
    const shape = steps.flatMap((step) => (step?.from === undefined ? [] : [{ ...quarters[0], ...step }])) as NonNullable<
      DeliveryTerms['shape']
    >;
    expect(issuesOf(termsOf({ profile: 'shaped', shape }))).toEqual([issue]);
  });
});

describe('refuses terms that cannot be delivered', () => {
  test.each([
    [termsOf({ from: '2027-02-01' }), '/deliveryEndDate delivery.endBeforeStart'],
    [termsOf({ to: '2097-01-01' }), '/deliveryEndDate delivery.tooLong'],
    [termsOf({ capacityMw: '0' }), '/capacityMw delivery.capacityNotPositive'],
    [termsOf({ capacityMw: '-10' }), '/capacityMw delivery.capacityNotPositive'],
    [termsOf({ profile: 'gasDay' }), '/profile delivery.profileUnknownToMarket'],
    [termsOf({ market: 'TTF', profile: 'peak' }), '/profile delivery.profileUnknownToMarket'],
    [termsOf({ shape: [] }), '/shape delivery.shapeNotAllowed'],
    [termsOf({ profile: 'shaped', capacityMw: '1' }), '/capacityMw delivery.capacityNotAllowed, /shape delivery.shapeMissing'],
  ])('%#', (terms, expected) => {
    expect(issuesOf(terms).join(', ')).toBe(expected);
  });
});

describe('for any period of any market', () => {
  const arbitraryPeriod = fc
    .record({ market: fc.constantFrom(...MARKET_CODES), start: fc.integer({ min: 0, max: 5_000 }), days: fc.integer({ min: 0, max: 500 }) })
    .map(({ market, start, days }) => {
      const from = addDays(businessDate('2020-01-01'), start);
      return { market, from, to: addDays(from, days) };
    });

  function calendarMs(period: { market: MarketCode; from: ReturnType<typeof businessDate>; to: ReturnType<typeof businessDate> }): number {
    const { zone, dayStartHour: hour } = marketOf(period.market);
    return startOfDayMs({ date: addDays(period.to, 1), zone, hour }) - startOfDayMs({ date: period.from, zone, hour });
  }

  test('base covers every hour of the calendar, without gap or overlap, each run in its own local month', () => {
    fc.assert(
      fc.property(arbitraryPeriod, ({ market, from, to }) => {
        const { zone, dayStartHour } = marketOf(market);
        const intervals = expandDelivery({ market, profile: 'base', capacityMw: '1', deliveryStartDate: from, deliveryEndDate: to });
        for (const [index, interval] of intervals.entries()) {
          if (index > 0) expect(interval.startAt).toBe(intervals[index - 1]?.endAt);
          const delivered = instantText(epochMsOf(interval.startAt) - dayStartHour * 3_600_000);
          expect(monthOf(localDateOf({ instant: delivered, zone }))).toBe(interval.deliveryMonth);
        }
        expect(deliveryTotals(intervals).quarterHours * MS_PER_QUARTER_HOUR).toBe(calendarMs({ market, from, to }));
      }),
      { numRuns: 60 },
    );
  });

  test('peak and off-peak together are base, and every step of a shape is counted once', () => {
    fc.assert(
      fc.property(arbitraryPeriod, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 60 }), (period, lengths) => {
        const { market, from, to } = { ...period, market: 'DE' as const };
        const [base, peak, offpeak] = (['base', 'peak', 'offpeak'] as const).map((profile) => deliveryHours({ market, profile, from, to }));
        expect((peak?.quarterHours ?? 0) + (offpeak?.quarterHours ?? 0)).toBe(base?.quarterHours);

        const startMs = startOfDayMs({ date: from, zone: 'Europe/Berlin', hour: 0 });
        const last = addDays(to, 20 + daysBetween(from, to));
        let cursorMs = startMs;
        const shape = lengths.map((length, index) => {
          const step = {
            from: instantText(cursorMs),
            to: instantText(cursorMs + length * MS_PER_QUARTER_HOUR),
            quantityMw: String(index % 3),
          };
          cursorMs += length * MS_PER_QUARTER_HOUR;
          return step;
        });
        const intervals = expandDelivery({ market, profile: 'shaped', shape, deliveryStartDate: from, deliveryEndDate: last });
        expect(deliveryTotals(intervals).quarterHours * MS_PER_QUARTER_HOUR).toBe(cursorMs - startMs);
      }),
      { numRuns: 60 },
    );
  });
});
