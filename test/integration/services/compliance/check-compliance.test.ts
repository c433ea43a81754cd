import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkCompliance } from '../../../../services/compliance/check-compliance.ts';
import { assessRisk } from '../../../../services/risk/assess-risk.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { type TradeFixture, type Version, WIDE_MANDATE, createTradeFixture } from '../booking/trade-fixture.ts';

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
  await fixture.addQuote({ curveId: 'DE.base', deliveryMonth: '2026-10', price: '82.5' });
});

async function check(version: Version) {
  await assessRisk({ ctx: fixture.system, input: version });
  return await checkCompliance({ ctx: fixture.system, input: version });
}

describe('checkCompliance', () => {
  it('records every rule as a decision with its inputs, and gives the same result again', async () => {
    const trade = await fixture.capture();
    const first = await check(trade);
    expect(first).toEqual({ outcome: 'pass', explanation: 'All 8 checks passed.' });
    const decisions = await fixture.decisions(trade);
    await fixture.setMandate({ ...WIDE_MANDATE, markets: [] });
    expect(await check(trade)).toEqual(first);
    expect(await fixture.decisions(trade)).toEqual(decisions);
    const conformity = decisions.find(({ ruleId }) => ruleId === 'C19.conformity');
    expect(conformity?.inputs).toMatchObject({ curveId: 'DE.base', priceEurPerMwh: '82.5', parameters: { toleranceShare: '0.15' } });
  });

  it('holds a trade outside the mandate and far off the curve, naming both', async () => {
    await fixture.setMandate({ ...WIDE_MANDATE, venueKinds: ['organisedMarket'] });
    const { outcome, explanation } = await check(await fixture.capture({ price: { fixed: '120' } }));
    expect(outcome).toBe('hold');
    expect(explanation).toContain('lacks the venue kind bilateral');
    expect(explanation).toContain('The price is off the market: price 120, DE.base 82.50, deviation 37.50, allowed ±12.38 EUR/MWh.');
  });

  it('takes the newest quote on or before the trade date, never a later one', async () => {
    await fixture.addQuote({ curveId: 'DE.base', deliveryMonth: '2026-10', price: '60', quotedOn: '2026-09-25' });
    await fixture.addQuote({ curveId: 'DE.base', deliveryMonth: '2026-10', price: '200', quotedOn: '2026-09-30' });
    const trade = await fixture.capture();
    expect((await check(trade)).outcome).toBe('pass');
  });

  it('blocks a counterparty that stood on the restricted list on the trade date', async () => {
    const row = { tenant_id: fixture.tenantId, subject_kind: 'counterparty' as const, reason: 'under review', created_at: new Date() };
    await fixture.read((tx) =>
      tx
        .insertInto('restrictions')
        .values([
          { ...row, id: 'r1', subject_id: 'cp-nord', valid_from: '2026-09-29', valid_to: null },
          { ...row, id: 'r2', subject_id: 'cp-gas', valid_from: '2026-09-01', valid_to: null },
        ])
        .execute(),
    );
    const { outcome, explanation } = await check(await fixture.capture());
    expect({ outcome, explanation }).toEqual({
      outcome: 'block',
      explanation: 'Restricted on 2026-09-29: counterparty cp-nord since 2026-09-29 (under review).',
    });
  });

  it('holds the second of two bookings with the same economics from two sources, not the first', async () => {
    const first = await fixture.capture({ sourceSystem: 'venue' });
    const second = await fixture.capture({ sourceSystem: 'broker', concludedAt: '2026-09-29T07:20:00Z' });
    const third = await fixture.capture({ sourceSystem: 'broker', concludedAt: '2026-09-29T07:20:00Z', capacityMw: '11' });
    expect((await check(first)).outcome).toBe('pass');
    expect((await check(third)).outcome).toBe('pass');
    const { outcome, explanation } = await check(second);
    expect(outcome).toBe('hold');
    expect(explanation).toContain(`${first.tradeId} (venue S-1)`);
  });

  it('refuses a version whose risk has not been assessed', async () => {
    const trade = await fixture.capture();
    await expect(checkCompliance({ ctx: fixture.system, input: trade })).rejects.toMatchObject({ code: 'illegal-transition' });
  });
});
