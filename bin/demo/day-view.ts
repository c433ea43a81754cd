import { z } from 'zod';
import type { ApiClient } from '../client/api-client.ts';
import { listAll } from '../client/list-all.ts';

const tradeSchema = z.object({
  id: z.string(),
  sourceTradeId: z.string(),
  state: z.string(),
  waitingFor: z.string().nullable(),
  counterpartyId: z.string(),
  market: z.string(),
  deliveryStartDate: z.string(),
  deliveryEndDate: z.string(),
  currentVersion: z.number(),
});
const obligationSchema = z.object({
  id: z.string(),
  tradeId: z.string(),
  uti: z.string(),
  action: z.string(),
  state: z.string(),
  createdAt: z.string(),
});
const cycleSchema = z.object({
  id: z.string(),
  counterpartyId: z.string(),
  deliveryMonth: z.string(),
  state: z.string(),
  closesAt: z.string(),
  revision: z.number(),
  blockedReason: z.string().nullable(),
  invoices: z.array(
    z.object({
      id: z.string(),
      invoiceNumber: z.string(),
      kind: z.string(),
      direction: z.string(),
      total: z.string(),
      currency: z.string(),
      dueOn: z.string(),
      payment: z.unknown().nullable(),
    }),
  ),
});
const exceptionSchema = z.object({
  id: z.string(),
  kind: z.string(),
  subjectId: z.string(),
  tradeId: z.string().nullable(),
  reason: z.string(),
  state: z.string(),
});

export type TradeLine = z.output<typeof tradeSchema>;
export type ObligationLine = z.output<typeof obligationSchema>;
export type CycleLine = z.output<typeof cycleSchema>;
export type ExceptionLine = z.output<typeof exceptionSchema>;

/** The day as the API tells it, read like any client would. */
export type DayView = {
  trades(): Promise<readonly TradeLine[]>;
  obligations(): Promise<readonly ObligationLine[]>;
  cycles(): Promise<readonly CycleLine[]>;
  openExceptions(): Promise<readonly ExceptionLine[]>;
};

export function createDayView(api: ApiClient): DayView {
  return {
    trades: () => collect(api, { path: '/v1/trades', schema: tradeSchema }),
    obligations: () => collect(api, { path: '/v1/obligations', schema: obligationSchema }),
    cycles: () => collect(api, { path: '/v1/settlement-cycles', schema: cycleSchema }),
    openExceptions: () => collect(api, { path: '/v1/exceptions?state=open', schema: exceptionSchema }),
  };
}

async function collect<T extends z.ZodType>(api: ApiClient, input: { path: string; schema: T }): Promise<readonly z.output<T>[]> {
  const items: z.output<T>[] = [];
  for await (const item of listAll(api, input.path)) items.push(input.schema.parse(item));
  return items;
}

/** How many of each state, e.g. `booked 60, held 2`. */
export function countStates(items: readonly { state: string }[]): string {
  const counts = new Map<string, number>();
  for (const { state } of items) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${state} ${count}`).join(', ') || 'none';
}
