import { defineUpdate } from '@temporalio/workflow';

/** One counterparty, agreement and delivery month: closed, invoiced, paid. */
export type SettlementCycleInput = { readonly tenantId: string; readonly cycleId: string; readonly requestId: string };
export type SettlementCycleResult = { readonly state: 'settled' | 'empty' };

export type CloseCycleInput = { readonly reason: string; readonly actorId: string; readonly actorRole: string; readonly requestId: string };
export type CloseCycleResult = { readonly state: string };

export type RecordPaymentInput = {
  readonly invoiceId: string;
  readonly amount: string;
  readonly valueDate: string;
  readonly bankReference: string;
  readonly actorId: string;
  readonly actorRole: string;
  readonly requestId: string;
};
export type RecordPaymentResult = { readonly state: string };

export const SETTLEMENT_TASK_QUEUE = 'settlement';

export function settlementCycleId(input: { tenantId: string; counterpartyId: string; agreementId: string; deliveryMonth: string }): string {
  return `settlement:${input.tenantId}:${input.counterpartyId}:${input.agreementId}:${input.deliveryMonth}`;
}

export const closeCycleUpdate = defineUpdate<CloseCycleResult, [CloseCycleInput]>('closeCycle');
export const recordPaymentUpdate = defineUpdate<RecordPaymentResult, [RecordPaymentInput]>('recordPayment');
