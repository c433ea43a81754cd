import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** One version of one trade: risk, compliance, a person where one is needed, booking. */
export type TradeLifecycleInput = {
  readonly tenantId: string;
  readonly tradeId: string;
  readonly version: number;
  readonly requestId: string;
};

export type TradeLifecycleResult = { readonly state: 'booked' | 'rejected' };

export type TradeLifecycleStage = 'risk' | 'compliance' | 'waitingForDecision' | 'booking' | 'done';

/** A person's decision on a held trade. `decidedBy` is a user id; the validator refuses the maker of the version. */
export type DecideTradeInput = {
  readonly decision: 'approve' | 'reject';
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedByRole: string;
  readonly requestId: string;
};
export type DecideTradeResult = { readonly state: 'booked' | 'rejected' };

export const DECISION_REASON_LENGTH_MAX = 2000;

export const TRADE_TASK_QUEUE = 'trades';

export function tradeLifecycleId(input: { tenantId: string; tradeId: string; version: number }): string {
  return `trade:${input.tenantId}:${input.tradeId}:v${input.version}`;
}

/** A command with an answer: the caller learns whether it was taken, so it is an update. */
export const decideTradeUpdate = defineUpdate<DecideTradeResult, [DecideTradeInput]>('decideTrade');

export const getStageQuery = defineQuery<TradeLifecycleStage>('getStage');
