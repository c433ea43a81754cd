import { defineSignal, defineUpdate } from '@temporalio/workflow';

/** Serialises every report of one UTI under one regime: prepared, sent, judged, one at a time. */
export type ReportingObligationInput = {
  readonly tenantId: string;
  readonly regime: string;
  readonly uti: string;
  readonly requestId: string;
  /** Set only by a run that continues as new. */
  readonly carried?: ReportingCarryOver;
};
/** What one run hands to the next: which ids were seen, so that a repeat stays a repeat. */
export type ReportingCarryOver = {
  readonly obligationIds: readonly string[];
  readonly receiptIds: readonly string[];
  readonly accepted: number;
};
export type ReportingObligationResult = { readonly accepted: number };

export type ObligationAddedSignal = { readonly obligationId: string };
/** A verdict that is already stored and bound; the signal only wakes the workflow. `receiptId` is its dedup key. */
export type ReceiptArrivedSignal = {
  readonly obligationId: string;
  readonly submissionId: string;
  readonly receiptId: string;
  readonly outcome: 'accepted' | 'rejected';
};

/** Corrected report fields by a person, or none: the same again under a new file name. */
export type RepairObligationInput = {
  readonly obligationId: string;
  readonly overrides: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly actorId: string;
  readonly actorRole: string;
  readonly requestId: string;
};
export type RepairObligationResult = { readonly obligationId: string; readonly state: string };

export const REPORTING_TASK_QUEUE = 'reporting';

/** One task queue per channel, so that Temporal itself enforces the channel's rate limit. */
export function channelTaskQueue(channelId: string): string {
  return `channel-${channelId}`;
}

export function reportingObligationId(input: { tenantId: string; regime: string; uti: string }): string {
  return `report:${input.tenantId}:${input.regime}:${input.uti}`;
}

/** A fact: nobody waits for an answer. */
export const obligationAddedSignal = defineSignal<[ObligationAddedSignal]>('obligationAdded');
export const receiptArrivedSignal = defineSignal<[ReceiptArrivedSignal]>('receiptArrived');
/** A command with an answer. */
export const repairObligationUpdate = defineUpdate<RepairObligationResult, [RepairObligationInput]>('repairObligation');
