import { createHash } from 'node:crypto';
import { type Tx, withTenant } from '../../db/client.ts';
import { takeFileSequence } from '../../db/queries/file-sequences.ts';
import { type ObligationRow, getReportBasis, lockNextObligation, updateObligation } from '../../db/queries/obligations.ts';
import { type SubmissionRow, countSubmissionsOfUti, findLatestSubmission, insertSubmission } from '../../db/queries/submissions.ts';
import type { SubmissionState } from '../../db/schema.ts';
import { ValidationError, assertNever, invariant } from '../../domain/errors/app-error.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { submissionIdOf } from '../../domain/reporting/submission-id.ts';
import type { OfficialSchemas } from '../../reports/xml/official-xsd.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type BuiltReport, buildReport } from './build-report.ts';
import type { NextWarning } from './next-warning.ts';
import { nextWarningOf } from './note-deadline.ts';
import { reportFileName } from './report-file-name.ts';
import { openUnreportable } from './rejected-report.ts';

export type Regime = ObligationRow['regime'];

export type PrepareNextSubmissionResult =
  /** Every obligation of the UTI is accepted or withdrawn. */
  | { readonly kind: 'none' }
  /** The report is not valid; a person repairs it or amends the trade. Its deadline runs on. */
  | { readonly kind: 'invalid'; readonly obligationId: string; readonly deadline: NextWarning | null }
  /** Stored and to be sent. */
  | {
      readonly kind: 'ready';
      readonly obligationId: string;
      readonly submissionId: string;
      readonly channelId: string;
      readonly deadline: NextWarning | null;
    }
  /** Sent and not judged yet, or rejected and waiting for a repair, as `submissionState` says. */
  | {
      readonly kind: 'awaiting';
      readonly obligationId: string;
      readonly submissionId: string;
      readonly submissionState: SubmissionState;
      readonly deadline: NextWarning | null;
    };

/**
 * Prepares the next report of a UTI: the first obligation that is neither accepted nor withdrawn, and never one after it. Builds the
 * document from the version that is reported and the corrections made to it, validates it by our own model and, where it is installed,
 * by the official schema, and stores bytes, hash and file name in one transaction, before anything is sent.
 *
 * Called again it gives the same submission. Throws `validation-failed` for a regime that is not known, `not-found` where the trade or
 * its counterparty is missing and `schema-pin-mismatch` where the installed schema is another one.
 */
export async function prepareNextSubmission(input: {
  ctx: ServiceContext;
  input: { regime: string; uti: string };
  deps: { schemas: OfficialSchemas };
}): Promise<PrepareNextSubmissionResult> {
  const { ctx, deps } = input;
  const { uti } = input.input;
  authorise(ctx, { allowed: [], action: 'prepare reports' });
  const regime = regimeOf(input.input.regime);
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const obligation = await lockNextObligation(tx, { tenantId: ctx.tenantId, regime, uti });
    if (obligation === undefined) return { kind: 'none' };
    const { state } = obligation;
    switch (state) {
      case 'pending':
        return await prepare(ctx, tx, { obligation, schemas: deps.schemas });
      case 'invalid':
        return { kind: 'invalid', obligationId: obligation.id, deadline: nextWarningOf(ctx, obligation) };
      case 'prepared':
      case 'sent':
      case 'rrmAccepted':
      case 'rejected':
        return await resume(ctx, tx, obligation);
      case 'accepted':
      case 'withdrawn':
        throw new Error(`obligation ${obligation.id} is final`);
      default:
        return assertNever(state);
    }
  });
}

const REGIMES: readonly Regime[] = ['REMIT', 'EMIR_EU', 'EMIR_UK'];

function regimeOf(text: string): Regime {
  const regime = REGIMES.find((known) => known === text);
  if (regime !== undefined) return regime;
  const fix = `Give one of ${REGIMES.join(', ')}.`;
  throw new ValidationError([{ field: '/regime', code: 'regime.unknown', message: `'${text}' is not a regime.`, fix }]);
}

/** What a submission that exists already waits for. */
async function resume(ctx: ServiceContext, tx: Tx, obligation: ObligationRow): Promise<PrepareNextSubmissionResult> {
  const submission = await findLatestSubmission(tx, { tenantId: ctx.tenantId, obligationId: obligation.id });
  invariant(submission !== undefined, `obligation ${obligation.id} is ${obligation.state} and has a submission`);
  const common = { obligationId: obligation.id, submissionId: submission.id, deadline: nextWarningOf(ctx, obligation) };
  return isToBeSent(submission)
    ? { kind: 'ready', ...common, channelId: submission.channel_id }
    : { kind: 'awaiting', ...common, submissionState: submission.state };
}

function isToBeSent(submission: SubmissionRow): boolean {
  return submission.state === 'prepared' || submission.state === 'sending' || submission.state === 'unknown';
}

async function prepare(
  ctx: ServiceContext,
  tx: Tx,
  input: { obligation: ObligationRow; schemas: OfficialSchemas },
): Promise<PrepareNextSubmissionResult> {
  const { obligation } = input;
  const basis = await getReportBasis(tx, {
    tenantId: ctx.tenantId,
    tradeId: obligation.trade_id,
    tradeVersion: obligation.trade_version,
  });
  const report = buildReport({ obligation, basis, schemas: input.schemas });
  if (report.kind === 'invalid') return await refuse(ctx, tx, { obligation, findings: report.findings });
  const { reportingEntityAcerCode: sender, channelId } = basis;
  return await persist(ctx, tx, { obligation, report, sender, channelId });
}

async function refuse(
  ctx: ServiceContext,
  tx: Tx,
  input: { obligation: ObligationRow; findings: readonly ReportFinding[] },
): Promise<PrepareNextSubmissionResult> {
  const { obligation, findings } = input;
  const invalid = await updateObligation(tx, obligation, { state: 'invalid', updated_at: ctx.clock.now() });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'obligation',
      subjectId: obligation.id,
      revision: invalid.revision,
      action: 'obligation.invalid',
      before: { state: obligation.state },
      after: { state: 'invalid', findings },
    },
  ]);
  await openUnreportable(ctx, tx, { obligation: invalid, findings });
  return { kind: 'invalid', obligationId: obligation.id, deadline: nextWarningOf(ctx, invalid) };
}

async function persist(
  ctx: ServiceContext,
  tx: Tx,
  input: { obligation: ObligationRow; report: Extract<BuiltReport, { kind: 'valid' }>; sender: string; channelId: string },
): Promise<PrepareNextSubmissionResult> {
  const { obligation, sender, channelId } = input;
  const { bytes, regime, schemaName } = input.report;
  const { tenantId } = ctx;
  const { uti, action } = obligation;
  const at = ctx.clock.now();
  const previous = await findLatestSubmission(tx, { tenantId, obligationId: obligation.id });
  const artefactsBefore = await countSubmissionsOfUti(tx, { tenantId, regime, uti });
  const id = submissionIdOf({ regime, uti, action, sequence: artefactsBefore + 1 });
  const number = (previous?.number ?? 0) + 1;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const prepared = await updateObligation(tx, obligation, { state: 'prepared', updated_at: at });
  // The counter of the day is shared by all reports of this sender: it is taken as late as can be.
  const fileName = await reportFileName({ schemaName, sender, at, takeNumber: (key) => takeFileSequence(tx, { tenantId, ...key }) });
  await insertSubmission(tx, {
    tenant_id: tenantId,
    id,
    obligation_id: obligation.id,
    number,
    channel_id: channelId,
    file_name: fileName,
    document: bytes,
    sha256,
    size_bytes: bytes.byteLength,
    state: 'prepared',
    created_at: at,
    updated_at: at,
  });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'obligation',
      subjectId: obligation.id,
      revision: prepared.revision,
      action: 'obligation.prepared',
      before: { state: obligation.state },
      after: { state: 'prepared', submissionId: id },
    },
    {
      subjectKind: 'submission',
      subjectId: id,
      revision: 1,
      action: 'submission.prepared',
      after: { obligationId: obligation.id, number, channelId, fileName, sha256, sizeBytes: bytes.byteLength },
    },
  ]);
  return { kind: 'ready', obligationId: obligation.id, submissionId: id, channelId, deadline: nextWarningOf(ctx, prepared) };
}
