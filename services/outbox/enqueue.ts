import type { Tx } from '../../db/client.ts';
import type { ServiceContext } from '../context.ts';

/** What the relay does after the commit. Each names its workflow by business keys; doing it twice changes nothing. */
export type OutboxMessage =
  | { readonly kind: 'startTrade'; readonly tradeId: string; readonly version: number }
  | { readonly kind: 'startReporting'; readonly regime: string; readonly uti: string; readonly obligationId: string }
  | {
      readonly kind: 'startSettlement';
      readonly cycleId: string;
      readonly counterpartyId: string;
      readonly agreementId: string;
      readonly deliveryMonth: string;
    }
  | {
      readonly kind: 'signalReceipt';
      readonly regime: string;
      readonly uti: string;
      readonly obligationId: string;
      readonly submissionId: string;
      readonly receiptId: string;
      readonly outcome: 'accepted' | 'rejected';
    }
  | { readonly kind: 'webhook'; readonly deliveryId: string };

/** Stages messages in the transaction that makes them true; the relay sends them after the commit, at least once. */
export async function enqueue(ctx: ServiceContext, tx: Tx, messages: readonly OutboxMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const createdAt = ctx.clock.now();
  await tx
    .insertInto('outbox')
    .values(
      messages.map((message) => ({
        tenant_id: ctx.tenantId,
        id: ctx.ids.next('out'),
        kind: message.kind,
        payload: JSON.stringify({ ...message, requestId: ctx.requestId }),
        created_at: createdAt,
      })),
    )
    .execute();
}
