import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../money/decimal.ts';
import { type LimitAsk, type LimitState, askOf, judgeLimit, worstLimitOutcome } from './limit.ts';
import { type LimitDelta, confirmDeltas, releaseDeltas, reserveDeltas } from './reservation.ts';

const LIMIT: LimitState = {
  id: 'lim_a',
  scope: 'counterparty',
  scopeId: 'stadtwerk',
  measure: 'creditEur',
  bound: '1000',
  warnRatio: '0.8',
  used: '300',
  reserved: '200',
};

describe('judgeLimit', () => {
  it.each([
    ['299.99', 'pass'],
    ['300', 'warn'],
    ['500', 'warn'],
    ['500.01', 'breach'],
  ])('with 500 of 1,000 taken and a warning from 80 %%, an ask of %s is a %s', (held, outcome) => {
    expect(judgeLimit({ limit: LIMIT, ask: { limitId: 'lim_a', amount: held, held } }).outcome).toBe(outcome);
  });

  it('names limit, bound, used, reserved and asked in a breach', () => {
    const verdict = judgeLimit({ limit: LIMIT, ask: { limitId: 'lim_a', amount: '600', held: '600' } });
    expect(verdict.explanation).toBe(
      'Limit lim_a (creditEur of counterparty stadtwerk) would be exceeded by 100 EUR: bound 1000, used 300, reserved 200, asked 600 EUR.',
    );
    expect(worstLimitOutcome([verdict])).toBe('breach');
  });

  it('never refuses an amendment that asks nothing more, even over the bound', () => {
    const over = { ...LIMIT, used: '1500' };
    const ask = askOf({ limit: over, exposure: { notionalEur: '0', volumeMwh: '0', creditEur: '90' }, confirmed: '100' });
    expect(ask).toEqual({ limitId: 'lim_a', amount: '90', held: '0' });
    expect(judgeLimit({ limit: over, ask }).outcome).toBe('warn');
  });
});

/** The whole life of limits as the database keeps it: trades asking for one or more limits, in any order of steps. */
type Flight = { readonly asks: readonly LimitAsk[]; state: 'new' | 'held' | 'booked' | 'gone' };

function applied(limits: ReadonlyMap<string, LimitState>, deltas: readonly LimitDelta[]): Map<string, LimitState> {
  const next = new Map(limits);
  for (const delta of deltas) {
    const limit = next.get(delta.limitId);
    if (limit === undefined) throw new Error(`no limit ${delta.limitId}`);
    const used = decimalText(decimal(limit.used).plus(decimal(delta.used)));
    const reserved = decimalText(decimal(limit.reserved).plus(decimal(delta.reserved)));
    next.set(limit.id, { ...limit, used, reserved });
  }
  return next;
}

function step(limits: Map<string, LimitState>, flight: Flight, booking: boolean): Map<string, LimitState> {
  if (flight.state === 'new') {
    const verdicts = flight.asks.map((ask) => judgeLimit({ limit: limits.get(ask.limitId) ?? LIMIT, ask }));
    if (worstLimitOutcome(verdicts) === 'breach') return limits;
    flight.state = 'held';
    return applied(limits, reserveDeltas(flight.asks));
  }
  if (flight.state === 'held') {
    flight.state = booking ? 'booked' : 'gone';
    return applied(limits, booking ? confirmDeltas({ held: flight.asks, previous: [] }) : releaseDeltas(flight.asks));
  }
  if (flight.state === 'booked' && !booking) {
    flight.state = 'gone';
    return applied(limits, confirmDeltas({ held: [], previous: flight.asks }));
  }
  return limits;
}

const cents = (max: number) => fc.integer({ min: 0, max }).map((value) => decimalText(decimal(String(value)).dividedBy(decimal('100'))));
const flights = fc.array(
  fc.record({ a: cents(5_000), b: fc.option(cents(5_000), { nil: undefined }) }).map(({ a, b }) => ({
    state: 'new' as const,
    asks: [{ limitId: 'a', amount: a, held: a }, ...(b === undefined ? [] : [{ limitId: 'b', amount: b, held: b }])],
  })),
  { minLength: 1, maxLength: 12 },
);
const steps = fc.array(fc.record({ flight: fc.nat(11), booking: fc.boolean() }), { maxLength: 60 });

function fresh(bound: string): Map<string, LimitState> {
  const empty = { ...LIMIT, bound, used: '0', reserved: '0' };
  return new Map([
    ['a', { ...empty, id: 'a' }],
    ['b', { ...empty, id: 'b' }],
  ]);
}

describe('reservations, in any interleaving of many trades', () => {
  it('never take a limit over its bound, nor below zero', () => {
    fc.assert(
      fc.property(flights, steps, cents(10_000), (drawn, order, bound) => {
        const trades: Flight[] = drawn.map((flight) => ({ ...flight }));
        let limits = fresh(bound);
        for (const { flight, booking } of order) {
          const trade = trades[flight % trades.length];
          if (trade !== undefined) limits = step(limits, trade, booking);
          for (const limit of limits.values()) {
            expect(decimal(limit.used).plus(decimal(limit.reserved)).lessThanOrEqualTo(decimal(limit.bound))).toBe(true);
            expect(decimal(limit.used).greaterThanOrEqualTo(decimal('0'))).toBe(true);
            expect(decimal(limit.reserved).greaterThanOrEqualTo(decimal('0'))).toBe(true);
          }
        }
      }),
    );
  });

  it('return to the start once every trade is released or cancelled', () => {
    fc.assert(
      fc.property(flights, steps, (drawn, order) => {
        const trades: Flight[] = drawn.map((flight) => ({ ...flight }));
        let limits = fresh('100');
        for (const { flight, booking } of order) {
          const trade = trades[flight % trades.length];
          if (trade !== undefined) limits = step(limits, trade, booking);
        }
        for (const trade of trades) if (trade.state !== 'new') limits = step(limits, trade, false);
        expect(limits).toEqual(fresh('100'));
      }),
    );
  });
});

describe('confirmDeltas', () => {
  it('replaces what the version before used, limit by limit, in the order of ids', () => {
    const deltas = confirmDeltas({
      held: [
        { limitId: 'c', amount: '70', held: '70' },
        { limitId: 'a', amount: '50', held: '20' },
      ],
      previous: [
        { limitId: 'a', amount: '30', held: '30' },
        { limitId: 'b', amount: '30', held: '30' },
      ],
    });
    expect(deltas).toEqual([
      { limitId: 'a', used: '20', reserved: '-20' },
      { limitId: 'b', used: '-30', reserved: '0' },
      { limitId: 'c', used: '70', reserved: '-70' },
    ]);
  });
});
