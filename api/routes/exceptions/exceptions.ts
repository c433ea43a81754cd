import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { getException, listExceptions } from '../../../services/exceptions/list-exceptions.ts';
import { resolveException } from '../../../services/exceptions/resolve-exception.ts';
import type { ApiApp } from '../../app.ts';
import type { ApiEnv } from '../../env.ts';
import { jsonAnswer, runOnce } from '../../middleware/idempotency.ts';
import { withoutUndefined } from '../../middleware/without-undefined.ts';
import { IdempotencyHeaderSchema, PageQuerySchema, SECURITY, commandProblems, jsonResponse, problemResponses } from '../../openapi.ts';
import { parseBody } from '../../parse-body.ts';
import { DecisionSchema } from '../trades/schema.ts';
import { ExceptionFiltersSchema, ExceptionPageSchema, ExceptionSchema } from './schema.ts';

const IdParams = z.object({ id: z.string().max(60) });
const shared = { tags: ['exceptions'], security: SECURITY };

/** What waits for a person. */
export function registerExceptionRoutes(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/exceptions',
      summary: 'The queue, newest first',
      request: { query: PageQuerySchema.extend(ExceptionFiltersSchema.shape) },
      responses: { 200: jsonResponse('One page', ExceptionPageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit, ...filters } = c.req.valid('query');
      const page = await listExceptions({
        ctx: c.get('ctx'),
        input: { filters: withoutUndefined(filters), page: withoutUndefined({ cursor, limit, secret: c.get('deps').cursorSecret }) },
      });
      return c.json(page, 200);
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/exceptions/{id}',
      summary: 'One exception',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The exception', ExceptionSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await getException({ ctx: c.get('ctx'), input: { exceptionId: c.req.valid('param').id } }), 200),
  );
  app.openAPIRegistry.registerPath({
    ...shared,
    method: 'post',
    path: '/v1/exceptions/{id}/resolve',
    summary: 'Close an exception with a reason',
    request: {
      params: IdParams,
      headers: IdempotencyHeaderSchema,
      body: { required: true, content: { 'application/json': { schema: DecisionSchema } } },
    },
    responses: { 200: jsonResponse('The exception', ExceptionSchema), ...commandProblems('not-found', 'illegal-transition') },
  });
  app.post('/v1/exceptions/:id/resolve', resolveRoute);
}

async function resolveRoute(c: Context<ApiEnv>): Promise<Response> {
  const { text, body } = await parseBody(c, DecisionSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async () =>
      jsonAnswer({
        status: 200,
        body: await resolveException({ ctx: c.get('ctx'), input: { exceptionId: c.req.param('id') ?? '', reason: body.reason } }),
      }),
  });
}
