import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tx, withTenant } from '../../../../db/client.ts';
import { createAuthenticator } from '../../../../services/auth/authenticate-key.ts';
import { issueKey } from '../../../../services/auth/issue-key.ts';
import { revokeKey } from '../../../../services/auth/revoke-key.ts';
import { getException, listExceptions } from '../../../../services/exceptions/list-exceptions.ts';
import { openException } from '../../../../services/exceptions/open-exception.ts';
import { resolveException } from '../../../../services/exceptions/resolve-exception.ts';
import { seedReference } from '../../../../services/reference/seed-reference.ts';
import { amendTrade } from '../../../../services/trades/amend-trade.ts';
import { captureTrade } from '../../../../services/trades/capture-trade.ts';
import { findTradeOfSource, getTrade } from '../../../../services/trades/get-trade.ts';
import { listTrades } from '../../../../services/trades/list-trades.ts';
import { getTradeTimeline } from '../../../../services/trades/trade-timeline.ts';
import { explainTrade } from '../../../../services/trades/why-waiting.ts';
import { type TestContext, createTestContext, seedTenant } from '../../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { sampleDraft } from '../../../support/sample-draft.ts';
import { SAMPLE_REFERENCE } from '../../../support/sample-reference.ts';

let database: TestDatabase;
let ours: TestContext;
let theirs: TestContext;
let tradeId: string;
let exceptionId: string;
const secret = 'a secret of the server';

beforeAll(async () => {
  database = await createTestDatabase();
  ({ ctx: ours } = await seedTenant({ database }));
  ({ ctx: theirs } = await seedTenant({ database }));
  ({ tradeId } = await captureTrade({ ctx: ours, input: { draft: sampleDraft() } }));
  const exception = {
    kind: 'workflowFailed',
    subjectKind: 'trade',
    subjectId: tradeId,
    tradeId,
    reason: 'r',
    nextAction: 'n',
    ownerRole: 'admin',
  } as const;
  ({ exceptionId } = await withTenant(database.db, ours.tenantId, (tx) => openException(ours, tx, exception)));
});
afterAll(() => database.drop());

const as = (tenantId: string, statement: (tx: Tx) => Promise<unknown>) => withTenant(database.db, tenantId, statement);

describe('another tenant', () => {
  it('gets nothing of ours by id, in lists, by our source id or through our cursors', async () => {
    const input = { tradeId };
    await expect(getTrade({ ctx: theirs, input })).rejects.toMatchObject({ code: 'not-found' });
    await expect(getTradeTimeline({ ctx: theirs, input })).rejects.toMatchObject({ code: 'not-found' });
    await expect(explainTrade({ ctx: theirs, input })).rejects.toMatchObject({ code: 'not-found' });
    await expect(getException({ ctx: theirs, input: { exceptionId } })).rejects.toMatchObject({ code: 'not-found' });
    expect(await findTradeOfSource({ ctx: theirs, input: { sourceSystem: 'etrm', sourceTradeId: 'T-1' } })).toBeUndefined();
    expect((await listTrades({ ctx: theirs, input: { filters: {}, page: { secret } } })).items).toEqual([]);
    expect((await listExceptions({ ctx: theirs, input: { filters: {}, page: { secret } } })).items).toEqual([]);
    expect((await listTrades({ ctx: ours, input: { filters: {}, page: { secret } } })).items).toHaveLength(1);
  });

  it('changes nothing of ours through any verb', async () => {
    const amendment = { tradeId, expectedRevision: 1, terms: sampleDraft({ capacityMw: '11' }).terms, reason: 'not mine' };
    await expect(amendTrade({ ctx: theirs, input: amendment })).rejects.toMatchObject({ code: 'not-found' });
    await expect(resolveException({ ctx: theirs, input: { exceptionId, reason: 'not mine' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('may use the same source id for a trade of its own', async () => {
    const other = await captureTrade({ ctx: theirs, input: { draft: sampleDraft() } });
    expect(other.kind).toBe('captured');
    expect(other.tradeId).not.toBe(tradeId);
  });
});

describe('the application role', () => {
  it('sees no row outside a tenant', async () => {
    for (const table of ['trades', 'trade_versions', 'users', 'audit_events', 'outbox', 'tenants'] as const) {
      expect(
        (
          await database.db
            .selectFrom(table)
            .select(sql`1`.as('one'))
            .execute()
        ).length,
      ).toBe(0);
    }
  });

  it('cannot insert, move or change rows of another tenant', async () => {
    const smuggle = as(theirs.tenantId, (tx) =>
      sql`insert into books (tenant_id, id, name, created_at) values (${ours.tenantId}, 'b', 'b', now())`.execute(tx),
    );
    await expect(smuggle).rejects.toThrow('row-level security');
    const move = as(theirs.tenantId, (tx) => sql`update books set tenant_id = ${ours.tenantId}`.execute(tx));
    await expect(move).rejects.toThrow('row-level security');
    const result = await as(theirs.tenantId, (tx) => sql`update trades set state = 'settled' where id = ${tradeId}`.execute(tx));
    expect(result).toMatchObject({ numAffectedRows: 0n });
    expect(await getTrade({ ctx: ours, input: { tradeId } })).toMatchObject({ state: 'captured' });
  });

  it.each([
    ['update an audit event', sql`update audit_events set actor = 'nobody'`],
    ['delete an audit event', sql`delete from audit_events`],
    ['truncate the audit events', sql`truncate audit_events`],
    ['delete from a month of them', sql`delete from audit_events_2026_09`],
    ['read a month of them past the policy', sql`select * from audit_events_2026_09`],
    ['change the terms of a version', sql`update trade_versions set terms = '{}'`],
    ['delete a trade', sql`delete from trades`],
    [
      'make a tenant',
      sql`insert into tenants (id, legal_entity, reporting_entity_acer_code, channel_id, created_at) values ('t-x', '{}', 'A00000000.DE', 'c', now())`,
    ],
    ['switch its row-level security off', sql`alter table trades disable row level security`],
  ])('cannot %s', async (_, statement) => {
    await expect(as(ours.tenantId, (tx) => statement.execute(tx))).rejects.toMatchObject({ code: '42501' });
  });
});

describe('lists', () => {
  it('are walked by cursors without loss or doubles while trades come in', async () => {
    const { ctx } = await seedTenant({ database });
    for (let index = 0; index < 25; index += 1) {
      if (index % 3 === 0) ctx.clock.advance(1_000);
      await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: `walk-${index}` }) } });
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page += 1) {
      const found = await listTrades({ ctx, input: { filters: { market: 'DE' }, page: { secret, limit: 4, ...(cursor && { cursor }) } } });
      seen.push(...found.items.map((trade) => trade.sourceTradeId));
      ctx.clock.advance(1_000);
      await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: `late-${page}` }) } });
      if (found.nextCursor === null) break;
      cursor = found.nextCursor;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(Array.from({ length: 25 }, (_, index) => `walk-${index}`)));
    const list = (of: TestContext, page: object, filters = {}) => listTrades({ ctx: of, input: { filters, page: { secret, ...page } } });
    const first = await list(ctx, { limit: 1 });
    const stolen = { cursor: first.nextCursor ?? '' };
    await expect(list(theirs, stolen)).rejects.toMatchObject({ issues: [{ field: '/cursor' }] });
    await expect(list(ctx, stolen, { market: 'FR' })).rejects.toMatchObject({ issues: [{ field: '/cursor' }] });
    await expect(list(ctx, { cursor: `x${stolen.cursor}` })).rejects.toMatchObject({ issues: [{ field: '/cursor' }] });
    for (const limit of [0, 201, 1.5]) await expect(list(ctx, { limit })).rejects.toMatchObject({ issues: [{ field: '/limit' }] });
  });
});

describe('API keys', () => {
  it('say whose they are until they expire or are revoked, and are stored as hashes only', async () => {
    const { plainKey, keyId } = await issueKey({ ctx: ours, input: { userId: 'user-upstream' } });
    const expiring = await issueKey({
      ctx: ours,
      input: { userId: 'user-admin', expiresAt: new Date(ours.clock.now().getTime() + 1_000) },
    });
    const authenticate = createAuthenticator({ db: database.db, clock: ours.clock, ttlMs: 60_000 });
    const actor = { id: 'user-upstream', role: 'upstream' };
    expect(await authenticate(plainKey)).toEqual({ tenantId: ours.tenantId, actor, keyId, userName: 'ETRM' });
    expect(await authenticate(expiring.plainKey)).toMatchObject({ actor: { role: 'admin' } });
    ours.clock.advance(1_000);
    expect(await authenticate(expiring.plainKey)).toBeUndefined();
    expect(await authenticate(`${plainKey.slice(0, -1)}${plainKey.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined();
    expect(await authenticate("' or 1=1")).toBeUndefined();
    await revokeKey({ ctx: ours, input: { keyId, reason: 'lost' } });
    const fresh = createAuthenticator({ db: database.db, clock: ours.clock, ttlMs: 60_000 });
    expect(await fresh(plainKey)).toBeUndefined();
    const stored = await as(ours.tenantId, (tx) => sql`select k::text as text from api_keys k`.execute(tx));
    expect(JSON.stringify(stored)).not.toContain(plainKey.slice(-20));
  });
});

describe('reference data', () => {
  it('changes nothing when it is seeded again, and one audit event tells of each change', async () => {
    const { ctx } = await seedTenant({ database });
    expect(await seedReference({ ctx, input: SAMPLE_REFERENCE })).toEqual({ inserted: 0, changed: 0, pricesAdded: 0 });
    const renamed = {
      books: [{ id: 'book-gas', name: 'Gas and more' }],
      limits: [{ id: 'limit-tenant', scope: 'tenant', scopeId: 'all', measure: 'notionalEur', bound: '5' }],
    } as const;
    const input = { books: [...renamed.books], limits: [...renamed.limits] };
    expect(await seedReference({ ctx, input })).toEqual({ inserted: 0, changed: 2, pricesAdded: 0 });
    const events = await withTenant(database.db, ctx.tenantId, (tx) =>
      tx
        .selectFrom('audit_events')
        .select(['subject_id', 'revision'])
        .where('subject_id', 'in', ['book/book-gas', 'limit-tenant'])
        .orderBy('subject_id')
        .orderBy('revision')
        .execute(),
    );
    expect(events.map((event) => `${event.subject_id} ${event.revision}`)).toEqual([
      'book/book-gas 1',
      'book/book-gas 2',
      'limit-tenant 1',
      'limit-tenant 2',
    ]);
  });

  it('is refused with the field where a check digit is wrong, and to anybody but an administrator', async () => {
    const [first] = SAMPLE_REFERENCE.counterparties ?? [];
    if (first === undefined) throw new Error('the sample has a counterparty');
    const wrong = seedReference({ ctx: ours, input: { counterparties: [{ ...first, id: 'cp-bad', lei: '529900NORDKRAFT0AB13' }] } });
    await expect(wrong).rejects.toMatchObject({ code: 'validation-failed', issues: [{ field: '/counterparties/0/lei' }] });
    const upstream = createTestContext({ db: database.db, tenantId: ours.tenantId, actor: { id: 'user-upstream', role: 'upstream' } });
    await expect(seedReference({ ctx: upstream, input: {} })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
