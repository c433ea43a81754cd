import { createRoute, z } from '@hono/zod-openapi';
import { getReceipt } from '../../../services/reporting/get-receipt.ts';
import { getSubmissionDocument } from '../../../services/reporting/get-submission-document.ts';
import { getSubmission } from '../../../services/reporting/get-submission.ts';
import { listQuarantinedReceipts } from '../../../services/reporting/list-quarantined-receipts.ts';
import { listSubmissionReceipts } from '../../../services/reporting/list-submission-receipts.ts';
import { listSubmissions } from '../../../services/reporting/list-submissions.ts';
import type { ApiApp } from '../../app.ts';
import { withoutUndefined } from '../../middleware/without-undefined.ts';
import { PageQuerySchema, SECURITY, documentResponse, jsonResponse, problemResponses } from '../../openapi.ts';
import { sendDocument } from '../../send-document.ts';
import { ReceiptListSchema, ReceiptPageSchema, SUBMISSION_STATES, SubmissionDetailSchema, SubmissionPageSchema } from './schema.ts';

const IdParams = z.object({ id: z.string().max(80) });
const FiltersSchema = z.object({
  state: z.enum(SUBMISSION_STATES).optional(),
  obligationId: z.string().max(60).optional(),
  channelId: z.string().max(60).optional(),
});
const shared = { tags: ['submissions'], security: SECURITY };

/** What was sent and what came back, to the byte. */
export function registerSubmissionRoutes(app: ApiApp): void {
  registerSubmissionReads(app);
  registerReceiptReads(app);
}

function registerSubmissionReads(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/submissions',
      summary: 'Submissions, newest first',
      request: { query: PageQuerySchema.extend(FiltersSchema.shape) },
      responses: { 200: jsonResponse('One page', SubmissionPageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit, ...filter } = c.req.valid('query');
      const page = await listSubmissions({
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
      path: '/v1/submissions/{id}',
      summary: 'One submission with its attempts and receipts',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The submission', SubmissionDetailSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await getSubmission({ ctx: c.get('ctx'), input: { submissionId: c.req.valid('param').id } }), 200),
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/submissions/{id}/document',
      summary: 'The exact XML that was sent',
      request: { params: IdParams },
      responses: { ...documentResponse('application/xml'), ...problemResponses('not-found') },
    }),
    async (c) => {
      const document = await getSubmissionDocument({ ctx: c.get('ctx'), input: { submissionId: c.req.valid('param').id } });
      return sendDocument(c, { ...document, mediaType: 'application/xml' });
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/submissions/{id}/receipts',
      summary: 'Receipts bound to a submission, oldest first',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The receipts', ReceiptListSchema), ...problemResponses('not-found') },
    }),
    async (c) => {
      const items = await listSubmissionReceipts({ ctx: c.get('ctx'), input: { submissionId: c.req.valid('param').id } });
      return c.json({ items }, 200);
    },
  );
}

function registerReceiptReads(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/receipts/quarantined',
      summary: 'Receipts that cannot be believed, kept with the reason',
      request: { query: PageQuerySchema },
      responses: { 200: jsonResponse('One page', ReceiptPageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const page = await listQuarantinedReceipts({
        ctx: c.get('ctx'),
        input: { page: withoutUndefined({ cursor, limit, secret: c.get('deps').cursorSecret }) },
      });
      return c.json(page, 200);
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/receipts/{id}/document',
      summary: 'The exact bytes of a receipt',
      request: { params: IdParams },
      responses: { ...documentResponse('application/octet-stream'), ...problemResponses('not-found') },
    }),
    async (c) => {
      const { document } = await getReceipt({ ctx: c.get('ctx'), input: { receiptId: c.req.valid('param').id } });
      // A receipt may hold anything at all: it is handed out as bytes, never as something that a browser renders.
      return sendDocument(c, { ...document, mediaType: 'application/octet-stream' });
    },
  );
}
