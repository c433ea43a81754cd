import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '../../../../db/client.ts';
import { type TradeDecision, decideTrade } from '../../../../services/approvals/decide-trade.ts';
import { escalateHeldTrade } from '../../../../services/approvals/escalate-held-trade.ts';
import { holdTrade } from '../../../../services/approvals/hold-trade.ts';
import { bookTrade } from '../../../../services/booking/book-trade.ts';
import { checkCompliance } from '../../../../services/compliance/check-compliance.ts';
import type { Actor } from '../../../../services/context.ts';
import { assessRisk } from '../../../../services/risk/assess-risk.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { type TradeFixture, type Version, createTradeFixture } from '../booking/trade-fixture.ts';

const CARLA: Actor = { id: 'user-compliance', role: 'compliance' };

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

/** The sample is 7,450 MWh. */
async function held(bound: string): Promise<Version> {
  await fixture.addLimits([{ id: 'volume', scope: 'tenant', scopeId: 'any', measure: 'volumeMwh', bound }]);
  const trade = await fixture.capture();
  await assessRisk({ ctx: fixture.system, input: trade });
  await checkCompliance({ ctx: fixture.system, input: trade });
  await holdTrade({ ctx: fixture.system, input: { ...trade, reasons: ['off the market'] } });
  return trade;
}

async function decide(actor: Actor, version: Version, decision: TradeDecision) {
  return await decideTrade({ ctx: fixture.as(actor), input: { ...version, decision, reason: 'looked at it' } });
}

const heldExceptions = async () =>
  await fixture.read(async (tx: Tx) => tx.selectFrom('exceptions').selectAll().where('kind', '=', 'heldTrade').execute());

describe('holdTrade', () => {
  it('names the maker, gives a deadline of eight hours and escalates half-way, and is the same when called again', async () => {
    const trade = await held('10000');
    const first = await holdTrade({ ctx: fixture.system, input: { ...trade, reasons: ['again'] } });
    expect(first).toMatchObject({ maker: 'user-upstream', expiresInMs: 28_800_000, escalatesInMs: 14_400_000 });
    const exceptions = await heldExceptions();
    expect(exceptions).toMatchObject([{ id: first.exceptionId, owner_role: 'compliance', state: 'open', reason: 'off the market' }]);
    expect(exceptions[0]?.deadline).toEqual(new Date('2026-09-29T16:00:00.000Z'));
    expect(await fixture.states(trade)).toMatchObject({ trade: 'held', version: 'held' });
    expect(await fixture.limits()).toEqual({ volume: { used: '0', reserved: '7450' } });
  });

  it('counts what is left of the time where a workflow asks anew', async () => {
    const trade = await held('10000');
    fixture.system.clock.advance(15_000_000);
    expect(await holdTrade({ ctx: fixture.system, input: { ...trade, reasons: ['again'] } })).toMatchObject({
      expiresInMs: 13_800_000,
      escalatesInMs: 0,
    });
  });

  it('escalates once', async () => {
    const trade = await held('10000');
    const results = [
      await escalateHeldTrade({ ctx: fixture.system, input: trade }),
      await escalateHeldTrade({ ctx: fixture.system, input: trade }),
    ];
    expect(results).toEqual([{ escalated: true }, { escalated: true }]);
    expect(await heldExceptions()).toMatchObject([{ owner_role: 'admin', revision: 2 }]);
    await decide(CARLA, trade, 'approve');
    expect(await escalateHeldTrade({ ctx: fixture.system, input: trade })).toEqual({ escalated: false });
  });
});

describe('decideTrade', () => {
  it('never lets the maker decide, whatever his role, nor the database store it', async () => {
    const trade = await held('10000');
    await expect(decide({ id: 'user-upstream', role: 'admin' }, trade, 'approve')).rejects.toMatchObject({ code: 'self-approval' });
    const row = { tenant_id: fixture.tenantId, trade_id: trade.tradeId, trade_version: 1, decision: 'approve' as const, reason: 'x' };
    await expect(
      fixture.read((tx) =>
        tx
          .insertInto('approvals')
          .values({ ...row, maker: 'a', decided_by: 'a', decided_at: new Date() })
          .execute(),
      ),
    ).rejects.toThrow('maker_is_never_checker');
  });

  it.each<[Actor['role'], TradeDecision]>([
    ['upstream', 'approve'],
    ['backOffice', 'reject'],
    ['auditor', 'approve'],
    ['system', 'approve'],
    ['compliance', 'expire'],
  ])('forbids %s to %s', async (role, decision) => {
    await expect(decide({ id: 'somebody', role }, { tradeId: 'trd_1', version: 1 }, decision)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('takes one decision: the same again gives the same, another one is a conflict', async () => {
    const trade = await held('10000');
    expect(await decide(CARLA, trade, 'approve')).toEqual({ state: 'approved' });
    expect(await decide(CARLA, trade, 'approve')).toEqual({ state: 'approved' });
    await expect(decide({ id: 'user-admin', role: 'admin' }, trade, 'reject')).rejects.toMatchObject({ code: 'conflict' });
    expect(await heldExceptions()).toMatchObject([{ state: 'resolved', resolved_by: 'user-compliance' }]);
    expect(await holdTrade({ ctx: fixture.system, input: { ...trade, reasons: ['again'] } })).toMatchObject({ decision: 'approved' });
  });

  it('lets one of two opposite decisions made at once win', async () => {
    const trade = await held('10000');
    const results = await Promise.allSettled([
      decide(CARLA, trade, 'approve'),
      decide({ id: 'user-admin', role: 'admin' }, trade, 'reject'),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('takes override reservations beyond the bound when a breach is approved, and books them', async () => {
    const trade = await held('7000');
    expect(await fixture.limits()).toEqual({ volume: { used: '0', reserved: '0' } });
    await expect(bookTrade({ ctx: fixture.system, input: trade })).rejects.toMatchObject({ code: 'illegal-transition' });
    await decide(CARLA, trade, 'approve');
    expect(await fixture.reservations(trade.tradeId)).toMatchObject([{ limitId: 'volume', held: '7450', isOverride: true, state: 'held' }]);
    expect(await fixture.limits()).toEqual({ volume: { used: '0', reserved: '7450' } });
    await bookTrade({ ctx: fixture.system, input: trade });
    expect(await fixture.limits()).toEqual({ volume: { used: '7450', reserved: '0' } });
    expect(await fixture.states(trade)).toMatchObject({ trade: 'booked', version: 'booked' });
  });

  it.each<[TradeDecision, Actor]>([
    ['reject', CARLA],
    ['expire', { id: 'system', role: 'system' }],
  ])('releases what was reserved on %s', async (decision, actor) => {
    const trade = await held('10000');
    expect(await decide(actor, trade, decision)).toEqual({ state: 'rejected' });
    expect(await fixture.limits()).toEqual({ volume: { used: '0', reserved: '0' } });
    expect(await fixture.reservations(trade.tradeId)).toMatchObject([{ state: 'released' }]);
    expect(await fixture.states(trade)).toMatchObject({ trade: 'rejected', version: 'rejected' });
  });

  it('refuses to decide on what is not held', async () => {
    const trade = await fixture.capture();
    await expect(decide(CARLA, trade, 'approve')).rejects.toMatchObject({ code: 'illegal-transition' });
  });
});
