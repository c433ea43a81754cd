import type { Context } from 'hono';
import { ConflictError, ValidationError } from '../../../domain/errors/app-error.ts';
import { parseTradeDraft, parseTradeTerms } from '../../../domain/trade/parse-trade-draft.ts';
import { authorise } from '../../../services/authorise.ts';
import { amendTrade } from '../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../services/trades/cancel-trade.ts';
import { captureTradeIdempotently } from '../../../services/trades/capture-trade.ts';
import type { CaptureTradeResult } from '../../../services/trades/capture-trade.ts';
import { getTrade } from '../../../services/trades/get-trade.ts';
import type { ApiEnv } from '../../env.ts';
import { answer, idempotencyOf, jsonAnswer, runOnce } from '../../middleware/idempotency.ts';
import { refusingWhereNothingWaits } from '../../middleware/nothing-waits.ts';
import { assertRevision, entityTag, requireIfMatch } from '../../middleware/if-match.ts';
import { readJsonBody } from '../../middleware/json-body.ts';
import { parseBody } from '../../parse-body.ts';
import { AmendSchema, CancelSchema, DecisionSchema } from './schema.ts';

/** How soon a caller may ask again how an accepted trade stands. */
const RETRY_AFTER_SECONDS = '1';

/** Takes a trade: 202, its place, and a workflow that carries it on from here. */
export async function captureRoute(c: Context<ApiEnv>): Promise<Response> {
  const deps = c.get('deps');
  const { text, value } = await readJsonBody(c);
  const idempotency = idempotencyOf(c, text);
  const parsed = parseTradeDraft(value, { now: deps.clock.now() });
  if (!parsed.ok) {
    deps.metrics.tradesCaptured.inc({ outcome: 'refused' });
    throw new ValidationError(parsed.issues);
  }
  const { replayed, response } = await captureTradeIdempotently({
    ctx: c.get('ctx'),
    input: { draft: parsed.draft, idempotency: { ...idempotency, respond: capturedAnswer } },
    insert: deps.insertTrade,
  });
  deps.metrics.tradesCaptured.inc({ outcome: replayed ? 'replayed' : 'captured' });
  return answer(c, { response, isReplay: replayed });
}

function capturedAnswer(result: CaptureTradeResult) {
  const self = `/v1/trades/${result.tradeId}`;
  return jsonAnswer({
    status: 202,
    headers: { Location: self, ETag: entityTag(result.revision), 'Retry-After': RETRY_AFTER_SECONDS },
    body: {
      tradeId: result.tradeId,
      version: result.version,
      state: result.state,
      outcome: result.kind,
      links: { self, timeline: `${self}/timeline`, waiting: `${self}/waiting` },
    },
  });
}

export async function amendRoute(c: Context<ApiEnv>): Promise<Response> {
  const expectedRevision = requireIfMatch(c);
  const { text, body } = await parseBody(c, AmendSchema);
  const parsed = parseTradeTerms(body.terms, { now: c.get('deps').clock.now() });
  if (!parsed.ok) throw new ValidationError(parsed.issues.map((issue) => ({ ...issue, field: `/terms${issue.field}` })));
  const { terms } = parsed;
  return await runOnce(c, {
    bodyText: text,
    run: async () =>
      changed(await amendTrade({ ctx: c.get('ctx'), input: { tradeId: tradeIdOf(c), expectedRevision, terms, reason: body.reason } })),
  });
}

export async function cancelRoute(c: Context<ApiEnv>): Promise<Response> {
  const expectedRevision = requireIfMatch(c);
  const { text, body } = await parseBody(c, CancelSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async () =>
      changed(await cancelTrade({ ctx: c.get('ctx'), input: { tradeId: tradeIdOf(c), expectedRevision, reason: body.reason } })),
  });
}

/** A person's decision goes to the running workflow as an update: the answer is its answer, or its refusal. */
export async function decideRoute(c: Context<ApiEnv>, decision: 'approve' | 'reject'): Promise<Response> {
  const ctx = c.get('ctx');
  authorise(ctx, { allowed: ['compliance', 'admin'], action: `${decision} a held trade` });
  const expected = requireIfMatch(c);
  const { text, body } = await parseBody(c, DecisionSchema);
  return await runOnce(c, {
    bodyText: text,
    run: async (commandId) => {
      const trade = await getTrade({ ctx, input: { tradeId: tradeIdOf(c) } });
      const { workflows } = c.get('deps');
      const key = { tenantId: ctx.tenantId, tradeId: trade.id, version: trade.currentVersion, updateId: commandId };
      // A repetition whose first answer was lost finds the trade changed, by itself: its outcome comes before the comparison.
      const earlier = trade.revision === expected ? undefined : await workflows.findDecision(key);
      if (earlier === undefined) assertRevision({ expected, actual: trade.revision });
      const person = { decidedBy: ctx.actor.id, decidedByRole: ctx.actor.role, requestId: ctx.requestId };
      const decided = async () => await workflows.decideTrade({ ...key, ...person, decision, reason: body.reason });
      const { state } = earlier ?? (await refusingWhereNothingWaits(decided, notHeld(trade.state)));
      return jsonAnswer({ status: 200, body: { tradeId: trade.id, version: trade.currentVersion, state } });
    },
  });
}

function notHeld(state: string): ConflictError {
  return new ConflictError({
    code: 'illegal-transition',
    message: `The trade is '${state}': only a held one waits for a decision.`,
    details: { allowed: state === 'booked' ? ['amend', 'cancel'] : [], state },
  });
}

function changed(result: { tradeId: string; version: number; revision: number; state: string }) {
  const self = `/v1/trades/${result.tradeId}`;
  return jsonAnswer({
    status: 202,
    headers: { Location: self, ETag: entityTag(result.revision), 'Retry-After': RETRY_AFTER_SECONDS },
    body: { tradeId: result.tradeId, version: result.version, state: result.state },
  });
}

function tradeIdOf(c: Context<ApiEnv>): string {
  return c.req.param('id') ?? '';
}
