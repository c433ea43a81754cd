import { createRoute, z } from '@hono/zod-openapi';
import type { ApiApp } from '../../app.ts';
import { entityTag, sendTagged } from '../../middleware/if-match.ts';
import { withoutUndefined } from '../../middleware/without-undefined.ts';
import {
  IdempotencyHeaderSchema,
  IfMatchHeaderSchema,
  NOT_MODIFIED,
  PageQuerySchema,
  SECURITY,
  commandProblems,
  jsonResponse,
  problemResponses,
} from '../../openapi.ts';
import { explainTrade, explainTrades } from '../../../services/trades/why-waiting.ts';
import { getTrade } from '../../../services/trades/get-trade.ts';
import { getTradeTimeline } from '../../../services/trades/trade-timeline.ts';
import { listTrades } from '../../../services/trades/list-trades.ts';
import { amendRoute, cancelRoute, captureRoute, decideRoute } from './commands.ts';
import {
  AmendSchema,
  CancelSchema,
  CapturedSchema,
  DecisionSchema,
  TimelineSchema,
  TradeDraftSchema,
  TradeFiltersSchema,
  TradePageSchema,
  TradeSchema,
  TradeTermsSchema,
  WaitingSchema,
} from './schema.ts';

const TradeIdParams = z.object({ id: z.string().max(60) });
const tags = ['trades'];
const shared = { tags, security: SECURITY };

/** Capture, amend, cancel, decide; read a trade, its timeline and what it waits for. */
export function registerTradeRoutes(app: ApiApp): void {
  registerReads(app);
  app.openAPIRegistry.register('AmendTrade', AmendSchema.extend({ terms: TradeTermsSchema }));
  documentCommands(app);
  app.post('/v1/trades', captureRoute);
  app.post('/v1/trades/:id/amend', amendRoute);
  app.post('/v1/trades/:id/cancel', cancelRoute);
  app.post('/v1/trades/:id/approve', (c) => decideRoute(c, 'approve'));
  app.post('/v1/trades/:id/reject', (c) => decideRoute(c, 'reject'));
}

function registerReads(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/trades',
      summary: 'Trades, newest first',
      request: { query: PageQuerySchema.extend(TradeFiltersSchema.shape) },
      responses: { 200: jsonResponse('One page', TradePageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit, createdFrom, createdTo, ...filters } = c.req.valid('query');
      const ctx = c.get('ctx');
      const page = await listTrades({
        ctx,
        input: {
          filters: withoutUndefined({
            ...filters,
            createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
            createdTo: createdTo === undefined ? undefined : new Date(createdTo),
          }),
          page: withoutUndefined({ cursor, limit, secret: c.get('deps').cursorSecret }),
        },
      });
      const explanations = await explainTrades({ ctx, input: { tradeIds: page.items.map(({ id }) => id) } });
      const waitingFor = new Map(explanations.map((one) => [one.tradeId, one.waitingFor]));
      const items = page.items.map((trade) => ({ ...trade, waitingFor: waitingFor.get(trade.id) ?? null }));
      return c.json({ ...page, items }, 200);
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/trades/{id}',
      summary: 'A trade with its versions',
      request: { params: TradeIdParams },
      responses: { 200: jsonResponse('The trade; `ETag` is its revision', TradeSchema), ...NOT_MODIFIED, ...problemResponses('not-found') },
    }),
    async (c) => {
      const trade = await getTrade({ ctx: c.get('ctx'), input: { tradeId: c.req.valid('param').id } });
      return sendTagged<z.output<typeof TradeSchema>>(c, { tag: entityTag(trade.revision), body: trade });
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/trades/{id}/timeline',
      summary: 'Everything that happened to a trade, in order, each entry with its evidence',
      request: { params: TradeIdParams },
      responses: { 200: jsonResponse('The timeline', TimelineSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await getTradeTimeline({ ctx: c.get('ctx'), input: { tradeId: c.req.valid('param').id } }), 200),
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/trades/{id}/waiting',
      summary: 'Why is it waiting? In one line',
      request: { params: TradeIdParams },
      responses: { 200: jsonResponse('What it waits for', WaitingSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await explainTrade({ ctx: c.get('ctx'), input: { tradeId: c.req.valid('param').id } }), 200),
  );
}

/** The commands check their bodies in the domain, so that a wrong field is named with its fix; here they are described. */
function documentCommands(app: ApiApp): void {
  const describe = (
    path: string,
    summary: string,
    schema: z.ZodType,
    response: { status: number; schema: z.ZodType },
    needsIfMatch: boolean,
  ): void =>
    app.openAPIRegistry.registerPath({
      ...shared,
      method: 'post',
      path,
      summary,
      request: {
        headers: needsIfMatch ? IfMatchHeaderSchema : IdempotencyHeaderSchema,
        body: { required: true, content: { 'application/json': { schema } } },
        ...(path.includes('{id}') ? { params: TradeIdParams } : {}),
      },
      responses: {
        [response.status]: jsonResponse('Done; a repeated key is answered with `Idempotency-Replayed: true`', response.schema),
        ...commandProblems(
          ...(needsIfMatch
            ? (['not-found', 'precondition-required', 'precondition-failed', 'illegal-transition'] as const)
            : (['duplicate-trade'] as const)),
        ),
      },
    });
  const done = z.object({ tradeId: z.string(), version: z.number().int(), state: z.string() }).openapi('TradeCommandDone');
  describe('/v1/trades', 'Capture a trade', TradeDraftSchema, { status: 202, schema: CapturedSchema }, false);
  describe(
    '/v1/trades/{id}/amend',
    'Give a booked trade new terms',
    AmendSchema.extend({ terms: TradeTermsSchema }),
    { status: 202, schema: done },
    true,
  );
  describe('/v1/trades/{id}/cancel', 'Cancel a booked trade', CancelSchema, { status: 202, schema: done }, true);
  describe('/v1/trades/{id}/approve', 'Approve a held trade', DecisionSchema, { status: 200, schema: done }, true);
  describe('/v1/trades/{id}/reject', 'Reject a held trade', DecisionSchema, { status: 200, schema: done }, true);
}
