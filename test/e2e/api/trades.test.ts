import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../domain/errors/app-error.ts';
import { type ApiWorld, createApiWorld, expectProblem, fieldsOf } from './api-world.ts';
import { countRows } from './stored-rows.ts';
import { capture, captureBooked, sampleTermsInput } from './trade-steps.ts';

let api: ApiWorld;
beforeAll(async () => {
  api = await createApiWorld();
});
afterAll(async () => {
  await api.close();
});
beforeEach(() => {
  api.port.calls.length = 0;
});

let made = 0;
function newId(): string {
  made += 1;
  return `T-${made}`;
}

describe('reading a trade', () => {
  it('gives its terms, versions and revision; 304 where the caller has it', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    const answer = await api.call({ path: `/v1/trades/${id}`, as: 'auditor' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ id, state: 'captured', revision: 1, terms: { capacityMw: '10', price: { fixed: '82.5' } } });
    expect(answer.json['versions']).toHaveLength(1);
    expect(answer.headers.get('ETag')).toBe('"r1"');
    for (const header of ['"r1"', 'W/"r1"', '"r0", "r1"', '*']) {
      const unchanged = await api.call({ path: `/v1/trades/${id}`, headers: { 'If-None-Match': header } });
      expect([unchanged.status, unchanged.text, unchanged.headers.get('ETag')]).toEqual([304, '', '"r1"']);
    }
    expect((await api.call({ path: `/v1/trades/${id}`, headers: { 'If-None-Match': '"r2"' } })).status).toBe(200);
  });

  it('gives the timeline with evidence, and what it waits for in one line', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    const timeline = await api.call({ path: `/v1/trades/${id}/timeline` });
    expect(timeline.json).toMatchObject({ tradeId: id, truncated: false });
    expect(timeline.json['entries']?.length).toBeGreaterThan(0);
    const waiting = await api.call({ path: `/v1/trades/${id}/waiting` });
    expect(waiting.json).toMatchObject({ tradeId: id, state: 'captured', who: 'system', waitingFor: expect.any(String) as string });
  });

  it.each(['', '/timeline', '/waiting'])('answers 404 for a trade that is not there%s', async (suffix) => {
    expectProblem(await api.call({ path: `/v1/trades/trd_none${suffix}` }), 'not-found');
  });

  it.each([`..%2f..%2fetc%2fpasswd`, `'%20or%20'1'%3D'1`, '%00', 'x'.repeat(61), '%F0%9F%92%A3'])(
    'takes %s for an id and nothing else',
    async (id) => {
      const answer = await api.call({ path: `/v1/trades/${id}` });
      expect([404, 422]).toContain(answer.status);
    },
  );
});

describe('amend and cancel', () => {
  it('gives a booked trade its next version', async () => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const { headers } = await api.call({ path: `/v1/trades/${id}` });
    const answer = await api.call({
      path: `/v1/trades/${id}/amend`,
      as: 'upstream',
      headers: { 'If-Match': headers.get('ETag') ?? '' },
      body: { terms: sampleTermsInput({ capacityMw: '12' }), reason: 'volume agreed anew' },
    });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ tradeId: id, version: 2, state: 'checking' });
    expect(answer.headers.get('Location')).toBe(`/v1/trades/${id}`);
    expect(answer.headers.get('ETag')).toBe((await api.call({ path: `/v1/trades/${id}` })).headers.get('ETag'));
  });

  it('cancels a booked trade once, and answers the same request alike', async () => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const etag = (await api.call({ path: `/v1/trades/${id}` })).headers.get('ETag') ?? '';
    const call = {
      path: `/v1/trades/${id}/cancel`,
      headers: { 'If-Match': etag },
      body: { reason: 'entered twice' },
      idempotencyKey: `cancel-${id}`,
    };
    const first = await api.call(call);
    const again = await api.call(call);
    expect([first.status, again.status, again.text]).toEqual([202, 202, first.text]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(((await api.call({ path: `/v1/trades/${id}` })).json['versions'] ?? []).map((one) => one['kind'])).toEqual(['new', 'cancel']);
  });

  it.each(['amend', 'cancel', 'approve', 'reject'])('%s needs If-Match (428), and the present one (412)', async (verb) => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const body = { reason: 'because', ...(verb === 'amend' ? { terms: sampleTermsInput({ capacityMw: '12' }) } : {}) };
    const path = `/v1/trades/${id}/${verb}`;
    const before = await countRows(api);
    expectProblem(await api.call({ path, body }), 'precondition-required');
    for (const stale of ['"r1"', '"r99"', 'W/"r2"', '"other"', '*']) {
      expectProblem(await api.call({ path, body, headers: { 'If-Match': stale } }), 'precondition-failed');
    }
    expect(await countRows(api)).toEqual(before);
    expect(api.port.commands()).toEqual([]);
  });

  it.each(['amend', 'cancel', 'approve', 'reject'])('%s needs a reason', async (verb) => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const terms = verb === 'amend' ? { terms: sampleTermsInput({ capacityMw: '12' }) } : {};
    for (const body of [terms, { ...terms, reason: '' }, { ...terms, reason: '  ' }, { ...terms, reason: 'x'.repeat(2001) }]) {
      const answer = await api.call({ path: `/v1/trades/${id}/${verb}`, body, headers: { 'If-Match': '"r2"' } });
      expectProblem(answer, 'validation-failed');
      expect(fieldsOf(answer)).toContain('/reason');
    }
  });

  it('names the field of an amendment under /terms, and refuses unknown ones', async () => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const path = `/v1/trades/${id}/amend`;
    const amend = async (body: unknown): Promise<string[]> => fieldsOf(await api.call({ path, body, headers: { 'If-Match': '"r2"' } }));
    expect(await amend({ terms: sampleTermsInput({ capacityMw: '0' }), reason: 'r' })).toEqual(['/terms/capacityMw']);
    expect(await amend({ terms: { ...sampleTermsInput(), colour: 'red' }, reason: 'r' })).toEqual(['/terms/colour']);
    expect(await amend({ terms: sampleTermsInput(), reason: 'r', force: true })).toEqual(['/force']);
  });

  it('is not allowed before a trade is booked, nor to a reader', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    const call = { path: `/v1/trades/${id}/cancel`, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' } };
    expectProblem(await api.call(call), 'illegal-transition');
    expectProblem(await api.call({ ...call, as: 'auditor' }), 'forbidden');
    expectProblem(await api.call({ ...call, path: '/v1/trades/trd_none/cancel' }), 'not-found');
  });
});

describe('approve and reject', () => {
  it.each([
    ['approve', 'booked'],
    ['reject', 'rejected'],
  ] as const)('%s goes to the workflow as an update, once a key', async (verb, state) => {
    const id = await capture(api, { sourceTradeId: newId() });
    const call = {
      path: `/v1/trades/${id}/${verb}`,
      as: 'compliance' as const,
      body: { reason: 'looked at it' },
      headers: { 'If-Match': '"r1"', 'X-Request-Id': `decide-${id}` },
      idempotencyKey: `${verb}-${id}`,
    };
    const first = await api.call(call);
    expect([first.status, first.json]).toEqual([200, { tradeId: id, version: 1, state }]);
    expect((await api.call(call)).text).toBe(first.text);
    expect(api.port.calls).toEqual([
      {
        verb: 'decideTrade',
        input: {
          tenantId: api.world.tenantId,
          tradeId: id,
          version: 1,
          decision: verb,
          reason: 'looked at it',
          decidedBy: 'user-compliance',
          decidedByRole: 'compliance',
          requestId: `decide-${id}`,
          updateId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        },
      },
    ]);
  });

  it.each(['self-approval', 'illegal-transition', 'conflict', 'validation-failed'] as const)(
    'passes the refusal %s of the workflow on, and frees the key',
    async (code) => {
      const id = await capture(api, { sourceTradeId: newId() });
      const call = {
        path: `/v1/trades/${id}/approve`,
        body: { reason: 'mine' },
        headers: { 'If-Match': '"r1"' },
        idempotencyKey: `refused-${id}`,
      };
      api.port.refuse(new AppError({ code, message: 'refused by the workflow' }));
      const answer = await api.call(call);
      expect(expectProblem(answer, code)['detail']).toBe('refused by the workflow');
      expect((await api.call(call)).status).toBe(200);
    },
  );

  it('says 409 and not 404 where the trade is there and waits for no decision any more', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    api.port.refuse(new AppError({ code: 'not-found', message: 'no such workflow' }));
    const answer = await api.call({ path: `/v1/trades/${id}/reject`, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' } });
    expect(expectProblem(answer, 'illegal-transition')['detail']).toBe("The trade is 'captured': only a held one waits for a decision.");
  });

  it('answers 503 while Temporal is away, and the same command has the same update id when it comes again', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    const call = { path: `/v1/trades/${id}/approve`, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' }, idempotencyKey: `away-${id}` };
    api.port.refuse(new AppError({ code: 'unavailable', message: 'no answer', retryable: true }));
    const away = await api.call(call);
    expect(expectProblem(away, 'unavailable')['retryable']).toBe(true);
    expect(away.headers.get('Retry-After')).toBe('1');
    // The key is free at once: what the workflow may have taken already it knows again by the update id.
    expect((await api.call(call)).status).toBe(200);
    const ids = api.port.calls.map(({ input }) => ('updateId' in input ? input.updateId : ''));
    expect(ids[1]).toBe(ids[0]);
  });

  it('gives the outcome of a decision whose answer was lost, though the trade has changed by it', async () => {
    const id = await captureBooked(api, { sourceTradeId: newId() });
    const call = { path: `/v1/trades/${id}/approve`, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' } };
    api.port.rememberOutcome({ state: 'booked' });
    const again = await api.call(call);
    expect([again.status, again.json]).toMatchObject([200, { tradeId: id, state: 'booked' }]);
    expect(api.port.commands()).toEqual([]);
  });

  it('hides what went wrong on our side but the request id', async () => {
    const id = await capture(api, { sourceTradeId: newId() });
    api.port.refuse(new Error('secret of the inside'));
    const answer = await api.call({ path: `/v1/trades/${id}/approve`, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' } });
    expectProblem(answer, 'internal');
    expect(answer.text).not.toContain('secret of the inside');
  });

  it.each(['upstream', 'backOffice', 'auditor'] as const)('is forbidden to %s', async (as) => {
    const id = await capture(api, { sourceTradeId: newId() });
    expectProblem(
      await api.call({ path: `/v1/trades/${id}/approve`, as, body: { reason: 'r' }, headers: { 'If-Match': '"r1"' } }),
      'forbidden',
    );
    expect(api.port.calls).toEqual([]);
  });
});
