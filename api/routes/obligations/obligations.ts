import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ConflictError } from '../../../domain/errors/app-error.ts';
import { authorise } from '../../../services/authorise.ts';
import { getObligation } from '../../../services/reporting/get-obligation.ts';
import { listObligations } from '../../../services/reporting/list-obligations.ts';
import type { ApiApp } from '../../app.ts';
import type { ApiEnv } from '../../env.ts';
import { jsonAnswer, runOnce } from '../../middleware/idempotency.ts';
import { refusingWhereNothingWaits } from '../../middleware/nothing-waits.ts';
import { withoutUndefined } from '../../middleware/without-undefined.ts';
import { IdempotencyHeaderSchema, PageQuerySchema, SECURITY, commandProblems, jsonResponse, problemResponses } from '../../openapi.ts';
import { parseBody } from '../../parse-body.ts';
import {
  ObligationDetailSchema,
  ObligationFiltersSchema,
  ObligationPageSchema,
  RepairSchema,
  RepairedSchema,
  ResubmitSchema,
} from './schema.ts';

const IdParams = z.object({ id: z.string().max(60) });
const COMMAND_MARK_LENGTH = 8;
const shared = { tags: ['obligations'], security: SECURITY };

/** Duties to report: by deadline and state; repair and resubmission of what was rejected. */
export function registerObligationRoutes(app: ApiApp): void {
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/obligations',
      summary: 'Obligations, newest first',
      request: { query: PageQuerySchema.extend(ObligationFiltersSchema.shape) },
      responses: { 200: jsonResponse('One page', ObligationPageSchema), ...problemResponses('validation-failed') },
    }),
    async (c) => {
      const { cursor, limit, dueBefore, ...filter } = c.req.valid('query');
      const page = await listObligations({
        ctx: c.get('ctx'),
        input: {
          filter: withoutUndefined({ ...filter, dueBefore: dueBefore === undefined ? undefined : new Date(dueBefore) }),
          page: withoutUndefined({ cursor, limit, secret: c.get('deps').cursorSecret }),
        },
      });
      return c.json(page, 200);
    },
  );
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      path: '/v1/obligations/{id}',
      summary: 'One obligation with its submissions',
      request: { params: IdParams },
      responses: { 200: jsonResponse('The obligation', ObligationDetailSchema), ...problemResponses('not-found') },
    }),
    async (c) => c.json(await getObligation({ ctx: c.get('ctx'), input: { obligationId: c.req.valid('param').id } }), 200),
  );
  for (const [verb, schema, summary] of [
    ['repair', RepairSchema, 'Correct report fields after a rejection; the report goes out again under a new file name'],
    ['resubmit', ResubmitSchema, 'Send the same report again under a new file name'],
  ] as const) {
    app.openAPIRegistry.registerPath({
      ...shared,
      method: 'post',
      path: `/v1/obligations/{id}/${verb}`,
      summary,
      request: {
        params: IdParams,
        headers: IdempotencyHeaderSchema,
        body: { required: true, content: { 'application/json': { schema } } },
      },
      responses: { 202: jsonResponse('Taken', RepairedSchema), ...commandProblems('not-found', 'illegal-transition') },
    });
  }
  app.post('/v1/obligations/:id/repair', async (c) => {
    const { text, body } = await parseBody(c, RepairSchema);
    return await sendAgain(c, { text, ...body });
  });
  app.post('/v1/obligations/:id/resubmit', async (c) => {
    const { text, body } = await parseBody(c, ResubmitSchema);
    return await sendAgain(c, { text, reason: body.reason, overrides: {} });
  });
}

function notRejected(state: string): ConflictError {
  return new ConflictError({
    code: 'illegal-transition',
    message: `The obligation is '${state}': only a rejected or an invalid report is repaired or sent again.`,
    details: { allowed: [], state },
  });
}

async function sendAgain(
  c: Context<ApiEnv>,
  input: { text: string; overrides: Readonly<Record<string, string>>; reason: string },
): Promise<Response> {
  const ctx = c.get('ctx');
  authorise(ctx, { allowed: ['compliance', 'admin'], action: 'repair or resubmit a report' });
  return await runOnce(c, {
    bodyText: input.text,
    run: async (commandId) => {
      const obligation = await getObligation({ ctx, input: { obligationId: c.req.param('id') ?? '' } });
      const repaired = async () =>
        await c.get('deps').workflows.repairObligation({
          tenantId: ctx.tenantId,
          regime: obligation.regime,
          uti: obligation.uti,
          obligationId: obligation.id,
          overrides: input.overrides,
          reason: input.reason,
          actorId: ctx.actor.id,
          actorRole: ctx.actor.role,
          // Two repairs may come under one request id of the caller's; the command tells them apart.
          requestId: `${ctx.requestId}:${commandId.slice(0, COMMAND_MARK_LENGTH)}`,
          updateId: commandId,
        });
      const result = await refusingWhereNothingWaits(repaired, notRejected(obligation.state));
      return jsonAnswer({ status: 202, body: result });
    },
  });
}
