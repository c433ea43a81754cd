/**
 * How services reach running workflows, without knowing Temporal. Implemented in `bin/wiring`.
 * Starts are idempotent by business key; a command on a workflow that is not there throws `AppError` `not-found`,
 * a refusal by the workflow's validator throws `AppError` `conflict`, `self-approval` or `validation-failed`,
 * an unreachable server throws `unavailable`. `updateId` makes a repeated command return the first outcome.
 */
export type WorkflowPort = {
  startTrade(input: { tenantId: string; tradeId: string; version: number; requestId: string }): Promise<void>;
  startReporting(input: { tenantId: string; regime: string; uti: string; obligationId: string; requestId: string }): Promise<void>;
  startSettlement(input: {
    tenantId: string;
    cycleId: string;
    counterpartyId: string;
    agreementId: string;
    deliveryMonth: string;
    requestId: string;
  }): Promise<void>;
  signalReceipt(input: {
    tenantId: string;
    regime: string;
    uti: string;
    obligationId: string;
    submissionId: string;
    receiptId: string;
    outcome: 'accepted' | 'rejected';
    requestId: string;
  }): Promise<void>;
  decideTrade(input: {
    tenantId: string;
    tradeId: string;
    version: number;
    decision: 'approve' | 'reject';
    reason: string;
    decidedBy: string;
    decidedByRole: string;
    requestId: string;
    updateId: string;
  }): Promise<{ state: 'booked' | 'rejected' }>;
  repairObligation(input: {
    tenantId: string;
    regime: string;
    uti: string;
    obligationId: string;
    overrides: Readonly<Record<string, string>>;
    reason: string;
    actorId: string;
    actorRole: string;
    requestId: string;
    updateId: string;
  }): Promise<{ obligationId: string; state: string }>;
  closeCycle(input: {
    tenantId: string;
    counterpartyId: string;
    agreementId: string;
    deliveryMonth: string;
    reason: string;
    actorId: string;
    actorRole: string;
    requestId: string;
    updateId: string;
  }): Promise<{ state: string }>;
  recordPayment(input: {
    tenantId: string;
    counterpartyId: string;
    agreementId: string;
    deliveryMonth: string;
    invoiceId: string;
    amount: string;
    valueDate: string;
    bankReference: string;
    actorId: string;
    actorRole: string;
    requestId: string;
    updateId: string;
  }): Promise<{ state: string }>;
  /** What a decision under this `updateId` came to; nothing where the workflow never took one. */
  findDecision(input: {
    tenantId: string;
    tradeId: string;
    version: number;
    updateId: string;
  }): Promise<{ state: 'booked' | 'rejected' } | undefined>;
  /** What a closing under this `updateId` came to; nothing where the workflow never took one. */
  findClosing(input: {
    tenantId: string;
    counterpartyId: string;
    agreementId: string;
    deliveryMonth: string;
    updateId: string;
  }): Promise<{ state: string } | undefined>;
  /** True where a run with this business key is open. Used by the reconciler only. */
  isOpen(input: { workflowId: string }): Promise<boolean>;
};
