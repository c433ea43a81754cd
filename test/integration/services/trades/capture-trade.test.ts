import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../../db/client.ts';
import type { ServiceContext } from '../../../../services/context.ts';
import { CLAIM_ABANDONED_AFTER_MS, KEY_LIFETIME_MS, claimKey } from '../../../../services/idempotency/claim-key.ts';
import { completeKey, releaseKey } from '../../../../services/idempotency/complete-key.ts';
import { deleteExpiredKeys } from '../../../../services/idempotency/delete-expired-keys.ts';
import { type CaptureTradeResult, captureTrade, captureTradeIdempotently } from '../../../../services/trades/capture-trade.ts';
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

const contextAt = (now: Date): TestContext => createTestContext({ db: database.db, tenantId: ctx.tenantId, now });
const route = 'POST /v1/trades';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const respond = (result: CaptureTradeResult) => ({
  status: 202,
  headers: { location: `/v1/trades/${result.tradeId}` },
  body: result.tradeId,
});

function capture(of: ServiceContext, key: string, draft = sampleDraft({ sourceTradeId: key })) {
  const idempotency = { route, key, fingerprint: sha256(JSON.stringify(draft)), respond };
  return captureTradeIdempotently({ ctx: of, input: { draft, idempotency } });
}

async function rowsOf(sourceTradeId: string) {
  return await withTenant(database.db, ctx.tenantId, async (tx) => {
    const trades = await tx.selectFrom('trades').selectAll().where('source_trade_id', '=', sourceTradeId).execute();
    const ids = ['', ...trades.map((trade) => trade.id)];
    return {
      trades,
      versions: await tx.selectFrom('trade_versions').selectAll().where('trade_id', 'in', ids).execute(),
      audit: await tx.selectFrom('audit_events').selectAll().where('subject_kind', '=', 'trade').where('subject_id', 'in', ids).execute(),
      outbox: (await tx.selectFrom('outbox').selectAll().execute()).filter((row) =>
        JSON.stringify(row.payload).includes(trades[0]?.id ?? '-'),
      ),
    };
  });
}

describe('capturing a trade', () => {
  it('writes trade, version 1, one audit event of revision 1 and the message that starts its workflow', async () => {
    const result = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'plain' }) } });
    expect(result).toMatchObject({ kind: 'captured', version: 1, revision: 1, state: 'captured' });
    const rows = await rowsOf('plain');
    expect(rows.trades).toMatchObject([
      { id: result.tradeId, state: 'captured', revision: 1, agreement_id: 'efet-nord', created_at: ctx.clock.now() },
    ]);
    expect(rows.versions).toMatchObject([
      { version: 1, kind: 'new', state: 'captured', created_by: 'user-admin', terms: { price: { fixed: '82.5' } } },
    ]);
    expect(rows.audit).toMatchObject([
      { revision: 1, action: 'trade.captured', actor: 'user-admin', role: 'admin', request_id: ctx.requestId },
    ]);
    expect(rows.outbox).toMatchObject([{ kind: 'startTrade', payload: { tradeId: result.tradeId, version: 1, requestId: ctx.requestId } }]);
  });

  it('gives the trade that is there for equal terms, and refuses other terms with its id', async () => {
    const first = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'twice' }) } });
    const again = await captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'twice', price: { fixed: '82.500' } }) } });
    expect(again).toMatchObject({ kind: 'existing', tradeId: first.tradeId });
    const other = captureTrade({ ctx, input: { draft: sampleDraft({ sourceTradeId: 'twice', price: { fixed: '1' } }) } });
    await expect(other).rejects.toMatchObject({
      code: 'duplicate-trade',
      issues: [{ field: '/sourceTradeId', code: 'trade.otherTerms' }],
      details: { tradeId: first.tradeId },
    });
  });

  it('names every reference that does not exist and stores nothing', async () => {
    const draft = sampleDraft({
      sourceTradeId: 'lost',
      counterpartyId: 'cp-x',
      bookId: 'book-x',
      traderId: 'trader-x',
      agreementId: 'a-x',
    });
    const refused = await captureTrade({ ctx, input: { draft } }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'validation-failed' });
    expect(refused).toHaveProperty(
      'issues',
      ['/counterpartyId', '/bookId', '/traderId', '/agreementId'].map((field) =>
        expect.objectContaining({ field, code: 'reference-data-missing' }),
      ),
    );
    expect((await rowsOf('lost')).trades).toEqual([]);
  });

  it("refuses another counterparty's agreement", async () => {
    const draft = sampleDraft({ sourceTradeId: 'mixed', agreementId: 'efet-gas' });
    await expect(captureTrade({ ctx, input: { draft } })).rejects.toMatchObject({ issues: [{ field: '/agreementId' }] });
  });

  it('is for upstream systems, back office and administrators only', async () => {
    for (const role of ['compliance', 'auditor'] as const) {
      const other = createTestContext({ db: database.db, tenantId: ctx.tenantId, actor: { id: 'user-x', role } });
      await expect(capture(other, `role-${role}`)).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect((await rowsOf('role-auditor')).trades).toEqual([]);
  });
});

describe('capturing under an idempotency key', () => {
  it('makes one trade of 100 parallel equal requests, and all get the same answer', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => capture(ctx, 'hundred')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.response))).size).toBe(1);
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    const rows = await rowsOf('hundred');
    expect([rows.trades.length, rows.versions.length, rows.audit.length, rows.outbox.length]).toEqual([1, 1, 1, 1]);
  });

  it('refuses another request under the same key and stores nothing of it', async () => {
    await capture(ctx, 'reused');
    const other = capture(ctx, 'reused', sampleDraft({ sourceTradeId: 'reused-other' }));
    await expect(other).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect((await rowsOf('reused-other')).trades).toEqual([]);
  });

  it('leaves no key behind where the trade was refused, so that the corrected request may use it', async () => {
    const wrong = sampleDraft({ sourceTradeId: 'corrected', bookId: 'book-x' });
    await expect(capture(ctx, 'corrected', wrong)).rejects.toMatchObject({ code: 'validation-failed' });
    expect(await capture(ctx, 'corrected')).toMatchObject({ replayed: false });
  });

  it('answers a known trade under a new key and stores that answer too', async () => {
    const draft = sampleDraft({ sourceTradeId: 'two-keys' });
    const first = await capture(ctx, 'key-a', draft);
    expect(await capture(ctx, 'key-b', draft)).toEqual({ replayed: false, response: first.response });
    expect(await capture(ctx, 'key-b', draft)).toEqual({ replayed: true, response: first.response });
  });

  it('keeps the answer for a day at least and takes the key for new work after its lifetime', async () => {
    const draft = sampleDraft({ sourceTradeId: 'old-key' });
    const first = await capture(ctx, 'old-key', draft);
    const dayLater = contextAt(new Date(ctx.clock.now().getTime() + 24 * 3_600_000));
    expect(await capture(dayLater, 'old-key', draft)).toEqual({ replayed: true, response: first.response });
    const muchLater = contextAt(new Date(ctx.clock.now().getTime() + KEY_LIFETIME_MS));
    expect(await capture(muchLater, 'old-key', sampleDraft({ sourceTradeId: 'old-key-2' }))).toMatchObject({ replayed: false });
  });
});

describe('a claimed key', () => {
  const request = { route: 'POST /v1/other', key: 'claimed', fingerprint: sha256('a') };

  it('is in use while its holder works, and goes to the next caller once its holder has died', async () => {
    const clock = contextAt(ctx.clock.now());
    await claimKey({ ctx: clock, input: request });
    clock.clock.advance(CLAIM_ABANDONED_AFTER_MS - 1);
    await expect(claimKey({ ctx: clock, input: request })).rejects.toMatchObject({ code: 'idempotency-key-in-use', retryable: true });
    clock.clock.advance(1);
    const taken = await claimKey({ ctx: clock, input: request });
    if (taken.kind !== 'claimed') throw new Error('the claim was not taken over');
    const response = { status: 200, headers: { etag: '"1"' }, body: '{}' };
    const dead = { route: request.route, key: request.key, claimedAt: ctx.clock.now() };
    expect(await completeKey({ ctx: clock, input: { ...dead, response } })).toBe(false);
    expect(await completeKey({ ctx: clock, input: { ...dead, claimedAt: taken.claimedAt, response } })).toBe(true);
    expect(await claimKey({ ctx: clock, input: request })).toEqual({ kind: 'replay', response });
  });

  it('goes to one of 20 callers at a time and may be given up', async () => {
    const input = { ...request, key: 'contested' };
    const claims = await Promise.allSettled(Array.from({ length: 20 }, () => claimKey({ ctx, input })));
    const won = claims.flatMap((claim) => (claim.status === 'fulfilled' && claim.value.kind === 'claimed' ? [claim.value] : []));
    expect(won).toHaveLength(1);
    await releaseKey({ ctx, input: { route: input.route, key: input.key, claimedAt: ctx.clock.now() } });
    expect(await claimKey({ ctx, input })).toMatchObject({ kind: 'claimed' });
  });

  it('is bound to its tenant and its route', async () => {
    const { ctx: other } = await seedTenant({ database });
    const input = { ...request, key: 'bound' };
    await claimKey({ ctx, input });
    expect(await claimKey({ ctx: other, input: { ...input, fingerprint: sha256('b') } })).toMatchObject({ kind: 'claimed' });
    expect(await claimKey({ ctx, input: { ...input, route: 'POST /v1/else', fingerprint: sha256('b') } })).toMatchObject({
      kind: 'claimed',
    });
  });

  it('is removed once its lifetime is over, and not before', async () => {
    const { ctx: other } = await seedTenant({ database });
    await claimKey({ ctx: other, input: request });
    expect(await deleteExpiredKeys({ ctx: other })).toBe(0);
    other.clock.advance(KEY_LIFETIME_MS);
    expect(await deleteExpiredKeys({ ctx: other })).toBe(1);
  });
});
