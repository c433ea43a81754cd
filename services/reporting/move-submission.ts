import type { Tx } from '../../db/client.ts';
import { type ObligationRow, updateObligation } from '../../db/queries/obligations.ts';
import { type SubmissionRow, listOpenExceptionsAbout, updateSubmissionState } from '../../db/queries/submissions.ts';
import type { ExceptionKind, ObligationState, SubmissionState } from '../../db/schema.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { AuditEntry } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { settleFinishedTrades } from '../settlement/settle-finished-trades.ts';

/** What an obligation is called while its effective submission is in a state; while a send is under way it stays `prepared`. */
const OBLIGATION_STATE: Readonly<Record<SubmissionState, ObligationState>> = {
  prepared: 'prepared',
  sending: 'prepared',
  unknown: 'prepared',
  delivered: 'sent',
  rrmAccepted: 'rrmAccepted',
  accepted: 'accepted',
  rejected: 'rejected',
};

const ANSWERED_BY_ARRIVAL: readonly ExceptionKind[] = ['unknownOutcome'];
const ANSWERED_BY_ACCEPTANCE: readonly ExceptionKind[] = [
  ...ANSWERED_BY_ARRIVAL,
  'deadlineAtRisk',
  'rejectedReport',
  'unreportableTrade',
  'workflowFailed',
];

export type Moved = { readonly obligation: ObligationRow; readonly submission: SubmissionRow };

/**
 * Moves a submission and its obligation together, both locked by the caller, with one audit event for each record that changes.
 * An outcome that is known closes what was open because it was not, and an acceptance closes the deadline's warning.
 */
export async function moveSubmission(ctx: ServiceContext, tx: Tx, input: Moved & { to: SubmissionState; because: string }): Promise<Moved> {
  const { to, because } = input;
  const at = ctx.clock.now();
  const entries: AuditEntry[] = [];
  let { obligation, submission } = input;
  if (submission.state !== to) {
    const before = { state: submission.state };
    submission = await updateSubmissionState(tx, submission, { state: to, at });
    entries.push({
      subjectKind: 'submission',
      subjectId: submission.id,
      revision: submission.revision,
      action: `submission.${to}`,
      reason: because,
      before,
      after: { state: to },
    });
  }
  const obligationState = OBLIGATION_STATE[to];
  if (obligation.state !== obligationState) {
    const before = { state: obligation.state };
    obligation = await updateObligation(tx, obligation, {
      state: obligationState,
      updated_at: at,
      ...(obligationState === 'accepted' ? { accepted_at: at } : {}),
    });
    entries.push({
      subjectKind: 'obligation',
      subjectId: obligation.id,
      revision: obligation.revision,
      action: `obligation.${obligationState}`,
      reason: because,
      before,
      after: { state: obligationState, submissionId: submission.id },
    });
  }
  await writeAudit(ctx, tx, entries);
  await closeWhatIsAnswered(ctx, tx, { obligation, submission, to, because });
  return { obligation, submission };
}

async function closeWhatIsAnswered(ctx: ServiceContext, tx: Tx, input: Moved & { to: SubmissionState; because: string }): Promise<void> {
  const { obligation, submission, to, because } = input;
  if (to === 'prepared' || to === 'sending' || to === 'unknown') return;
  const answered = await listOpenExceptionsAbout(tx, {
    tenantId: ctx.tenantId,
    kinds: to === 'accepted' ? ANSWERED_BY_ACCEPTANCE : ANSWERED_BY_ARRIVAL,
    subjectIds: [submission.id, obligation.id],
  });
  for (const { kind, subjectId } of answered) await resolveOpenException(ctx, tx, { kind, subjectId, resolution: because });
  if (to === 'accepted') await settleFinishedTrades(ctx, tx, { tradeIds: [obligation.trade_id] });
}
