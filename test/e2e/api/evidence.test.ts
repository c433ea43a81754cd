import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../domain/errors/app-error.ts';
import { type ApiWorld, createApiWorld, expectProblem, fieldsOf } from './api-world.ts';
import { type Evidence, addCycle, createEvidence } from './evidence.ts';

let api: ApiWorld;
let made: Evidence;
beforeAll(async () => {
  api = await createApiWorld();
  made = await createEvidence(api.world);
});
afterAll(async () => {
  await api.close();
});
beforeEach(() => {
  api.port.calls.length = 0;
});

describe('documents', () => {
  it.each([
    [
      'the XML that was sent',
      () => `/v1/submissions/${made.submissionId}/document`,
      'application/xml',
      () => `/v1/submissions/${made.submissionId}`,
    ],
    ['a receipt', () => `/v1/receipts/${made.receiptId}/document`, 'application/octet-stream', undefined],
    ['a quarantined receipt', () => `/v1/receipts/${made.quarantinedId}/document`, 'application/octet-stream', undefined],
    ['an invoice', () => `/v1/invoices/${made.invoiceId}/document`, 'application/pdf', () => `/v1/invoices/${made.invoiceId}`],
  ])('%s comes to the byte, with Digest and ETag of the stored hash', async (_name, pathOf, mediaType, recordOf) => {
    const path = pathOf();
    const response = await api.app.request(path, { headers: { Authorization: `Bearer ${api.keys.auditor}` } });
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(mediaType);
    expect(response.headers.get('ETag')).toBe(`"sha256-${sha256}"`);
    expect(response.headers.get('Digest')).toBe(`sha-256=${createHash('sha256').update(bytes).digest('base64')}`);
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"$/);
    if (recordOf !== undefined) expect((await api.call({ path: recordOf() })).json['sha256']).toBe(sha256);
    const unchanged = await api.call({ path, headers: { 'If-None-Match': `"sha256-${sha256}"` } });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
  });

  it.each(['/v1/submissions/none/document', '/v1/receipts/none/document', '/v1/invoices/none/document'])(
    '%s is not found',
    async (path) => {
      expectProblem(await api.call({ path }), 'not-found');
    },
  );
});

describe('reading obligations, submissions and receipts', () => {
  it('shows the obligation with what was sent for it, and the submission with attempts and receipts', async () => {
    const obligation = await api.call({ path: `/v1/obligations/${made.obligationId}` });
    expect(obligation.json).toMatchObject({ state: 'rejected', tradeId: made.tradeId, submissions: [{ id: made.submissionId }] });
    const submission = await api.call({ path: `/v1/submissions/${made.submissionId}` });
    expect(submission.json).toMatchObject({
      state: 'rejected',
      attempts: [{ number: 1, outcome: 'delivered' }],
      receipts: [{ id: made.receiptId }],
    });
    const receipts = await api.call({ path: `/v1/submissions/${made.submissionId}/receipts` });
    expect(receipts.json['items']).toMatchObject([
      { id: made.receiptId, stage: 'aris', status: 'rejected', findings: [{ ruleId: 'REJ-1' }] },
    ]);
    const quarantined = await api.call({ path: '/v1/receipts/quarantined' });
    expect(quarantined.json['items']).toMatchObject([{ id: made.quarantinedId, state: 'quarantined', submissionId: null }]);
  });

  it.each([
    ['obligations', () => `state=rejected&regime=REMIT&tradeId=${made.tradeId}&dueBefore=2027-01-01T00:00:00Z`, () => made.obligationId],
    ['submissions', () => `state=rejected&obligationId=${made.obligationId}&channelId=sandbox`, () => made.submissionId],
    ['settlement-cycles', () => 'state=invoiced&counterpartyId=cp-nord&month=2026-10', () => made.cycleId],
  ])('finds in /v1/%s by every filter', async (list, query, id) => {
    expect((await api.call({ path: `/v1/${list}?${query()}` })).json['items']).toMatchObject([{ id: id() }]);
  });

  it.each(['/v1/obligations/none', '/v1/submissions/none', '/v1/submissions/none/receipts', '/v1/exceptions/none'])(
    '%s is not found',
    async (path) => {
      expectProblem(await api.call({ path }), 'not-found');
    },
  );
});

describe('repair and resubmit', () => {
  it.each([
    ['repair', { overrides: { deliveryPoint: '10YDE-RWENET---I' }, reason: 'wrong point' }],
    ['resubmit', { reason: 'their mistake' }],
  ] as const)('%s goes to the workflow of the UTI', async (verb, body) => {
    const call = { path: `/v1/obligations/${made.obligationId}/${verb}`, as: 'compliance' as const, body, idempotencyKey: verb };
    const answer = await api.call(call);
    expect([answer.status, answer.json]).toEqual([202, { obligationId: made.obligationId, state: 'pending' }]);
    expect((await api.call(call)).headers.get('Idempotency-Replayed')).toBe('true');
    expect(api.port.calls).toMatchObject([
      {
        verb: 'repairObligation',
        input: { obligationId: made.obligationId, actorId: 'user-compliance', overrides: verb === 'repair' ? body.overrides : {} },
      },
    ]);
  });

  it('is refused without a reason, with unknown fields, to others, and where there is nothing', async () => {
    const path = `/v1/obligations/${made.obligationId}/repair`;
    const none = await api.call({ path, body: { overrides: {} } });
    expectProblem(none, 'validation-failed');
    expect(fieldsOf(none)).toEqual(['/reason']);
    expect(fieldsOf(await api.call({ path, body: { overrides: {}, reason: 'r', now: true } }))).toEqual(['/now']);
    expectProblem(await api.call({ path, as: 'upstream', body: { overrides: {}, reason: 'r' } }), 'forbidden');
    expectProblem(await api.call({ path: '/v1/obligations/none/resubmit', body: { reason: 'r' } }), 'not-found');
    api.port.refuse(new AppError({ code: 'illegal-transition', message: 'it is accepted' }));
    expectProblem(await api.call({ path, body: { overrides: {}, reason: 'again' } }), 'illegal-transition');
  });
});

describe('exceptions', () => {
  it('are listed, filtered, shown and resolved with a reason, once', async () => {
    const list = await api.call({ path: '/v1/exceptions?state=open&kind=quarantinedReceipt', as: 'compliance' });
    const id = String(list.json['items']?.[0]?.['id']);
    expect((await api.call({ path: `/v1/exceptions/${id}` })).json).toMatchObject({
      kind: 'quarantinedReceipt',
      subjectId: made.quarantinedId,
    });
    const path = `/v1/exceptions/${id}/resolve`;
    expect(fieldsOf(await api.call({ path, body: {} }))).toEqual(['/reason']);
    expectProblem(await api.call({ path, as: 'auditor', body: { reason: 'r' } }), 'forbidden');
    const call = { path, as: 'compliance' as const, body: { reason: 'asked the RRM' }, idempotencyKey: 'resolve' };
    const done = await api.call(call);
    expect([done.status, done.json['state'], done.json['resolvedBy']]).toEqual([200, 'resolved', 'user-compliance']);
    expect((await api.call(call)).text).toBe(done.text);
    expectProblem(await api.call({ path, body: { reason: 'another' } }), 'illegal-transition');
    expectProblem(await api.call({ path: '/v1/exceptions/none/resolve', body: { reason: 'r' } }), 'not-found');
  });

  it('are not for upstream systems', async () => {
    expectProblem(await api.call({ path: '/v1/exceptions', as: 'upstream' }), 'forbidden');
  });
});

describe('settlement', () => {
  it('shows a cycle with its invoices under an ETag, and the invoice as it was drawn', async () => {
    const cycle = await api.call({ path: `/v1/settlement-cycles/${made.cycleId}` });
    // October in Germany has 745 hours: 10 MW at 82.50 EUR/MWh.
    expect(cycle.json).toMatchObject({ state: 'invoiced', invoices: [{ id: made.invoiceId, net: '614625.00', direction: 'sell' }] });
    const etag = cycle.headers.get('ETag') ?? '';
    const unchanged = await api.call({ path: `/v1/settlement-cycles/${made.cycleId}`, headers: { 'If-None-Match': etag } });
    expect(unchanged.status).toBe(304);
    const invoice = await api.call({ path: `/v1/invoices/${made.invoiceId}` });
    expect(invoice.json).toMatchObject({ cycleId: made.cycleId, paidOn: null, model: { number: invoice.json['invoiceNumber'] } });
  });

  it('keeps a ledger whose sums are zero', async () => {
    const balance = await api.call({ path: '/v1/ledger/trial-balance?counterpartyId=cp-nord' });
    expect(balance.json['sums']).toEqual({ EUR: '0' });
    expect(balance.json['accounts']?.length).toBeGreaterThan(1);
  });

  it('closes a month through its workflow, with reason and If-Match', async () => {
    const cycleId = await addCycle(api.world, '2026-09');
    const path = `/v1/settlement-cycles/${cycleId}/close`;
    const etag = (await api.call({ path: `/v1/settlement-cycles/${cycleId}` })).headers.get('ETag') ?? '';
    expectProblem(await api.call({ path, body: { reason: 'r' } }), 'precondition-required');
    expectProblem(await api.call({ path, body: { reason: 'r' }, headers: { 'If-Match': '"r77"' } }), 'precondition-failed');
    expectProblem(await api.call({ path, as: 'compliance', body: { reason: 'r' }, headers: { 'If-Match': etag } }), 'forbidden');
    expect(fieldsOf(await api.call({ path, body: {}, headers: { 'If-Match': etag } }))).toEqual(['/reason']);
    const done = await api.call({ path, as: 'backOffice', body: { reason: 'month is over' }, headers: { 'If-Match': etag } });
    expect([done.status, done.json]).toEqual([202, { cycleId, state: 'closing' }]);
    expect(api.port.commands()).toMatchObject([
      { verb: 'closeCycle', input: { deliveryMonth: '2026-09', reason: 'month is over', actorId: 'user-back' } },
    ]);
    expectProblem(
      await api.call({ path: '/v1/settlement-cycles/none/close', body: { reason: 'r' }, headers: { 'If-Match': etag } }),
      'not-found',
    );
  });

  it('records a payment through the workflow of the cycle', async () => {
    const path = `/v1/invoices/${made.invoiceId}/payment`;
    const body = { amount: '731403.75', valueDate: '2026-11-20', bankReference: 'SEPA 1' };
    expectProblem(await api.call({ path, as: 'upstream', body }), 'forbidden');
    expect(fieldsOf(await api.call({ path, body: { ...body, amount: 731403.75 } }))).toEqual(['/amount']);
    expect(fieldsOf(await api.call({ path, body: { ...body, bankReference: '' } }))).toEqual(['/bankReference']);
    expect(fieldsOf(await api.call({ path, body: { ...body, fee: '1' } }))).toEqual(['/fee']);
    const done = await api.call({ path, as: 'backOffice', body });
    expect([done.status, done.json]).toEqual([200, { cycleId: made.cycleId, state: 'settled' }]);
    expect(api.port.calls).toMatchObject([{ verb: 'recordPayment', input: { invoiceId: made.invoiceId, ...body } }]);
    expectProblem(await api.call({ path: '/v1/invoices/none/payment', body }), 'not-found');
    api.port.refuse(new AppError({ code: 'conflict', message: 'it was paid' }));
    expectProblem(await api.call({ path, body }), 'conflict');
  });

  it.each(['/v1/settlement-cycles/none', '/v1/invoices/none'])('%s is not found', async (path) => {
    expectProblem(await api.call({ path }), 'not-found');
  });
});

describe('webhook endpoints', () => {
  it('are made with a secret that is shown once, listed without it, and turned off with a reason', async () => {
    const path = '/v1/webhook-endpoints';
    const made = await api.call({ path, body: { url: 'https://etrm.example/hooks' } });
    expect([made.status, made.json['active']]).toEqual([201, true]);
    expect(made.json['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = String(made.json['id']);
    const list = await api.call({ path, as: 'auditor' });
    expect(list.json['items']).toMatchObject([{ id, url: 'https://etrm.example/hooks', active: true }]);
    expect(list.text).not.toContain('whsec_');
    expect(fieldsOf(await api.call({ path: `${path}/${id}/disable`, body: {} }))).toEqual(['/reason']);
    const off = await api.call({ path: `${path}/${id}/disable`, body: { reason: 'moved' } });
    expect([off.status, off.json]).toEqual([200, { id, active: false }]);
    expectProblem(await api.call({ path: `${path}/${id}/disable`, body: { reason: 'moved' } }), 'not-found');
  });

  it.each([
    'http://etrm.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.8/',
    'https://localhost/',
    'ftp://x/',
    'no url',
  ])('are refused at %s', async (url) => {
    const answer = await api.call({ path: '/v1/webhook-endpoints', body: { url } });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toEqual(['/url']);
  });

  it('are for admins', async () => {
    expectProblem(await api.call({ path: '/v1/webhook-endpoints', as: 'compliance', body: { url: 'https://etrm.example/' } }), 'forbidden');
    expectProblem(await api.call({ path: '/v1/webhook-endpoints', as: 'upstream' }), 'forbidden');
  });
});
