import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../../db/client.ts';
import { rejectTrade } from '../../../../services/booking/reject-trade.ts';
import { SYSTEM_ACTOR } from '../../../../services/context.ts';
import { openException } from '../../../../services/exceptions/open-exception.ts';
import { resolveException } from '../../../../services/exceptions/resolve-exception.ts';
import { amendTrade } from '../../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../../services/trades/cancel-trade.ts';
import { captureTrade } from '../../../../services/trades/capture-trade.ts';
import { getTrade } from '../../../../services/trades/get-trade.ts';
import { getTradeTimeline } from '../../../../services/trades/trade-timeline.ts';
import { explainTrade, explainTrades } from '../../../../services/trades/why-waiting.ts';
import { bookTrade } from '../../../support/book-trade.ts';
import { type TestContext, createTestContext, seedTenant } from '../../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { sampleDraft } from '../../../support/sample-draft.ts';

let database: TestDatabase;
let ctx: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ ctx } = await seedTenant({ database }));
});
afterAll(() => database.drop());

async function booked(sourceTradeId: string): Promise<{ tradeId: string; revision: number }> {
  const { tradeId } = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId }) } });
  return { tradeId, revision: await bookTrade(ctx, { tradeId, version: 1 }) };
}

const terms = (changes: Readonly<Record<string, unknown>>) => sampleDraft(changes).terms;

describe('amending a booked trade', () => {
  it('adds version 2 while version 1 stays as it was, and starts its checks', async () => {
    const { tradeId, revision } = await booked('amend-1');
    const input = { tradeId, expectedRevision: revision, terms: terms({ capacityMw: '12' }), reason: 'volume corrected' };
    expect(await amendTrade({ ctx, input })).toEqual({ tradeId, version: 2, revision: revision + 1, state: 'checking' });
    const trade = await getTrade({ ctx, input: { tradeId } });
    expect(trade).toMatchObject({
      state: 'checking',
      currentVersion: 2,
      bookedVersion: 1,
      revision: revision + 1,
      terms: { capacityMw: '12' },
    });
    expect(trade.versions).toMatchObject([
      { version: 1, kind: 'new', state: 'booked', terms: { capacityMw: '10' } },
      { version: 2, kind: 'amend', state: 'captured', reason: 'volume corrected' },
    ]);
    const outbox = await withTenant(database.db, ctx.tenantId, (tx) => tx.selectFrom('outbox').select('payload').execute());
    expect(outbox.map((row) => row.payload)).toContainEqual({ kind: 'startTrade', tradeId, version: 2, requestId: ctx.requestId });
  });

  it('refuses the booked terms, another counterparty or direction, an unknown book and a missing reason', async () => {
    const { tradeId, revision } = await booked('amend-2');
    const amend = (changes: Readonly<Record<string, unknown>>, reason = 'because') =>
      amendTrade({ ctx, input: { tradeId, expectedRevision: revision, terms: terms(changes), reason } });
    await expect(amend({})).rejects.toMatchObject({ issues: [{ code: 'amendment.noChange' }] });
    await expect(amend({ direction: 'sell' })).rejects.toMatchObject({ issues: [{ field: '/direction', code: 'amendment.fixedTerm' }] });
    await expect(amend({ counterpartyId: 'cp-gas', agreementId: 'efet-gas' })).rejects.toMatchObject({
      issues: [{ field: '/counterpartyId' }],
    });
    await expect(amend({ bookId: 'book-x' })).rejects.toMatchObject({ issues: [{ field: '/bookId', code: 'reference-data-missing' }] });
    await expect(amend({ capacityMw: '11' }, ' ')).rejects.toMatchObject({ issues: [{ field: '/reason' }] });
    for (const reason of ['a\u0000b', 'a\ud800b']) {
      await expect(amend({ capacityMw: '11' }, reason)).rejects.toMatchObject({ issues: [{ field: '/reason', code: 'text.notStorable' }] });
    }
    expect((await getTrade({ ctx, input: { tradeId } })).revision).toBe(revision);
  });

  it('lets one of ten parallel amendments through and tells the others that the trade has changed', async () => {
    const { tradeId, revision } = await booked('amend-3');
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        amendTrade({ ctx, input: { tradeId, expectedRevision: revision, terms: terms({ capacityMw: `${20 + index}` }), reason: 'race' } }),
      ),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    for (const reason of refused) expect(reason).toMatchObject({ code: 'precondition-failed' });
    expect((await getTrade({ ctx, input: { tradeId } })).versions).toHaveLength(2);
  });

  it('shows the terms in force again once the amendment was rejected', async () => {
    const { tradeId, revision } = await booked('amend-5');
    await amendTrade({ ctx, input: { tradeId, expectedRevision: revision, terms: terms({ capacityMw: '12' }), reason: 'too much' } });
    await rejectTrade({ ctx: { ...ctx, actor: SYSTEM_ACTOR }, input: { tradeId, version: 2, reason: 'blocked' } });
    const trade = await getTrade({ ctx, input: { tradeId } });
    expect(trade).toMatchObject({ state: 'booked', currentVersion: 2, bookedVersion: 1, terms: { capacityMw: '10' } });
    expect(trade.versions[1]).toMatchObject({ state: 'rejected', terms: { capacityMw: '12' } });
  });

  it('is refused before the trade is booked, saying what is allowed and why', async () => {
    const { tradeId } = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'amend-4' }) } });
    const input = { tradeId, expectedRevision: 1, terms: terms({ capacityMw: '12' }), reason: 'too early' };
    await expect(amendTrade({ ctx, input })).rejects.toMatchObject({
      code: 'illegal-transition',
      details: { state: 'captured', allowed: [] },
    });
  });
});

describe('cancelling a booked trade', () => {
  it('adds a cancel version with the booked terms, once', async () => {
    const { tradeId, revision } = await booked('cancel-1');
    const input = { tradeId, expectedRevision: revision, reason: 'entered twice' };
    expect(await cancelTrade({ ctx, input })).toMatchObject({ version: 2, revision: revision + 1 });
    const { versions } = await getTrade({ ctx, input: { tradeId } });
    expect(versions[1]).toMatchObject({ kind: 'cancel', reason: 'entered twice', terms: versions[0]?.terms });
    // The answer was lost: the same command gets it again. Another command finds that the trade has changed.
    expect(await cancelTrade({ ctx, input })).toEqual({ tradeId, version: 2, revision: revision + 1, state: 'checking' });
    await expect(cancelTrade({ ctx, input: { ...input, reason: 'another one' } })).rejects.toMatchObject({
      code: 'precondition-failed',
      details: { revision: revision + 1 },
    });
    expect((await getTrade({ ctx, input: { tradeId } })).versions).toHaveLength(2);
    const later = { ...input, expectedRevision: revision + 1 };
    await expect(cancelTrade({ ctx, input: later })).rejects.toMatchObject({ code: 'illegal-transition' });
    await expect(cancelTrade({ ctx, input: { ...input, tradeId: 'trd_none' } })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('where a trade stands', () => {
  it('is one line for each open trade, and the exception before a person comes first', async () => {
    const { tradeId } = await booked('why-1');
    const other = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'why-2' }) } });
    const subject = { kind: 'unreportableTrade', subjectKind: 'trade', subjectId: tradeId, tradeId } as const;
    const text = { reason: 'field 31 is missing', nextAction: 'Amend the trade.', ownerRole: 'compliance' } as const;
    const open = () => withTenant(database.db, ctx.tenantId, (tx) => openException(ctx, tx, { ...subject, ...text }));
    const first = await open();
    expect(await open()).toEqual({ exceptionId: first.exceptionId, opened: false });
    const explained = await explainTrades({ ctx, input: { tradeIds: [tradeId, 'trd_none', other.tradeId] } });
    expect(explained).toMatchObject([
      { tradeId, state: 'booked', waitingFor: 'compliance: field 31 is missing', who: 'compliance', nextAction: 'Amend the trade.' },
      { tradeId: other.tradeId, state: 'captured', waitingFor: 'the start of the checks of version 1', who: 'system' },
    ]);
    const compliance = createTestContext({ ...ctx, actor: { id: 'user-compliance', role: 'compliance' }, clock: ctx.clock });
    const resolved = { exceptionId: first.exceptionId, reason: 'amended' };
    expect(await resolveException({ ctx: compliance, input: resolved })).toMatchObject({ state: 'resolved', revision: 2 });
    expect(await resolveException({ ctx: compliance, input: resolved })).toMatchObject({ state: 'resolved', revision: 2 });
    await expect(resolveException({ ctx, input: resolved })).rejects.toMatchObject({ code: 'illegal-transition' });
    expect((await explainTrade({ ctx, input: { tradeId } })).waitingFor).toBe('its settlement cycles to be opened');
  });

  it('is told in order of time, each entry with its evidence', async () => {
    const { tradeId, revision } = await booked('timeline');
    await cancelTrade({ ctx, input: { tradeId, expectedRevision: revision, reason: 'entered twice' } });
    const { entries, truncated } = await getTradeTimeline({ ctx, input: { tradeId } });
    expect(truncated).toBe(false);
    expect(entries.map((entry) => entry.what)).toEqual([
      'version 1 (new)',
      'version 2 (cancel): entered twice',
      expect.stringContaining('trade revision'),
      expect.stringContaining('trade revision'),
      expect.stringContaining('trade revision'),
    ]);
    expect(entries[0]).toMatchObject({ stage: 'capture', who: 'user-admin', evidence: { kind: 'tradeVersion', id: `${tradeId}/v1` } });
    expect(entries.map((entry) => entry.at)).toEqual(entries.map((entry) => entry.at).toSorted());
  });
});

describe('the audit trail', () => {
  it('has exactly one event for each revision of every changed record', async () => {
    const { rows } = await withTenant(database.db, ctx.tenantId, (tx) =>
      sql<{ kind: string; id: string; events: string; revisions: string; newest: number; present: number | null }>`
        select a.subject_kind as kind, a.subject_id as id, count(*) as events, count(distinct a.revision) as revisions,
          max(a.revision) as newest, max(coalesce(t.revision, e.revision, l.revision)) as present
        from audit_events a
        left join trades t on a.subject_kind = 'trade' and t.id = a.subject_id
        left join exceptions e on a.subject_kind = 'exception' and e.id = a.subject_id
        left join limits l on a.subject_kind = 'limit' and l.id = a.subject_id
        group by 1, 2`.execute(tx),
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect([row.id, Number(row.events), Number(row.revisions)]).toEqual([row.id, row.newest, row.newest]);
      if (row.kind !== 'reference') expect([row.id, row.present]).toEqual([row.id, row.newest]);
    }
  });
});
