import type { ObligationRow } from '../../db/queries/obligations.ts';
import type { ReceiptRow } from '../../db/queries/receipts.ts';
import type { SubmissionRow } from '../../db/queries/submissions.ts';
import type { ObligationState, SubmissionState } from '../../db/schema.ts';
import type { ReceiptFinding } from '../../domain/reporting/receipt.ts';
import { type ReportOverrides, readOverrides } from './overrides.ts';
import { parseFindings } from './parse-findings.ts';

/** A duty to report, as it is shown. Instants are RFC 3339 in UTC. */
export type ObligationView = {
  readonly id: string;
  readonly tradeId: string;
  readonly tradeVersion: number;
  readonly regime: 'REMIT' | 'EMIR_EU' | 'EMIR_UK';
  readonly uti: string;
  readonly action: 'N' | 'M' | 'C' | 'E';
  readonly sequence: number;
  readonly dueOn: string;
  readonly dueAt: string;
  /** The rule that set the deadline. */
  readonly rule: string;
  /** Why it has to be reported. */
  readonly reason: string;
  readonly state: ObligationState;
  readonly overrides: ReportOverrides;
  readonly warnedPercent: number;
  readonly breachedAt: string | null;
  readonly acceptedAt: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type SubmissionView = {
  readonly id: string;
  readonly obligationId: string;
  readonly number: number;
  readonly channelId: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly state: SubmissionState;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ReceiptView = {
  readonly id: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly fileName: string;
  readonly submissionId: string | null;
  readonly stage: ReceiptRow['stage'];
  readonly status: ReceiptRow['status'];
  readonly findings: readonly ReceiptFinding[];
  readonly sha256: string;
  readonly state: ReceiptRow['state'];
  readonly quarantineReason: string | null;
  readonly receivedAt: string;
};

/** Exact bytes with the name and hash under which they are known. */
export type DocumentView = { readonly fileName: string; readonly sha256: string; readonly bytes: Uint8Array };

export function obligationView(row: ObligationRow): ObligationView {
  return {
    id: row.id,
    tradeId: row.trade_id,
    tradeVersion: row.trade_version,
    regime: row.regime,
    uti: row.uti,
    action: row.action,
    sequence: row.sequence,
    dueOn: row.due_on,
    dueAt: row.due_at.toISOString(),
    rule: row.rule,
    reason: row.reason,
    state: row.state,
    overrides: readOverrides(row.overrides),
    warnedPercent: row.warned_percent,
    breachedAt: row.breached_at?.toISOString() ?? null,
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function submissionView(row: SubmissionRow): SubmissionView {
  return {
    id: row.id,
    obligationId: row.obligation_id,
    number: row.number,
    channelId: row.channel_id,
    fileName: row.file_name,
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    state: row.state,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function receiptView(row: ReceiptRow): ReceiptView {
  return {
    id: row.id,
    channelId: row.channel_id,
    messageId: row.message_id,
    fileName: row.file_name,
    submissionId: row.submission_id,
    stage: row.stage,
    status: row.status,
    findings: parseFindings(row.findings),
    sha256: row.sha256,
    state: row.state,
    quarantineReason: row.quarantine_reason,
    receivedAt: row.received_at.toISOString(),
  };
}
