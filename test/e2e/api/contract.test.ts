import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExceptionPageSchema, ExceptionSchema } from '../../../api/routes/exceptions/schema.ts';
import { ObligationDetailSchema, ObligationPageSchema } from '../../../api/routes/obligations/schema.ts';
import { CyclePageSchema, CycleSchema, InvoiceSchema, TrialBalanceSchema } from '../../../api/routes/settlement-cycles/schema.ts';
import {
  ReceiptListSchema,
  ReceiptPageSchema,
  SubmissionDetailSchema,
  SubmissionPageSchema,
} from '../../../api/routes/submissions/schema.ts';
import { TimelineSchema, TradePageSchema, TradeSchema, WaitingSchema } from '../../../api/routes/trades/schema.ts';
import { WebhookEndpointListSchema } from '../../../api/routes/webhook-endpoints/schema.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { documentedRoutes } from './documented-routes.ts';
import { type Evidence, createEvidence } from './evidence.ts';

let api: ApiWorld;
let made: Evidence;
let exceptionId: string;
beforeAll(async () => {
  api = await createApiWorld();
  made = await createEvidence(api.world);
  await api.call({ path: '/v1/webhook-endpoints', body: { url: 'https://etrm.example/hooks' } });
  exceptionId = String((await api.call({ path: '/v1/exceptions' })).json['items']?.[0]?.['id']);
});
afterAll(async () => {
  await api.close();
});

const READS: Readonly<Record<string, { schema: z.ZodType; id?: () => string }>> = {
  '/v1/trades': { schema: TradePageSchema },
  '/v1/trades/{id}': { schema: TradeSchema, id: () => made.tradeId },
  '/v1/trades/{id}/timeline': { schema: TimelineSchema, id: () => made.tradeId },
  '/v1/trades/{id}/waiting': { schema: WaitingSchema, id: () => made.tradeId },
  '/v1/exceptions': { schema: ExceptionPageSchema },
  '/v1/exceptions/{id}': { schema: ExceptionSchema, id: () => exceptionId },
  '/v1/obligations': { schema: ObligationPageSchema },
  '/v1/obligations/{id}': { schema: ObligationDetailSchema, id: () => made.obligationId },
  '/v1/submissions': { schema: SubmissionPageSchema },
  '/v1/submissions/{id}': { schema: SubmissionDetailSchema, id: () => made.submissionId },
  '/v1/submissions/{id}/receipts': { schema: ReceiptListSchema, id: () => made.submissionId },
  '/v1/receipts/quarantined': { schema: ReceiptPageSchema },
  '/v1/settlement-cycles': { schema: CyclePageSchema },
  '/v1/settlement-cycles/{id}': { schema: CycleSchema, id: () => made.cycleId },
  '/v1/invoices/{id}': { schema: InvoiceSchema, id: () => made.invoiceId },
  '/v1/ledger/trial-balance': { schema: TrialBalanceSchema },
  '/v1/webhook-endpoints': { schema: WebhookEndpointListSchema },
};

describe('what is served is what is documented', () => {
  it('for every read that answers with JSON', async () => {
    const reads = (await documentedRoutes(api)).filter(
      ({ method, mediaTypes }) => method === 'GET' && mediaTypes.includes('application/json'),
    );
    expect(reads.map(({ path }) => path).toSorted()).toEqual(Object.keys(READS).toSorted());
  });

  it.each(Object.entries(READS))('GET %s: every member is documented, and of the documented type', async (path, { schema, id }) => {
    const answer = await api.call({ path: path.replace('{id}', id?.() ?? '') });
    expect(answer.status).toBe(200);
    expect(answer.text.length).toBeGreaterThan(60);
    // Members that the schema does not know are dropped by parsing: then the two differ.
    expect(schema.parse(answer.json)).toEqual(answer.json);
  });
});

describe('tenants', () => {
  it('see nothing of each other on any route, by id, list or command', async () => {
    const ids = [
      made.tradeId,
      made.obligationId,
      made.submissionId,
      made.receiptId,
      made.quarantinedId,
      made.cycleId,
      made.invoiceId,
      exceptionId,
    ];
    const body = { reason: 'r', overrides: {}, terms: {} };
    for (const { method, path, mediaTypes } of await documentedRoutes(api)) {
      if (!path.includes('{id}')) continue;
      for (const id of ids) {
        const answer = await api.call({
          method,
          path: path.replace('{id}', id),
          apiKey: api.otherKeys.admin,
          headers: { 'If-Match': '"r1"', 'If-None-Match': '*' },
          ...(method === 'POST' ? { body } : {}),
        });
        // A command may refuse the body before it looks for the record; neither answer tells whether there is one.
        expect([404, 422], `${method} ${path} ${id} ${mediaTypes.join()}`).toContain(answer.status);
        expect(answer.text.replaceAll(id, '')).not.toContain('cp-nord');
      }
    }
    for (const list of Object.keys(READS).filter((path) => !path.includes('{id}') && !path.endsWith('trial-balance'))) {
      expect((await api.call({ path: list, apiKey: api.otherKeys.admin })).json['items']).toEqual([]);
    }
    expect((await api.call({ path: '/v1/ledger/trial-balance', apiKey: api.otherKeys.admin })).json).toEqual({ accounts: [], sums: {} });
  });

  it('get 404 for commands with a right body on records of others, and nothing reaches a workflow', async () => {
    api.port.calls.length = 0;
    const commands: [string, unknown][] = [
      [`/v1/trades/${made.tradeId}/cancel`, { reason: 'r' }],
      [`/v1/trades/${made.tradeId}/approve`, { reason: 'r' }],
      [`/v1/trades/${made.tradeId}/reject`, { reason: 'r' }],
      [`/v1/exceptions/${exceptionId}/resolve`, { reason: 'r' }],
      [`/v1/obligations/${made.obligationId}/repair`, { reason: 'r', overrides: {} }],
      [`/v1/obligations/${made.obligationId}/resubmit`, { reason: 'r' }],
      [`/v1/settlement-cycles/${made.cycleId}/close`, { reason: 'r' }],
      [`/v1/invoices/${made.invoiceId}/payment`, { amount: '1.00', valueDate: '2026-11-20', bankReference: 'x' }],
    ];
    for (const [path, body] of commands) {
      const answer = await api.call({ path, body, apiKey: api.otherKeys.admin, headers: { 'If-Match': '"r1"' } });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect(api.port.calls).toEqual([]);
  });
});
