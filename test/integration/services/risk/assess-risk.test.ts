import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { assessRisk } from '../../../../services/risk/assess-risk.ts';
import { type TradeFixture, type Version, createTradeFixture } from '../booking/trade-fixture.ts';

/** 10 MW × 31 days × 24 h = 7,440 MWh, and the hour that October gains: 7,450 MWh. At 82.50 EUR: 614,625 EUR. */
const OCTOBER_MWH = '7450';
const OCTOBER_EUR = '614625';

let database: TestDatabase;
let fixture: TradeFixture;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  fixture = await createTradeFixture(database);
});

const assess = async (version: Version) => await assessRisk({ ctx: fixture.system, input: version });

describe('assessRisk', () => {
  it('reserves on every limit that concerns the trade and on no other', async () => {
    await fixture.addLimits([
      { id: 'all', scope: 'tenant', scopeId: 'any', measure: 'notionalEur', bound: '10000000' },
      { id: 'book', scope: 'book', scopeId: 'book-power', commodity: 'power', measure: 'volumeMwh', bound: '8000' },
      { id: 'credit', scope: 'counterparty', scopeId: 'cp-nord', measure: 'creditEur', bound: '100000' },
      { id: 'gas', scope: 'tenant', scopeId: 'any', commodity: 'gas', measure: 'notionalEur', bound: '1' },
      { id: 'other', scope: 'trader', scopeId: 'trader-2', measure: 'notionalEur', bound: '1' },
    ]);
    const trade = await fixture.capture();
    const result = await assess(trade);
    expect(result.outcome).toBe('warn');
    expect(result.explanation).toContain('Limit book (volumeMwh of book book-power, power) has room but stands at or above 80 %');
    expect(await fixture.limits()).toEqual({
      all: { used: '0', reserved: OCTOBER_EUR },
      book: { used: '0', reserved: OCTOBER_MWH },
      credit: { used: '0', reserved: '61462.5' },
      gas: { used: '0', reserved: '0' },
      other: { used: '0', reserved: '0' },
    });
    expect(await fixture.states(trade)).toMatchObject({ trade: 'checking', version: 'checking' });
  });

  it('reserves nothing of any limit where one is breached, and names bound, used, reserved and asked', async () => {
    await fixture.addLimits([
      { id: 'a-wide', scope: 'tenant', scopeId: 'any', measure: 'notionalEur', bound: '10000000' },
      { id: 'b-tight', scope: 'trader', scopeId: 'trader-1', measure: 'volumeMwh', bound: '7449.999' },
    ]);
    const trade = await fixture.capture();
    const result = await assess(trade);
    expect(result).toEqual({
      outcome: 'breach',
      explanation:
        'Limit b-tight (volumeMwh of trader trader-1) would be exceeded by 0.001 MWh: bound 7449.999, used 0, reserved 0, asked 7450 MWh.',
    });
    expect(await fixture.limits()).toEqual({ 'a-wide': { used: '0', reserved: '0' }, 'b-tight': { used: '0', reserved: '0' } });
    expect(await fixture.reservations(trade.tradeId)).toEqual([]);
    const decisions = await fixture.decisions(trade);
    expect(decisions.map(({ ruleId, outcome }) => [ruleId, outcome])).toEqual([
      ['limit.a-wide', 'pass'],
      ['limit.b-tight', 'hold'],
    ]);
  });

  it('warns where no limit bounds the trade', async () => {
    const trade = await fixture.capture();
    expect((await assess(trade)).outcome).toBe('warn');
    expect((await fixture.decisions(trade)).map(({ ruleId }) => ruleId)).toEqual(['risk.noLimit']);
  });

  it('gives the same result again and changes nothing, also in parallel', async () => {
    await fixture.addLimits([{ id: 'all', scope: 'tenant', scopeId: 'any', measure: 'volumeMwh', bound: '7450' }]);
    const trade = await fixture.capture();
    const results = await Promise.all(Array.from({ length: 8 }, () => assess(trade)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await fixture.limits()).toEqual({ all: { used: '0', reserved: OCTOBER_MWH } });
    const events = await fixture.read((tx) => tx.selectFrom('audit_events').select(['subject_kind', 'revision']).execute());
    const ofKind = (kind: string) => events.filter((event) => event.subject_kind === kind).map(({ revision }) => revision);
    expect(ofKind('limit')).toEqual([2]);
    expect(ofKind('trade').toSorted((left, right) => left - right)).toEqual([1, 2]);
    expect(ofKind('reservation')).toEqual([1]);
  });

  it('lets exactly 50 of 200 parallel trades through a limit for 50', async () => {
    await fixture.addLimits([{ id: 'all', scope: 'tenant', scopeId: 'any', measure: 'volumeMwh', bound: '1250' }]);
    const trades = await Promise.all(Array.from({ length: 200 }, () => fixture.capture(oneDay('1'))));
    const outcomes = (await Promise.all(trades.map(assess))).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'breach')).toHaveLength(150);
    expect(outcomes.filter((outcome) => outcome !== 'breach')).toHaveLength(50);
    expect(await fixture.limits()).toEqual({ all: { used: '0', reserved: '1250' } });
  });

  it('never goes over a bound with trades of different size on limits that overlap, and never deadlocks', async () => {
    const shared = { measure: 'volumeMwh' as const };
    await fixture.addLimits([
      { ...shared, id: 'z-tenant', scope: 'tenant', scopeId: 'any', bound: '2000' },
      { ...shared, id: 'a-power', scope: 'book', scopeId: 'book-power', bound: '1100' },
      { ...shared, id: 'b-gas-book', scope: 'book', scopeId: 'book-gas', bound: '1100' },
      { ...shared, id: 'm-trader', scope: 'trader', scopeId: 'trader-1', bound: '1900' },
    ]);
    const sizes = ['0.5', '1', '2', '3', '7'];
    const trades = await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        fixture.capture({ ...oneDay(sizes[index % sizes.length] ?? '1'), bookId: index % 2 === 0 ? 'book-power' : 'book-gas' }),
      ),
    );
    const results = await Promise.all(trades.map(assess));
    const limits = await fixture.limits();
    const reserved = await Promise.all(trades.map(async ({ tradeId }) => await fixture.reservations(tradeId)));
    for (const [id, bound] of [
      ['z-tenant', 2000],
      ['a-power', 1100],
      ['b-gas-book', 1100],
      ['m-trader', 1900],
    ] as const) {
      const held = reserved
        .flat()
        .filter(({ limitId }) => limitId === id)
        .reduce((total, { held: part }) => total + Number(part), 0);
      expect(Number(limits[id]?.reserved)).toBe(held);
      expect(held).toBeLessThanOrEqual(bound);
    }
    expect(results.map(({ outcome }) => outcome !== 'breach')).toEqual(reserved.map((rows) => rows.length === 3));
  });
});

/** The day of 25 hours: one MW is 25 MWh. */
function oneDay(capacityMw: string): Record<string, string> {
  return { capacityMw, deliveryStartDate: '2026-10-25', deliveryEndDate: '2026-10-25' };
}
