import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { authorise } from '../../../services/authorise.ts';
import { getCycle } from '../../../services/settlement/get-cycle.ts';
import { getInvoicePdf } from '../../../services/settlement/get-invoice-pdf.ts';
import { getInvoice } from '../../../services/settlement/get-invoice.ts';
import { getTrialBalance } from '../../../services/settlement/get-trial-balance.ts';
import { listCycles } from '../../../services/settlement/list-cycles.ts';
import type { CycleView } from '../../../services/settlement/views.ts';
import type { ApiApp } from '../../app.ts';
import type { ApiEnv } from '../../env.ts';
import { jsonAnswer, runOnce } from '../../middleware/idempotency.ts';
import { assertRevision, entityTag, requireIfMatch, sendTagged } from '../../middleware/if-match.ts';
import { withoutUndefined } from '../../middleware/without-undefined.ts';
import {
  IdempotencyHeaderSchema,
  IfMatchHeaderSchema,
  NOT_MODIFIED,
  PageQuerySchema,
  SECURITY,
  commandProblems,
  documentResponse,
  jsonResponse,
  problemResponses,
} from '../../openapi.ts';
import { parseBody } from '../../parse-body.ts';
import { sendDocument } from '../../send-document.ts';
import {
  CloseCycleSchema,
  CycleCommandDoneSchema,
  CycleFiltersSchema,
  CyclePageSchema,
  CycleSchema,
  InvoiceSchema,
  PaymentSchema,
  TrialBalanceSchema,
} from './schema.ts';

const IdParams = z.object({ id: z.string().max(60) });
const shared = { tags: ['settlement'], security: SECURITY };

/** Cycles, invoices, payments and the ledger. */
export function registerSettlementCycleRoutes(app: ApiApp): void {
  registerCycleReads(app);
  registerInvoiceReads(app);
  app.openAPIRegistry.registerPath({
    ...shared,
    method: 'post',
    path: '/v1/settlement-cycles/{id}/close',
    summary: 'Close a delivery month that is over: it is invoiced',
    request: {
      params: IdParams,
      headers: IfMatchHeaderSchema,
      body: { required: true, content: { 'application/json': { schema: CloseCycleSchema } } },
    },
    responses: {
      202: jsonResponse('Closing', CycleCommandDoneSchema),
      ...commandProblems('not-found', 'illegal-transition', 'precondition-required', 'precondition-failed'),
    },
  });
  app.openAPIRegistry.registerPath({
    ...shared,
    method: 'post',
    path: '/v1/invoices/{id}/payment',
    summary: 'Record that the bank booked the payment of an invoice',
    request: {
      params: IdParams,
      headers: IdempotencyHeaderSchema,
      body: { required: true, content: { 'application/json': { schema: PaymentSchema } } },
    },
    responses: { 200: jsonResponse('Recorded', CycleCommandDoneSchema), ...commandProblems('not-found', 'conflict') },
  });
  app.post('/v1/settlement-cycles/:id/close', closeRoute);
  app.post('/v1/invoices/:id/payment', paymentRoute);
}

function registerCycleReads(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/settlement-cycles',
      summary: 'Settlement cycles, newest first',
      request: { query: PageQuerySchema.extend(CycleFiltersSchema.shape) },
      responses: { 200: jsonResponse('One page', CyclePageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit, ...filter } = c.req.valid('query');
      const page = await listCycles({
        ctx: c.get('ctx'),
        input: { filter: withoutUndefined(filter), page: withoutUndefined({ cursor, limit, secret: c.get('deps').cursorSecret }) },
      });
      return c.json(page, 200);
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/settlement-cycles/{id}',
      summary: 'One cycle with its invoices',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The cycle; `ETag` is its revision', CycleSchema), ...NOT_MODIFIED, ...problemResponses('not-found') },
    }),
    async (c) => {
      const cycle = await getCycle({ ctx: c.get('ctx'), input: { cycleId: c.req.valid('param').id } });
      return sendTagged<z.output<typeof CycleSchema>>(c, { tag: entityTag(cycle.revision), body: cycle });
    },
  );
}

function registerInvoiceReads(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/invoices/{id}',
      summary: 'An invoice as it was drawn',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The invoice', InvoiceSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await getInvoice({ ctx: c.get('ctx'), input: { invoiceId: c.req.valid('param').id } }), 200),
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/invoices/{id}/document',
      summary: 'The PDF of an invoice',
      request: { params: IdParams },
      responses: { ...documentResponse('application/pdf'), ...problemResponses('not-found') },
    }),
    async (c) => {
      const pdf = await getInvoicePdf({ ctx: c.get('ctx'), input: { invoiceId: c.req.valid('param').id } });
      return sendDocument(c, { ...pdf, mediaType: 'application/pdf' });
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/ledger/trial-balance',
      summary: 'Balance of every account; each currency sums to zero',
      request: { query: z.strictObject({ counterpartyId: z.string().max(60).optional() }) },
      responses: { 200: jsonResponse('The trial balance', TrialBalanceSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => c.json(await getTrialBalance({ ctx: c.get('ctx'), input: withoutUndefined(c.req.valid('query')) }), 200),
  );
}

async function closeRoute(c: Context<ApiEnv>): Promise<Response> {
  const ctx = c.get('ctx');
  authorise(ctx, { allowed: ['backOffice', 'admin'], action: 'close a settlement cycle' });
  const expected = requireIfMatch(c);
  const { text, body } = await parseBody(c, CloseCycleSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async (commandId) => {
      const cycle = await getCycle({ ctx, input: { cycleId: c.req.param('id') ?? '' } });
      const { workflows } = c.get('deps');
      const key = { ...cycleKey(c, cycle), updateId: commandId };
      // As with decisions: the repetition of a closing that took effect gets its outcome, not a stale precondition.
      const earlier = cycle.revision === expected ? undefined : await workflows.findClosing(key);
      if (earlier === undefined) assertRevision({ expected, actual: cycle.revision });
      const { state } = earlier ?? (await workflows.closeCycle({ ...key, reason: body.reason }));
      return jsonAnswer({ status: 202, body: { cycleId: cycle.id, state } });
    },
  });
}

async function paymentRoute(c: Context<ApiEnv>): Promise<Response> {
  const ctx = c.get('ctx');
  authorise(ctx, { allowed: ['backOffice', 'admin'], action: 'record a payment' });
  const { text, body } = await parseBody(c, PaymentSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async (commandId) => {
      const invoice = await getInvoice({ ctx, input: { invoiceId: c.req.param('id') ?? '' } });
      const cycle = await getCycle({ ctx, input: { cycleId: invoice.cycleId } });
      const { state } = await c
        .get('deps')
        .workflows.recordPayment({ ...cycleKey(c, cycle), ...body, invoiceId: invoice.id, updateId: commandId });
      return jsonAnswer({ status: 200, body: { cycleId: cycle.id, state } });
    },
  });
}

function cycleKey(c: Context<ApiEnv>, cycle: CycleView) {
  const ctx = c.get('ctx');
  return {
    tenantId: ctx.tenantId,
    counterpartyId: cycle.counterpartyId,
    agreementId: cycle.agreementId,
    deliveryMonth: cycle.deliveryMonth,
    actorId: ctx.actor.id,
    actorRole: ctx.actor.role,
    requestId: ctx.requestId,
  };
}
