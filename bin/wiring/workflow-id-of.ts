import { assertNever } from '../../domain/errors/app-error.ts';
import type { OutboxMessage } from '../../services/outbox/enqueue.ts';
import { reportingObligationId } from '../../workflows/reporting-obligation.messages.ts';
import { settlementCycleId } from '../../workflows/settlement-cycle.messages.ts';
import { tradeLifecycleId } from '../../workflows/trade-lifecycle.messages.ts';

/** The workflow that a message goes to; undefined for one that goes to a queue. */
export function workflowIdOf(input: { readonly tenantId: string; readonly message: OutboxMessage }): string | undefined {
  const { tenantId, message } = input;
  switch (message.kind) {
    case 'startTrade':
      return tradeLifecycleId({ tenantId, tradeId: message.tradeId, version: message.version });
    case 'startReporting':
    case 'signalReceipt':
      return reportingObligationId({ tenantId, regime: message.regime, uti: message.uti });
    case 'startSettlement': {
      const { counterpartyId, agreementId, deliveryMonth } = message;
      return settlementCycleId({ tenantId, counterpartyId, agreementId, deliveryMonth });
    }
    case 'webhook':
      return undefined;
    default:
      return assertNever(message);
  }
}
