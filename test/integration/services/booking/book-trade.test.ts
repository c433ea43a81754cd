import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '../../../../db/client.ts';
import { parseTradeTerms } from '../../../../domain/trade/parse-trade-draft.ts';
import { bookTrade } from '../../../../services/booking/book-trade.ts';
import { rejectTrade } from '../../../../services/booking/reject-trade.ts';
import { amendTrade } from '../../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../../services/trades/cancel-trade.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { sampleDraft } from '../../../support/sample-draft.ts';
import { type TradeFixture, type Version, createTradeFixture } from './trade-fixture.ts';

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
  await fixture.addLimits([
    { id: 'credit', scope: 'counterparty', scopeId: 'cp-nord', measure: 'creditEur', bound: '1000000' },
    { id: 'volume', scope: 'book', scopeId: 'book-power', measure: 'volumeMwh', bound: '20000' },
  ]);
});

const UPSTREAM = { id: 'user-upstream', role: 'upstream' } as const;

async function book(version: Version) {
  await fixture.pass(version);
  return await bookTrade({ ctx: fixture.system, input: version });
}

async function amend(tradeId: string, changes: Readonly<Record<string, unknown>>): Promise<Version> {
  const { revision } = await fixture.states({ tradeId, version: 1 });
  const parsed = parseTradeTerms(sampleDraft(changes).terms, { now: fixture.system.clock.now() });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const input = { tradeId, expectedRevision: revision, reason: 'volume corrected', terms: parsed.terms };
  const { version } = await amendTrade({ ctx: fixture.as(UPSTREAM), input });
  return { tradeId, version };
}

async function cancel(tradeId: string): Promise<Version> {
  const { revision } = await fixture.states({ tradeId, version: 1 });
  const input = { tradeId, expectedRevision: revision, reason: 'agreed to end it' };
  const { version } = await cancelTrade({ ctx: fixture.as(UPSTREAM), input });
  return { tradeId, version };
}

const obligationsOf = async (tradeId: string) =>
  await fixture.read(async (tx: Tx) =>
    tx
      .selectFrom('obligations')
      .select(['id', 'uti', 'action', 'sequence', 'due_on', 'rule', 'state', 'trade_version'])
      .where('trade_id', '=', tradeId)
      .orderBy('sequence')
      .execute(),
  );
const outboxKinds = async () =>
  await fixture.read(async (tx: Tx) => (await tx.selectFrom('outbox').select('kind').orderBy('seq').execute()).map(({ kind }) => kind));
const openExceptions = async () =>
  await fixture.read(async (tx: Tx) => tx.selectFrom('exceptions').selectAll().where('state', '=', 'open').execute());
const setCycleStates = async (state: 'invoiced' | 'empty') =>
  await fixture.read(async (tx: Tx) => {
    await tx.updateTable('settlement_cycles').set({ state }).execute();
  });

describe('bookTrade', () => {
  it('turns reservations into use and stores intervals, obligation, cycles and the messages that start them', async () => {
    const trade = await fixture.capture({ deliveryEndDate: '2026-11-30' });
    const { obligationIds, cycleIds } = await book(trade);
    expect(obligationIds).toHaveLength(1);
    expect(cycleIds).toHaveLength(2);
    expect(await fixture.states(trade)).toMatchObject({ trade: 'booked', version: 'booked' });
    // 14,650 MWh at 82.50 EUR are 1,208,625 EUR, a tenth of it for a purchase.
    expect(await fixture.limits()).toEqual({ credit: { used: '120862.5', reserved: '0' }, volume: { used: '14650', reserved: '0' } });
    expect((await fixture.reservations(trade.tradeId)).map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
    const intervals = await fixture.read((tx) => tx.selectFrom('delivery_intervals').selectAll().orderBy('start_at').execute());
    expect(intervals.map(({ delivery_month, energy_mwh }) => [delivery_month, energy_mwh])).toEqual([
      ['2026-10', '7450'],
      ['2026-11', '7200'],
    ]);
    // Concluded on Tuesday 29 September 2026, bilateral: the tenth weekday after it is 13 October.
    expect(await obligationsOf(trade.tradeId)).toMatchObject([
      { action: 'N', sequence: 1, due_on: '2026-10-13', rule: 'remit.2026-256.bilateral', state: 'pending' },
    ]);
    expect(await outboxKinds()).toEqual(['startTrade', 'startReporting', 'startSettlement', 'startSettlement']);
    const cycles = await fixture.read((tx) => tx.selectFrom('settlement_cycles').selectAll().orderBy('delivery_month').execute());
    // The third TARGET day of November 2026 is Wednesday the 4th.
    expect(cycles[0]).toMatchObject({ state: 'open', invoice_on: '2026-11-04', closes_at: new Date('2026-11-04T08:00:00.000Z') });
    const reporting = (await fixture.decisions(trade)).filter(({ ruleId }) => /^(emir|remit)\./.test(ruleId));
    expect(reporting.map(({ ruleId }) => ruleId).toSorted()).toEqual(['emir.none.physical', 'remit.art2-4a.supply']);
  });

  it('gives the same ids again and changes nothing, also in parallel', async () => {
    const trade = await fixture.capture();
    await fixture.pass(trade);
    const results = await Promise.all(Array.from({ length: 6 }, () => bookTrade({ ctx: fixture.system, input: trade })));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await outboxKinds()).toEqual(['startTrade', 'startReporting', 'startSettlement']);
    expect(await fixture.limits()).toEqual({ credit: { used: '61462.5', reserved: '0' }, volume: { used: '7450', reserved: '0' } });
  });

  it('writes one audit event for each revision of every record', async () => {
    const trade = await fixture.capture();
    await book(trade);
    await book(await amend(trade.tradeId, { capacityMw: '5' }));
    const events = await fixture.read((tx) =>
      tx.selectFrom('audit_events').select(['subject_kind', 'subject_id', 'revision']).where('subject_kind', '!=', 'reference').execute(),
    );
    const bySubject = Map.groupBy(events, ({ subject_kind, subject_id }) => `${subject_kind} ${subject_id}`);
    for (const [subject, of] of bySubject) {
      const first = subject.startsWith('limit ') ? 2 : 1;
      expect([subject, of.map(({ revision }) => revision).toSorted((a, b) => a - b)]).toEqual([
        subject,
        of.map((_, index) => index + first),
      ]);
    }
    expect(bySubject.get('limit volume')).toHaveLength(4);
  });

  it('counts equal trades up in their UTI and gives each its own', async () => {
    const [first, second] = [await fixture.capture(), await fixture.capture({ concludedAt: '2026-09-29T05:00:00Z' })];
    await fixture.pass(first);
    await fixture.pass(second);
    await Promise.all([first, second].map((input) => bookTrade({ ctx: fixture.system, input })));
    const utis = (await Promise.all([first, second].map(({ tradeId }) => obligationsOf(tradeId)))).flat().map(({ uti }) => uti);
    expect(utis.map((uti) => uti.slice(-3)).toSorted()).toEqual(['001', '002']);
    expect(new Set(utis.map((uti) => uti.slice(0, -3))).size).toBe(1);
  });

  it('refuses what was not checked', async () => {
    const trade = await fixture.capture();
    await expect(bookTrade({ ctx: fixture.system, input: trade })).rejects.toMatchObject({ code: 'illegal-transition' });
  });

  it('opens an exception for what EMIR wants, and no REMIT report beside it', async () => {
    const trade = await fixture.capture({ settlementMethod: 'financial' });
    expect((await book(trade)).obligationIds).toEqual([]);
    expect(await openExceptions()).toMatchObject([{ kind: 'unreportableTrade', subject_id: trade.tradeId, owner_role: 'compliance' }]);
    expect((await openExceptions())[0]?.reason).toContain('EMIR');
    expect((await fixture.decisions(trade)).map(({ ruleId }) => ruleId)).toContain('remit.art8-3.emir-first');
  });

  it('never replaces a UTI that was given: the second trade that claims it waits for a person', async () => {
    await book(await fixture.capture({ uti: 'AGREED-1' }));
    const second = await fixture.capture({ uti: 'AGREED-1', capacityMw: '1' });
    expect((await book(second)).obligationIds).toEqual([]);
    expect((await openExceptions()).map(({ reason }) => reason)).toEqual([
      'REMIT: version 1 has to be reported and this product cannot. The UTI AGREED-1 is taken by another trade.',
    ]);
  });

  it('clears that exception once an amendment can be reported', async () => {
    await book(await fixture.capture({ uti: 'AGREED-1' }));
    const second = await fixture.capture({ uti: 'AGREED-1', capacityMw: '1' });
    await book(second);
    await book(await amend(second.tradeId, { uti: 'AGREED-2', capacityMw: '1' }));
    expect(await openExceptions()).toEqual([]);
    expect(await obligationsOf(second.tradeId)).toMatchObject([{ action: 'N', uti: 'AGREED-2', sequence: 1, trade_version: 2 }]);
  });

  it('makes partitions for delivery beyond those that are there', async () => {
    const trade = await fixture.capture({ deliveryStartDate: '2029-02-01', deliveryEndDate: '2029-02-28' });
    expect((await book(trade)).cycleIds).toHaveLength(1);
  });
});

describe('amendments and cancellations', () => {
  it('hold only what is new, and replace the earlier use when booked, with M under the same UTI', async () => {
    const trade = await fixture.capture();
    await book(trade);
    const second = await amend(trade.tradeId, { capacityMw: '12' });
    await fixture.pass(second);
    expect(await fixture.limits()).toEqual({
      credit: { used: '61462.5', reserved: '12292.5' },
      volume: { used: '7450', reserved: '1490' },
    });
    fixture.system.clock.set('2026-09-30T08:00:00.000Z');
    await bookTrade({ ctx: fixture.system, input: second });
    expect(await fixture.limits()).toEqual({ credit: { used: '73755', reserved: '0' }, volume: { used: '8940', reserved: '0' } });
    const [first, next] = await obligationsOf(trade.tradeId);
    expect(next).toMatchObject({ action: 'M', sequence: 2, uti: first?.uti, trade_version: 2, due_on: '2026-10-13' });
    expect((await fixture.reservations(trade.tradeId)).map(({ version, state }) => `${version} ${state}`)).toEqual([
      '1 released',
      '2 confirmed',
      '1 released',
      '2 confirmed',
    ]);
  });

  it('free the limits that only the earlier version used', async () => {
    const trade = await fixture.capture();
    await book(trade);
    await book(await amend(trade.tradeId, { bookId: 'book-gas' }));
    expect(await fixture.limits()).toEqual({ credit: { used: '61462.5', reserved: '0' }, volume: { used: '0', reserved: '0' } });
  });

  it('end a trade: C under the same UTI, nothing used, no intervals, and a month that was invoiced asks for a credit', async () => {
    const trade = await fixture.capture();
    await book(trade);
    await setCycleStates('invoiced');
    const end = await cancel(trade.tradeId);
    expect(await book(end)).toMatchObject({ cycleIds: [] });
    expect(await fixture.states(end)).toMatchObject({ trade: 'cancelled', version: 'booked' });
    expect(await fixture.limits()).toEqual({ credit: { used: '0', reserved: '0' }, volume: { used: '0', reserved: '0' } });
    expect((await obligationsOf(trade.tradeId)).map(({ action, sequence }) => [action, sequence])).toEqual([
      ['N', 1],
      ['C', 2],
    ]);
    expect(await openExceptions()).toMatchObject([{ kind: 'settlementBlocked', subject_kind: 'cycle', owner_role: 'backOffice' }]);
    expect((await fixture.decisions(end)).map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(['risk.cancellation', 'compliance.cancellation']),
    );
  });

  it('start a cycle again that had ended empty', async () => {
    await book(await fixture.capture());
    await setCycleStates('empty');
    await book(await fixture.capture({ capacityMw: '1' }));
    const cycles = await fixture.read((tx) => tx.selectFrom('settlement_cycles').select(['state', 'revision']).execute());
    expect(cycles).toEqual([{ state: 'open', revision: 2 }]);
    expect((await outboxKinds()).filter((kind) => kind === 'startSettlement')).toHaveLength(2);
  });
});

describe('rejectTrade', () => {
  it('gives back what the version held and leaves the trade as it was booked before', async () => {
    const trade = await fixture.capture();
    await book(trade);
    const second = await amend(trade.tradeId, { capacityMw: '12' });
    await fixture.pass(second);
    const input = { ...second, reason: 'restricted' };
    const results = [await rejectTrade({ ctx: fixture.system, input }), await rejectTrade({ ctx: fixture.system, input })];
    expect(results).toEqual([{ state: 'rejected' }, { state: 'rejected' }]);
    expect(await fixture.states(second)).toMatchObject({ trade: 'booked', version: 'rejected' });
    expect(await fixture.limits()).toEqual({ credit: { used: '61462.5', reserved: '0' }, volume: { used: '7450', reserved: '0' } });
  });
});
