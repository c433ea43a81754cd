import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimKey } from '../../../services/idempotency/claim-key.ts';
import { requestFingerprint } from '../../../services/idempotency/request-fingerprint.ts';
import { inTenant } from '../../integration/services/reporting/reporting-world.ts';
import { createTestContext } from '../../support/context.ts';
import { sampleDraftInput } from '../../support/sample-draft.ts';
import { type ApiWorld, createApiWorld, expectProblem, fieldsOf } from './api-world.ts';
import { countRows } from './stored-rows.ts';

let api: ApiWorld;
beforeAll(async () => {
  api = await createApiWorld();
});
afterAll(async () => {
  await api.close();
});

const PATH = '/v1/trades';

describe('POST /v1/trades', () => {
  it('takes a trade: 202, where it is, and one trade, version, audit event, message and key', async () => {
    const before = await countRows(api);
    const answer = await api.call({ path: PATH, as: 'upstream', body: sampleDraftInput({ sourceTradeId: 'C-1' }) });
    expect(answer.status).toBe(202);
    const id = String(answer.json['tradeId']);
    expect(answer.json).toEqual({
      tradeId: expect.stringMatching(/^trd_[0-9a-f]{32}$/) as string,
      version: 1,
      state: 'captured',
      outcome: 'captured',
      links: { self: `/v1/trades/${id}`, timeline: `/v1/trades/${id}/timeline`, waiting: `/v1/trades/${id}/waiting` },
    });
    expect(answer.headers.get('Location')).toBe(`/v1/trades/${id}`);
    expect(answer.headers.get('ETag')).toBe('"r1"');
    expect(answer.headers.get('Retry-After')).toBe('1');
    const after = await countRows(api);
    expect(Object.entries(after).map(([table, n]) => [table, n - (before[table] ?? 0)])).toEqual(
      Object.keys(after).map((table) => [table, 1]),
    );
  });

  it('makes one trade of 100 parallel equal requests with one key, each answered alike', async () => {
    const before = await countRows(api);
    const body = sampleDraftInput({ sourceTradeId: 'C-100' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => api.call({ path: PATH, body, idempotencyKey: 'hundred' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === null)).toHaveLength(1);
    expect((await countRows(api))['trades']).toBe((before['trades'] ?? 0) + 1);
  });

  it('refuses another body under a key that was used, and stores nothing', async () => {
    const body = sampleDraftInput({ sourceTradeId: 'C-2' });
    await api.call({ path: PATH, body, idempotencyKey: 'reused' });
    const before = await countRows(api);
    expectProblem(await api.call({ path: PATH, body: { ...body, capacityMw: '11' }, idempotencyKey: 'reused' }), 'idempotency-key-reused');
    expect(await countRows(api)).toEqual(before);
  });

  it('gives the first answer again after a restart, byte for byte', async () => {
    const call = { path: PATH, body: sampleDraftInput({ sourceTradeId: 'C-3' }), idempotencyKey: 'survives' };
    const first = await api.call(call);
    const again = await api.call({ ...call, app: api.newApp() });
    expect([again.status, again.text, again.headers.get('Location')]).toEqual([first.status, first.text, first.headers.get('Location')]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  });

  it('answers 409 with Retry-After while the first request with the key still runs', async () => {
    const body = JSON.stringify(sampleDraftInput({ sourceTradeId: 'C-4' }));
    const ctx = createTestContext({ db: api.world.database.db, tenantId: api.world.tenantId, clock: api.clock });
    const fingerprint = requestFingerprint({ method: 'POST', path: PATH, body });
    await claimKey({ ctx, input: { route: `POST ${PATH}`, key: 'running', fingerprint } });
    const answer = await api.call({ path: PATH, body, idempotencyKey: 'running' });
    expect(expectProblem(answer, 'idempotency-key-in-use')['retryable']).toBe(true);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  it('keeps keys of two tenants apart', async () => {
    const call = { path: PATH, body: sampleDraftInput({ sourceTradeId: 'C-5' }), idempotencyKey: 'same-name' };
    const mine = await api.call(call);
    const theirs = await api.call({ ...call, apiKey: api.otherKeys.upstream });
    expect(theirs.status).toBe(202);
    expect(theirs.json['tradeId']).not.toBe(mine.json['tradeId']);
  });

  it('needs a key of 1 to 255 characters', async () => {
    const body = sampleDraftInput({ sourceTradeId: 'C-6' });
    const before = await countRows(api);
    expectProblem(await api.call({ path: PATH, body, idempotencyKey: null }), 'idempotency-key-missing');
    expect(fieldsOf(await api.call({ path: PATH, body, idempotencyKey: 'k'.repeat(256) }))).toEqual(['Idempotency-Key']);
    expect(await countRows(api)).toEqual(before);
    expect((await api.call({ path: PATH, body, idempotencyKey: 'k'.repeat(255) })).status).toBe(202);
  });

  it('gives the trade that is there for equal terms under a new key, and 409 for other terms under its id', async () => {
    const body = sampleDraftInput({ sourceTradeId: 'C-7' });
    const first = await api.call({ path: PATH, body });
    const same = await api.call({ path: PATH, body });
    expect([same.status, same.json['tradeId'], same.json['outcome']]).toEqual([202, first.json['tradeId'], 'existing']);
    const before = await countRows(api);
    const other = await api.call({ path: PATH, body: { ...body, price: { fixed: '99' } } });
    expect(expectProblem(other, 'duplicate-trade')['details']).toEqual({ tradeId: first.json['tradeId'] });
    expect((await countRows(api))['trades']).toBe(before['trades']);
  });

  it('frees the key of a refused request, so that the corrected one may use it', async () => {
    const body = sampleDraftInput({ sourceTradeId: 'C-8', bookId: 'no-such-book' });
    const refused = await api.call({ path: PATH, body, idempotencyKey: 'corrected' });
    expectProblem(refused, 'validation-failed');
    expect(fieldsOf(refused)).toEqual(['/bookId']);
    expect((await api.call({ path: PATH, body: { ...body, bookId: 'book-power' }, idempotencyKey: 'corrected' })).status).toBe(202);
  });

  it.each(['compliance', 'auditor'] as const)('is forbidden to %s', async (as) => {
    expectProblem(await api.call({ path: PATH, as, body: sampleDraftInput({ sourceTradeId: 'C-9' }) }), 'forbidden');
  });

  it('carries the request id of the caller into the audit event', async () => {
    const headers = { 'X-Request-Id': 'etrm:2026-09-29.77' };
    const answer = await api.call({ path: PATH, body: sampleDraftInput({ sourceTradeId: 'C-10' }), headers });
    expect(answer.headers.get('X-Request-Id')).toBe('etrm:2026-09-29.77');
    const events = await inTenant(api.world, (db) =>
      db.selectFrom('audit_events').select(['action', 'actor']).where('request_id', '=', 'etrm:2026-09-29.77').execute(),
    );
    expect(events).toEqual([{ action: 'trade.captured', actor: 'user-admin' }]);
  });

  it('replaces a request id that could break a log line', async () => {
    const answer = await api.call({ path: PATH, body: sampleDraftInput({ sourceTradeId: 'C-11' }), headers: { 'X-Request-Id': 'a b' } });
    expect(answer.headers.get('X-Request-Id')).toMatch(/^req_[0-9a-f]{32}$/);
  });
});

describe('bad input: a 4xx that names the field, and nothing stored', () => {
  const venue = { kind: 'organisedMarket', mic: 'XEER', contractId: 'c', contractName: 'n', traderIdAtVenue: 't' };
  it.each<[string, Record<string, unknown>, string]>([
    ['unknown enum: direction', { direction: 'short' }, '/direction'],
    ['unknown enum: commodity', { commodity: 'coal' }, '/commodity'],
    ['unknown enum: market', { market: 'XX' }, '/market'],
    ['unknown enum: contract type', { contractType: 'OP' }, '/contractType'],
    ['unknown enum: settlement method', { settlementMethod: 'maybe' }, '/settlementMethod'],
    ['unknown enum: profile', { profile: 'weekend' }, '/profile'],
    ['unknown enum: currency', { currency: 'USD' }, '/currency'],
    ['unknown enum: venue', { venue: { kind: 'moon' } }, '/venue/kind'],
    ['wrong form: MIC', { venue: { ...venue, mic: 'xeer!' } }, '/venue/mic'],
    ['wrong check digit: EIC', { deliveryPoint: '10YDE-RWENET---J' }, '/deliveryPoint'],
    ['EIC of another market', { deliveryPoint: '10YFR-RTE------C' }, '/deliveryPoint'],
    ['commodity of another market', { commodity: 'gas' }, '/commodity'],
    ['zero quantity', { capacityMw: '0' }, '/capacityMw'],
    ['negative quantity', { capacityMw: '-1' }, '/capacityMw'],
    ['quantity absent', { capacityMw: undefined }, '/capacityMw'],
    ['quantity as a JSON number', { capacityMw: 10 }, '/capacityMw'],
    ['quantity with an exponent', { capacityMw: '1e3' }, '/capacityMw'],
    ['quantity with too many decimals', { capacityMw: '1.123456' }, '/capacityMw'],
    ['price that is no number', { price: { fixed: 'NaN' } }, '/price/fixed'],
    ['price with too many digits', { price: { fixed: '123456789012345678901' } }, '/price/fixed'],
    ['price of another shape', { price: { indexed: 'DE' } }, '/price/fixed'],
    ['reversed dates', { deliveryStartDate: '2026-11-01', deliveryEndDate: '2026-10-01' }, '/deliveryEndDate'],
    ['a date that does not exist', { deliveryStartDate: '2026-02-30' }, '/deliveryStartDate'],
    ['a year out of range', { deliveryEndDate: '2206-10-31' }, '/deliveryEndDate'],
    ['eleven years of delivery', { deliveryEndDate: '2037-10-01' }, '/deliveryEndDate'],
    ['concluded in the future', { concludedAt: '2026-09-30T09:15:00+02:00' }, '/concludedAt'],
    ['concluded without a zone', { concludedAt: '2026-09-29T09:15:00' }, '/concludedAt'],
    ['unknown counterparty', { counterpartyId: 'nobody' }, '/counterpartyId'],
    ['unknown trader', { traderId: 'nobody' }, '/traderId'],
    ['agreement of another counterparty', { agreementId: 'efet-gas' }, '/agreementId'],
    ['SQL in an id', { bookId: "book-power'; drop table trades; --" }, '/bookId'],
    ['path in an id', { traderId: '../../etc/passwd' }, '/traderId'],
    ['control character', { sourceTradeId: 'C\u0000-1' }, '/sourceTradeId'],
    ['empty source id', { sourceTradeId: '' }, '/sourceTradeId'],
    ['source id too long', { sourceTradeId: 'x'.repeat(101) }, '/sourceTradeId'],
    ['UTI with letters outside its alphabet', { uti: 'ÄÖÜ' }, '/uti'],
    ['unknown field', { counterparty: 'cp-nord' }, '/counterparty'],
    ['unknown field inside', { price: { fixed: '1', unit: 'MWh' } }, '/price/unit'],
    ['shape on a base profile', { shape: [] }, '/shape'],
  ])('%s', async (_name, changes, field) => {
    const before = await countRows(api);
    const answer = await api.call({ path: PATH, as: 'upstream', body: sampleDraftInput({ sourceTradeId: 'BAD', ...changes }) });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toContain(field);
    for (const issue of answer.json['errors'] ?? []) {
      expect(issue).toEqual({ field: expect.any(String), code: expect.any(String), message: expect.any(String), fix: expect.any(String) });
    }
    expect(await countRows(api)).toEqual(before);
  });

  it.each(['C-\\u0000', 'C-\\ud800', '\\udc00-C'])('text that cannot be stored: %s', async (escaped) => {
    const before = await countRows(api);
    const body = JSON.stringify(sampleDraftInput({ sourceTradeId: '@' })).replace('@', escaped);
    const answer = await api.call({ path: PATH, body });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toEqual(['/sourceTradeId']);
    expect(await countRows(api)).toEqual(before);
  });

  it.each<[string, string]>([
    ['broken JSON', '{"sourceSystem": '],
    ['two objects', '{}{}'],
    ['nothing', ''],
  ])('%s is malformed', async (_name, body) => {
    const before = await countRows(api);
    expectProblem(await api.call({ method: 'POST', path: PATH, body }), 'malformed-body');
    expect(await countRows(api)).toEqual(before);
  });

  it.each<[string, string]>([
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"trade"'],
  ])('%s is not a trade', async (_name, body) => {
    expectProblem(await api.call({ method: 'POST', path: PATH, body }), 'validation-failed');
  });

  it('refuses other media types', async () => {
    const body = JSON.stringify(sampleDraftInput({ sourceTradeId: 'BAD' }));
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data']) {
      expectProblem(await api.call({ path: PATH, body, headers: { 'Content-Type': type } }), 'unsupported-media-type');
    }
    expect((await api.call({ path: PATH, body, headers: { 'Content-Type': 'Application/JSON; charset=utf-8' } })).status).toBe(202);
  });

  it.each([true, false])('refuses a body of 3 MB (length stated: %s)', async (isStated) => {
    const before = await countRows(api);
    const body = JSON.stringify({ ...sampleDraftInput(), padding: 'x'.repeat(3 * 1024 * 1024) });
    const headers: Record<string, string> = isStated ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
    expectProblem(await api.call({ path: PATH, body, headers }), 'body-too-large');
    expect(await countRows(api)).toEqual(before);
  });
});
