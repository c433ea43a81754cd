import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../../db/client.ts';
import { type WebhookHeaders, verifyWebhook } from '../../../../domain/webhooks/sign.ts';
import { deliverWebhook } from '../../../../services/webhooks/deliver-webhook.ts';
import { writeAudit } from '../../../../services/audit/write-audit.ts';
import { createWebhookEndpoint, disableWebhookEndpoint, listEndpoints } from '../../../../services/webhooks/endpoints.ts';
import { isPublicAddress, targetUrlIssues } from '../../../../services/webhooks/target-url.ts';
import { createWebhookHttp } from '../../../../services/webhooks/webhook-http.ts';
import { type TestContext, seedTenant } from '../../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';

type Call = { readonly headers: WebhookHeaders; readonly body: string };

let database: TestDatabase;
let ctx: TestContext;
let url: string;
let status = 204;
const calls: Call[] = [];

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const header = (name: string): string => String(request.headers[name]);
    const headers = {
      'webhook-id': header('webhook-id'),
      'webhook-timestamp': header('webhook-timestamp'),
      'webhook-signature': header('webhook-signature'),
    };
    calls.push({ headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
  });
});

beforeAll(async () => {
  database = await createTestDatabase();
  ({ ctx } = await seedTenant({ database }));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/hooks`;
});
afterAll(async () => {
  receiver.close();
  await database.drop();
});

const open = { allowPrivate: true };
const closed = { allowPrivate: false };
/** The audit event of a booking tells every active endpoint; gives the ids of the deliveries that it made. */
const publish = () =>
  withTenant(database.db, ctx.tenantId, async (tx) => {
    const ids = async () => (await tx.selectFrom('webhook_deliveries').select('id').execute()).map(({ id }) => id);
    const before = new Set(await ids());
    await writeAudit(ctx, tx, [{ subjectKind: 'trade', subjectId: 'trd_1', revision: 3, action: 'trade.booked' }]);
    return (await ids()).filter((id) => !before.has(id));
  });

describe('webhooks', () => {
  it('reach the endpoint signed, under one id on every attempt, and are not sent again once taken', async () => {
    const endpoint = await createWebhookEndpoint({ ctx, input: { url, policy: open } });
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect(JSON.stringify(await listEndpoints({ ctx }))).not.toContain(endpoint.secret);
    const [deliveryId = ''] = await publish();
    const outbox = await withTenant(database.db, ctx.tenantId, (tx) => tx.selectFrom('outbox').select(['kind', 'payload']).execute());
    expect(outbox).toMatchObject([{ kind: 'webhook', payload: { deliveryId } }]);
    const http = createWebhookHttp(open);
    status = 503;
    expect(await deliverWebhook({ ctx, input: { deliveryId }, http })).toMatchObject({ kind: 'retry' });
    status = 204;
    ctx.clock.advance(60_000);
    expect(await deliverWebhook({ ctx, input: { deliveryId }, http })).toEqual({ kind: 'delivered' });
    expect(await deliverWebhook({ ctx, input: { deliveryId }, http })).toEqual({ kind: 'delivered' });
    expect(calls.map((call) => call.headers['webhook-id'])).toEqual([deliveryId, deliveryId]);
    const nowSeconds = ctx.clock.now().getTime() / 1_000;
    const [, second] = calls;
    if (second === undefined) throw new Error('there were two calls');
    expect(verifyWebhook({ ...second, secret: endpoint.secret, nowSeconds })).toEqual({ ok: true });
    expect(JSON.parse(second.body)).toEqual({
      type: 'trade.booked',
      timestamp: '2026-09-29T08:00:00.000Z',
      data: { tradeId: 'trd_1', revision: 3 },
    });
  });

  it('are given up where the endpoint says Gone, which turns it off', async () => {
    status = 410;
    const [deliveryId = ''] = await publish();
    expect(await deliverWebhook({ ctx, input: { deliveryId }, http: createWebhookHttp(open) })).toEqual({ kind: 'givenUp' });
    expect((await listEndpoints({ ctx })).map((endpoint) => endpoint.active)).toEqual([false]);
    expect(await publish()).toEqual([]);
  });

  it('are not followed into a redirect, and stop once an endpoint is disabled', async () => {
    const endpoint = await createWebhookEndpoint({ ctx, input: { url, policy: open } });
    status = 302;
    const [first = '', second = ''] = [...(await publish()), ...(await publish())];
    expect(await deliverWebhook({ ctx, input: { deliveryId: first }, http: createWebhookHttp(open) })).toMatchObject({ kind: 'retry' });
    await disableWebhookEndpoint({ ctx, input: { endpointId: endpoint.id, reason: 'moved' } });
    expect(await deliverWebhook({ ctx, input: { deliveryId: second }, http: createWebhookHttp(open) })).toEqual({ kind: 'givenUp' });
    await expect(disableWebhookEndpoint({ ctx, input: { endpointId: endpoint.id, reason: 'again' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('never go to addresses of our own networks unless that is allowed', async () => {
    for (const target of [
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://10.1.2.3/',
      'https://169.254.169.254/',
      'https://localhost/',
      'https://[::ffff:10.0.0.1]/',
      'https://0x7f.1/',
    ]) {
      await expect(createWebhookEndpoint({ ctx, input: { url: target, policy: closed } })).rejects.toMatchObject({
        issues: [{ code: 'webhook.privateAddress' }],
      });
    }
    expect(targetUrlIssues('http://example.com/', closed)).toMatchObject([{ code: 'webhook.https' }]);
    expect(targetUrlIssues('https://me:secret@example.com/', closed)).toMatchObject([{ code: 'webhook.credentials' }]);
    expect(targetUrlIssues('nowhere', closed)).toMatchObject([{ code: 'webhook.url' }]);
    expect(targetUrlIssues('https://example.com/hooks', closed)).toEqual([]);
    expect(['8.8.8.8', '2606:4700::1111'].map(isPublicAddress)).toEqual([true, true]);
    expect(['192.168.0.1', 'fe80::1', '::ffff:8.8.8.8', '100.64.0.1', 'example.com'].map(isPublicAddress)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    const answer = await createWebhookHttp(closed).post({
      url: 'https://localhost.localdomain.localhost/',
      headers: {},
      body: '',
      timeoutMs: 1_000,
    });
    expect(answer.kind).toBe('failed');
  });
});
