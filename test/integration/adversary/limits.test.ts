import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../db/client.ts';
import type { Db } from '../../../db/client.ts';
import type { Actor, ServiceContext } from '../../../services/context.ts';
import { decideTrade } from '../../../services/approvals/decide-trade.ts';
import { holdTrade } from '../../../services/approvals/hold-trade.ts';
import { bookTrade } from '../../../services/booking/book-trade.ts';
import { rejectTrade } from '../../../services/booking/reject-trade.ts';
import { seedReference } from '../../../services/reference/seed-reference.ts';
import { assessRisk } from '../../../services/risk/assess-risk.ts';
import { amendTrade } from '../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../services/trades/cancel-trade.ts';
import { TEST_ADMIN } from '../../support/context.ts';
import { sampleDraft } from '../../support/sample-draft.ts';
import { type TradeFixture, type Version, createTradeFixture } from '../services/booking/trade-fixture.ts';
import { atEveryStatement } from './support/crashing-db.ts';
import { violationsOf } from './support/violations-of.ts';

const UPSTREAM: Actor = { id: 'user-upstream', role: 'upstream' };
const COMPLIANCE: Actor = { id: 'user-compliance', role: 'compliance' };
const BACK: Actor = { id: 'user-back', role: 'backOffice' };
let fixture: TradeFixture;

beforeAll(async () => {
  fixture = await createTradeFixture();
  const limits = [
    { id: 'a-tenant', scope: 'tenant', scopeId: 'all', measure: 'notionalEur', bound: '1000000000000' },
    { id: 'b-volume', scope: 'book', scopeId: 'book-power', measure: 'volumeMwh', bound: '1000000000', commodity: 'power' },
    { id: 'c-credit', scope: 'counterparty', scopeId: 'cp-nord', measure: 'creditEur', bound: '1000000000000' },
    // German base October at 10 MW and 82.50 is 614,625 EUR.
    { id: 'd-trader', scope: 'trader', scopeId: 'trader-1', measure: 'notionalEur', bound: '1000000000000' },
  ] as const;
  await seedReference({ ctx: fixture.as(TEST_ADMIN), input: { limits: [...limits] } });
});
afterAll(async () => {
  await fixture.database.drop();
});

const url = (): string => fixture.database.appUrl;
const on = (db: Db, ctx: ServiceContext = fixture.system): ServiceContext => ({ ...ctx, db });
const sound = async (): Promise<void> => {
  expect(await violationsOf(fixture.database.adminUrl)).toEqual([]);
};
const setBound = (bound: string) => fixture.read((tx) => tx.updateTable('limits').set({ bound }).where('id', '=', 'd-trader').execute());

const concluded = new Map<string, string>();

/** Concluded so long before the last one that nobody takes it for the same deal. */
async function capture(): Promise<Version> {
  const concludedAt = new Date(Date.parse('2026-09-29T07:00:00.000Z') - concluded.size * 11 * 60_000).toISOString();
  // Noted before anything is awaited, so that two at once get two times.
  concluded.set(`pending ${concludedAt}`, concludedAt);
  const version = await fixture.capture({ concludedAt });
  concluded.set(version.tradeId, concludedAt);
  return version;
}

/** The terms of a trade, changed. */
const termsOf = (tradeId: string, changes: Readonly<Record<string, unknown>>) =>
  sampleDraft({ concludedAt: concluded.get(tradeId), ...changes }).terms;

async function bookedTrade(): Promise<Version> {
  const version = await capture();
  await fixture.pass(version);
  await bookTrade({ ctx: fixture.system, input: version });
  return version;
}

async function nextVersion(of: Version, changes: Readonly<Record<string, unknown>> | 'cancel'): Promise<Version> {
  const { revision } = await fixture.states(of);
  const input = { tradeId: of.tradeId, expectedRevision: revision, reason: 'because' };
  const ctx = fixture.as(UPSTREAM);
  const made =
    changes === 'cancel'
      ? await cancelTrade({ ctx, input })
      : await amendTrade({ ctx, input: { ...input, terms: termsOf(of.tradeId, changes) } });
  return { tradeId: made.tradeId, version: made.version };
}

const held = async (tradeId: string) =>
  (await fixture.reservations(tradeId)).map(({ limitId, version, state, amount, held: part, isOverride }) =>
    [limitId, `v${version}`, state, amount, part, isOverride ? 'override' : ''].join(' ').trim(),
  );

describe('a process that dies at any statement, and is replaced', () => {
  it('reserves on every limit once', async () => {
    const crashes = await atEveryStatement({
      url: url(),
      prepare: capture,
      act: (db, version) => assessRisk({ ctx: on(db), input: version }),
      check: async ({ tradeId }) => {
        expect(await fixture.reservations(tradeId)).toHaveLength(4);
      },
    });
    expect(crashes).toBeGreaterThan(15);
    await sound();
  });

  it('books once: reservations become use, one obligation, its cycle, its intervals and its messages', async () => {
    const crashes = await atEveryStatement({
      url: url(),
      prepare: async () => {
        const version = await capture();
        await fixture.pass(version);
        return version;
      },
      act: (db, version) => bookTrade({ ctx: on(db), input: version }),
      check: async ({ tradeId }, _, result) => {
        expect((await held(tradeId)).every((line) => line.includes('confirmed'))).toBe(true);
        const rows = await fixture.read(async (tx) => ({
          obligations: await tx.selectFrom('obligations').select('id').where('trade_id', '=', tradeId).execute(),
          messages: await tx.selectFrom('outbox').select('payload').where('kind', '=', 'startReporting').execute(),
          intervals: await tx.selectFrom('delivery_intervals').select('energy_mwh').where('trade_id', '=', tradeId).execute(),
        }));
        expect(rows.obligations).toHaveLength(1);
        expect(result).toMatchObject({ obligationIds: rows.obligations.map(({ id }) => id) });
        const [obligation] = rows.obligations;
        expect(rows.messages.filter(({ payload }) => JSON.stringify(payload).includes(obligation?.id ?? '-'))).toHaveLength(1);
        // October 2026 has 745 hours in Germany.
        expect(rows.intervals.map(({ energy_mwh }) => Number(energy_mwh)).reduce((sum, part) => sum + part, 0)).toBe(7450);
      },
    });
    expect(crashes).toBeGreaterThan(20);
    await sound();
  });

  it('lets a breach pass by a person as an override, once', async () => {
    await setBound('1');
    const crashes = await atEveryStatement({
      url: url(),
      prepare: async () => {
        const version = await capture();
        await assessRisk({ ctx: fixture.system, input: version });
        await holdTrade({ ctx: fixture.system, input: { ...version, reasons: ['a limit is breached'] } });
        return version;
      },
      act: (db, version) =>
        decideTrade({ ctx: on(db, fixture.as(COMPLIANCE)), input: { ...version, decision: 'approve', reason: 'agreed with risk' } }),
      check: async ({ tradeId }) => {
        const lines = await held(tradeId);
        expect(lines).toHaveLength(4);
        expect(lines.filter((line) => line.endsWith('override'))).toHaveLength(1);
      },
    });
    await setBound('1000000000000');
    expect(crashes).toBeGreaterThan(15);
    await sound();
  });

  it.each([
    ['up', { capacityMw: '15' }, '921937.5'],
    ['down', { capacityMw: '4' }, '245850'],
    ['into another book', { bookId: 'book-gas' }, '614625'],
  ] as const)('books an amendment %s in place of what was booked', async (_, changes, notional) => {
    const crashes = await atEveryStatement({
      url: url(),
      prepare: async () => {
        const amended = await nextVersion(await bookedTrade(), changes);
        await fixture.pass(amended);
        return amended;
      },
      act: (db, version) => bookTrade({ ctx: on(db), input: version }),
      check: async ({ tradeId }) => {
        const lines = await held(tradeId);
        expect(lines.filter((line) => line.includes(' v1 ')).every((line) => line.includes('released'))).toBe(true);
        expect(lines.find((line) => line.startsWith('a-tenant v2'))).toContain(`confirmed ${notional}`);
      },
    });
    expect(crashes).toBeGreaterThan(15);
    await sound();
  });

  it('books a cancellation, after which nothing of the trade is used', async () => {
    await atEveryStatement({
      url: url(),
      prepare: async () => {
        const cancelled = await nextVersion(await bookedTrade(), 'cancel');
        await fixture.pass(cancelled);
        return cancelled;
      },
      act: (db, version) => bookTrade({ ctx: on(db), input: version }),
      check: async ({ tradeId }) => {
        expect((await held(tradeId)).every((line) => line.includes('released'))).toBe(true);
      },
    });
    await sound();
  });

  it('refuses an amendment and leaves what was booked as it was', async () => {
    await atEveryStatement({
      url: url(),
      prepare: async () => {
        const amended = await nextVersion(await bookedTrade(), { capacityMw: '15', bookId: 'book-gas' });
        await assessRisk({ ctx: fixture.system, input: amended });
        return amended;
      },
      act: (db, version) => rejectTrade({ ctx: on(db), input: { ...version, reason: 'restricted' } }),
      check: async ({ tradeId, version }) => {
        const lines = await held(tradeId);
        expect(lines.filter((line) => line.includes(' v1 ')).every((line) => line.includes('confirmed'))).toBe(true);
        expect(lines.filter((line) => line.includes(' v2 ')).every((line) => line.includes('released'))).toBe(true);
        expect(await fixture.states({ tradeId, version })).toMatchObject({ trade: 'booked', version: 'rejected' });
        const trade = await fixture.read((tx) =>
          tx.selectFrom('trades').select(['book_id', 'booked_version']).where('id', '=', tradeId).executeTakeFirstOrThrow(),
        );
        expect(trade).toEqual({ book_id: 'book-power', booked_version: 1 });
      },
    });
    await sound();
  });

  it.each(['amend', 'cancel'] as const)('gives the first answer to an %s whose answer was lost', async (kind) => {
    const crashes = await atEveryStatement({
      url: url(),
      prepare: async () => {
        const version = await bookedTrade();
        return { version, revision: (await fixture.states(version)).revision };
      },
      act: (db, { version, revision }) => {
        const input = { tradeId: version.tradeId, expectedRevision: revision, reason: 'because' };
        const ctx = on(db, fixture.as(BACK));
        return kind === 'cancel'
          ? cancelTrade({ ctx, input })
          : amendTrade({ ctx, input: { ...input, terms: termsOf(version.tradeId, { capacityMw: '11' }) } });
      },
      check: async ({ version, revision }, _, result) => {
        expect(result).toEqual({ tradeId: version.tradeId, version: 2, revision: revision + 1, state: 'checking' });
        const versions = await fixture.read((tx) =>
          tx.selectFrom('trade_versions').select('version').where('trade_id', '=', version.tradeId).execute(),
        );
        expect(versions).toHaveLength(2);
      },
    });
    expect(crashes).toBeGreaterThan(8);
    await sound();
  });
});

describe('many at once', () => {
  it('never take a limit beyond its bound without an override, and every sum agrees', async () => {
    const { used = '0', reserved = '0' } = (await fixture.limits())['d-trader'] ?? {};
    // Room for three more of 614,625.
    await setBound(String(Number(used) + Number(reserved) + 3 * 614_625));
    const versions = await Promise.all(Array.from({ length: 10 }, () => capture()));
    const twice = [...versions, ...versions];
    const outcomes = await Promise.all(twice.map((input) => assessRisk({ ctx: fixture.system, input })));
    const passed = versions.filter((_, index) => outcomes[index]?.outcome !== 'breach');
    expect(passed).toHaveLength(3);
    for (const [index] of versions.entries()) expect(outcomes[index]).toEqual(outcomes[index + versions.length]);
    await setBound('1000000000000');
    await sound();
  });

  it('book, amend and cancel trades of the same limits side by side', async () => {
    const trades = await Promise.all(Array.from({ length: 8 }, () => bookedTrade()));
    const changes = ['cancel', { capacityMw: '3' }, { capacityMw: '30' }, { bookId: 'book-gas' }] as const;
    await Promise.all(
      trades.map(async (trade, index) => {
        const version = await nextVersion(trade, changes[index % changes.length] ?? 'cancel');
        await fixture.pass(version);
        await Promise.all([1, 2].map(() => bookTrade({ ctx: fixture.system, input: version })));
      }),
    );
    await sound();
  });

  it('decide one way: of an approval and a rejection at once only one counts', async () => {
    await setBound('1');
    for (let round = 0; round < 6; round += 1) {
      const version = await capture();
      await assessRisk({ ctx: fixture.system, input: version });
      await holdTrade({ ctx: fixture.system, input: { ...version, reasons: ['a limit is breached'] } });
      const decide = (decision: 'approve' | 'reject') =>
        decideTrade({ ctx: fixture.as(COMPLIANCE), input: { ...version, decision, reason: 'mine' } });
      const outcomes = await Promise.allSettled([decide('approve'), decide('reject'), decide('approve'), decide('reject')]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      const approvals = await withTenant(fixture.database.db, fixture.tenantId, (tx) =>
        tx.selectFrom('approvals').select('decision').where('trade_id', '=', version.tradeId).execute(),
      );
      expect(approvals).toHaveLength(1);
    }
    await setBound('1000000000000');
    await sound();
  });
});
