import { z } from 'zod';
import type { OutboxMessage } from './enqueue.ts';

const text = z.string().min(1);
const requestId = { requestId: text };

/** A staged message as it is read back: what `enqueue` wrote, with the request in whose course it was written. */
export type StagedMessage = OutboxMessage & { readonly requestId: string };

export const stagedMessageSchema: z.ZodType<StagedMessage> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('startTrade'), tradeId: text, version: z.int().min(1), ...requestId }),
  z.object({ kind: z.literal('startReporting'), regime: text, uti: text, obligationId: text, ...requestId }),
  z.object({
    kind: z.literal('startSettlement'),
    cycleId: text,
    counterpartyId: text,
    agreementId: text,
    deliveryMonth: text,
    ...requestId,
  }),
  z.object({
    kind: z.literal('signalReceipt'),
    regime: text,
    uti: text,
    obligationId: text,
    submissionId: text,
    receiptId: text,
    ...requestId,
    outcome: z.enum(['accepted', 'rejected']),
  }),
  z.object({ kind: z.literal('webhook'), deliveryId: text, ...requestId }),
]);

/** Messages with the same key are sent in the order in which they were staged. */
export function orderingKeyOf(message: OutboxMessage): string {
  switch (message.kind) {
    case 'startTrade':
      return `trade:${message.tradeId}:${message.version}`;
    case 'startReporting':
    case 'signalReceipt':
      return `report:${message.regime}:${message.uti}`;
    case 'startSettlement':
      return `settlement:${message.cycleId}`;
    case 'webhook':
      return `webhook:${message.deliveryId}`;
  }
}
