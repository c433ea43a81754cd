import { condition, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { TradeActivities } from '../../activities/trade-activities.ts';
import { decideTradeUpdate } from '../../workflows/trade-lifecycle.messages.ts';
import type { DecideTradeResult, TradeLifecycleInput, TradeLifecycleResult } from '../../workflows/trade-lifecycle.messages.ts';

const database = proxyLocalActivities<TradeActivities>({ startToCloseTimeout: '10s' });

/** Broken on purpose: compliance before risk, as a careless change would have it. The replay gate must refuse this. */
export async function tradeLifecycle(input: TradeLifecycleInput): Promise<TradeLifecycleResult> {
  setHandler(decideTradeUpdate, async (): Promise<DecideTradeResult> => {
    await condition(() => false);
    return { state: 'rejected' };
  });
  const step = { tenantId: input.tenantId, requestId: input.requestId, tradeId: input.tradeId, version: input.version };
  await database.checkCompliance(step);
  await database.assessRisk(step);
  await database.bookTrade(step);
  return { state: 'booked' };
}
