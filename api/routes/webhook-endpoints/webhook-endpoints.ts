import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createWebhookEndpoint, disableWebhookEndpoint, listEndpoints } from '../../../services/webhooks/endpoints.ts';
import type { ApiApp } from '../../app.ts';
import type { ApiEnv } from '../../env.ts';
import { jsonAnswer, runOnce } from '../../middleware/idempotency.ts';
import { IdempotencyHeaderSchema, SECURITY, commandProblems, jsonResponse, problemResponses } from '../../openapi.ts';
import { parseBody } from '../../parse-body.ts';
import {
  CreateWebhookEndpointSchema,
  CreatedWebhookEndpointSchema,
  DisableWebhookEndpointSchema,
  DisabledWebhookEndpointSchema,
  WebhookEndpointListSchema,
} from './schema.ts';

const IdParams = z.object({ id: z.string().max(60) });
const shared = { tags: ['webhooks'], security: SECURITY };

/** Who is told when something changes. */
export function registerWebhookEndpointRoutes(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/webhook-endpoints',
      summary: 'Every endpoint, oldest first',
      responses: { 200: jsonResponse('The endpoints', WebhookEndpointListSchema), ...problemResponses() },
    }),
    async (c) => c.json({ items: await listEndpoints({ ctx: c.get('ctx') }) }, 200),
  );
  documentCommands(app);
  app.post('/v1/webhook-endpoints', createEndpointRoute);
  app.post('/v1/webhook-endpoints/:id/disable', disableRoute);
}

function documentCommands(app: ApiApp): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    method: 'post',
    path: '/v1/webhook-endpoints',
    summary: 'Have every event sent to a URL',
    request: {
      headers: IdempotencyHeaderSchema,
      body: { required: true, content: { 'application/json': { schema: CreateWebhookEndpointSchema } } },
    },
    responses: {
      201: jsonResponse('Created; the secret is shown this once', CreatedWebhookEndpointSchema),
      ...commandProblems('conflict'),
    },
  });
  app.openAPIRegistry.registerPath({
    ...shared,
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/disable',
    summary: 'Turn an endpoint off for good',
    request: {
      params: IdParams,
      headers: IdempotencyHeaderSchema,
      body: { required: true, content: { 'application/json': { schema: DisableWebhookEndpointSchema } } },
    },
    responses: { 200: jsonResponse('It is off', DisabledWebhookEndpointSchema), ...commandProblems('not-found') },
  });
}

async function createEndpointRoute(c: Context<ApiEnv>): Promise<Response> {
  const { text, body } = await parseBody(c, CreateWebhookEndpointSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async () => {
      const policy = { allowPrivate: c.get('deps').allowPrivateWebhooks };
      const created = await createWebhookEndpoint({ ctx: c.get('ctx'), input: { url: body.url, policy } });
      return jsonAnswer({ status: 201, body: created });
    },
  });
}

async function disableRoute(c: Context<ApiEnv>): Promise<Response> {
  const { text, body } = await parseBody(c, DisableWebhookEndpointSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async () => {
      const endpointId = c.req.param('id') ?? '';
      await disableWebhookEndpoint({ ctx: c.get('ctx'), input: { endpointId, reason: body.reason } });
      return jsonAnswer({ status: 200, body: { id: endpointId, active: false } });
    },
  });
}
