import { SYSTEM_ACTOR } from '../../../services/context.ts';
import { bookTrade } from '../../support/book-trade.ts';
import { createTestContext } from '../../support/context.ts';
import { sampleDraftInput } from '../../support/sample-draft.ts';
import type { ApiWorld } from './api-world.ts';

/** Captures a trade over the API; gives its id. */
export async function capture(api: ApiWorld, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const answer = await api.call({ path: '/v1/trades', as: 'upstream', body: sampleDraftInput(changes) });
  if (answer.status !== 202) throw new Error(answer.text);
  return String(answer.json['tradeId']);
}

/** Captures a trade and books it as its workflow would; gives its id. */
export async function captureBooked(api: ApiWorld, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const tradeId = await capture(api, changes);
  const { database, tenantId } = api.world;
  await bookTrade(createTestContext({ db: database.db, tenantId, actor: SYSTEM_ACTOR, clock: api.clock }), { tradeId, version: 1 });
  return tradeId;
}

/** The terms of the sample draft, as an amendment sends them. */
export function sampleTermsInput(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { sourceSystem: _system, sourceTradeId: _id, ...terms } = sampleDraftInput(changes);
  return terms;
}
