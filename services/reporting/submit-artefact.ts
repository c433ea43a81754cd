import { type Channel, type SendOnceOutcome, sendOnce } from '../../adapters/channels/channel.ts';
import { withTenant } from '../../db/client.ts';
import type { Tx } from '../../db/client.ts';
import { type AttemptOutcome, closeOpenAttempts, finishAttempt, insertAttempt, listAttempts } from '../../db/queries/attempts.ts';
import { getSubmissionWithDocument, lockSubmissionWithObligation } from '../../db/queries/submissions.ts';
import { AppError, NotFoundError, assertNever, invariant } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { type Moved, moveSubmission } from './move-submission.ts';

export type SubmitArtefactResult =
  | { readonly kind: 'delivered' }
  /** A definite no, or other bytes under our name: a person decides, and nothing is sent again by itself. */
  | { readonly kind: 'refused'; readonly text: string }
  /** Nothing arrived there. The same call may be made again. */
  | { readonly kind: 'retryLater'; readonly retryAfterMs?: number; readonly text: string }
  /** Nobody knows. The same call asks before it sends. */
  | { readonly kind: 'unknown'; readonly text: string };

/** After so many attempts without a known outcome a person is told; asking goes on. */
const UNKNOWN_ATTEMPTS_BEFORE_EXCEPTION = 3;
/** A submission that was tried so often is a fault of ours: the verb refuses to go on. */
const ATTEMPTS_MAX = 400;
const DETAIL_LENGTH_MAX = 2000;

/**
 * Hands one submission to its channel, once in effect. The attempt is committed before anything leaves; where an earlier attempt has no
 * known outcome the channel is asked first, and only its definite "absent" lets the same bytes go again. A submission that is known to
 * have arrived is not sent again.
 *
 * Safe to call again at any time. Throws `not-found`; what network and channel do is returned, never thrown.
 */
export async function submitArtefact(input: {
  ctx: ServiceContext;
  input: { submissionId: string };
  deps: { channel: Channel };
}): Promise<SubmitArtefactResult> {
  const { ctx, deps } = input;
  const { submissionId } = input.input;
  authorise(ctx, { allowed: [], action: 'send reports' });
  const begun = await withTenant(ctx.db, ctx.tenantId, (tx) => beginAttempt(ctx, tx, { submissionId, channelId: deps.channel.id }));
  if (begun.kind === 'done') return begun.result;
  const { submission } = begun;
  const outcome = await sendOnce({
    channel: deps.channel,
    artefact: { submissionId, fileName: submission.file_name, sha256: submission.sha256, bytes: submission.document },
    earlierOutcomeUnknown: begun.earlierOutcomeUnknown,
  });
  return await withTenant(ctx.db, ctx.tenantId, (tx) => recordOutcome(ctx, tx, { submissionId, number: begun.number, outcome }));
}

type Begun =
  | { readonly kind: 'done'; readonly result: SubmitArtefactResult }
  | {
      readonly kind: 'begun';
      readonly number: number;
      readonly earlierOutcomeUnknown: boolean;
      readonly submission: Awaited<ReturnType<typeof getSubmissionWithDocument>>;
    };

async function beginAttempt(ctx: ServiceContext, tx: Tx, input: { submissionId: string; channelId: string }): Promise<Begun> {
  const { tenantId } = ctx;
  const { submissionId } = input;
  const locked = await lockBoth(ctx, tx, submissionId);
  const { submission } = locked;
  invariant(
    submission.channel_id === input.channelId,
    `submission ${submissionId} goes to ${submission.channel_id}, not ${input.channelId}`,
  );
  const attempts = await listAttempts(tx, { tenantId, submissionId });
  const last = attempts.at(-1);
  switch (submission.state) {
    case 'delivered':
    case 'rrmAccepted':
    case 'accepted':
      return { kind: 'done', result: { kind: 'delivered' } };
    case 'rejected':
      return { kind: 'done', result: { kind: 'refused', text: last?.detail ?? 'rejected' } };
    case 'prepared':
    case 'sending':
    case 'unknown':
      break;
    default:
      assertNever(submission.state);
  }
  const number = (last?.number ?? 0) + 1;
  if (number > ATTEMPTS_MAX) {
    throw new AppError({
      code: 'internal',
      message: `The submission '${submissionId}' was tried ${ATTEMPTS_MAX} times; a person has to look.`,
    });
  }
  const at = ctx.clock.now();
  if (attempts.some(({ outcome }) => outcome === null)) {
    await closeOpenAttempts(tx, { tenantId, submissionId, at, detail: 'the process ended before it could say how this attempt went' });
  }
  await insertAttempt(tx, { tenantId, submissionId, number, at });
  await moveSubmission(ctx, tx, { ...locked, to: 'sending', because: `attempt ${number} begins` });
  return {
    kind: 'begun',
    number,
    earlierOutcomeUnknown: submission.state !== 'prepared' || attempts.some(({ outcome }) => outcome === null || outcome === 'unknown'),
    submission: await getSubmissionWithDocument(tx, { tenantId, id: submissionId }),
  };
}

async function recordOutcome(
  ctx: ServiceContext,
  tx: Tx,
  input: { submissionId: string; number: number; outcome: SendOnceOutcome },
): Promise<SubmitArtefactResult> {
  const { tenantId } = ctx;
  const { submissionId, number, outcome } = input;
  const locked = await lockBoth(ctx, tx, submissionId);
  const detail = detailOf(outcome).slice(0, DETAIL_LENGTH_MAX);
  await finishAttempt(tx, { tenantId, submissionId, number, at: ctx.clock.now(), outcome: attemptOutcomeOf(outcome), detail });
  const { state } = locked.submission;
  // A receipt may have come in while the answer was on its way; it knows more than the answer.
  if (state === 'delivered' || state === 'rrmAccepted' || state === 'accepted') return { kind: 'delivered' };
  if (state === 'rejected') return { kind: 'refused', text: detail };
  if (outcome.kind === 'delivered') {
    await moveSubmission(ctx, tx, { ...locked, to: 'delivered', because: detail });
    return { kind: 'delivered' };
  }
  const attempts = await listAttempts(tx, { tenantId, submissionId });
  // A newer attempt is under way: it asks for itself, and what this one learnt no longer decides.
  if ((attempts.at(-1)?.number ?? number) > number) return { kind: 'unknown', text: detail };
  return await settleUndelivered(ctx, tx, {
    locked,
    outcome,
    detail,
    unknownBefore: attempts.filter((attempt) => attempt.number < number && isUnknown(attempt)).length,
  });
}

async function settleUndelivered(
  ctx: ServiceContext,
  tx: Tx,
  input: { locked: Moved; outcome: Exclude<SendOnceOutcome, { kind: 'delivered' }>; detail: string; unknownBefore: number },
): Promise<SubmitArtefactResult> {
  const { locked, outcome, detail } = input;
  switch (outcome.kind) {
    case 'notSent':
      await moveSubmission(ctx, tx, { ...locked, to: 'prepared', because: `not sent: ${detail}` });
      return {
        kind: 'retryLater',
        text: detail,
        ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
      };
    case 'unknown':
      await moveSubmission(ctx, tx, { ...locked, to: 'unknown', because: detail });
      if (input.unknownBefore + 1 >= UNKNOWN_ATTEMPTS_BEFORE_EXCEPTION) await openUnknownOutcome(ctx, tx, { ...locked, reason: detail });
      return { kind: 'unknown', text: detail };
    case 'refused':
      await moveSubmission(ctx, tx, { ...locked, to: 'rejected', because: `refused: ${detail}` });
      await openException(ctx, tx, {
        kind: 'rejectedReport',
        subjectKind: 'obligation',
        subjectId: locked.obligation.id,
        tradeId: locked.obligation.trade_id,
        reason: `The channel ${locked.submission.channel_id} refused ${locked.submission.file_name}: ${detail}`,
        nextAction: 'Correct what the channel names and repair the obligation, or repair without changes to send it under a new name.',
        ownerRole: 'compliance',
        deadline: locked.obligation.due_at,
      });
      return { kind: 'refused', text: detail };
    case 'incident':
      await moveSubmission(ctx, tx, { ...locked, to: 'rejected', because: detail });
      await openUnknownOutcome(ctx, tx, { ...locked, reason: `Other bytes stand under our name: ${detail}` });
      return { kind: 'refused', text: detail };
    default:
      return assertNever(outcome);
  }
}

async function openUnknownOutcome(ctx: ServiceContext, tx: Tx, input: Moved & { reason: string }): Promise<void> {
  const { submission, obligation } = input;
  await openException(ctx, tx, {
    kind: 'unknownOutcome',
    subjectKind: 'submission',
    subjectId: submission.id,
    tradeId: obligation.trade_id,
    reason: `${submission.file_name} on channel ${submission.channel_id}: ${input.reason}`,
    nextAction: `Ask the operator of ${submission.channel_id} what it holds under ${submission.file_name} and with which SHA-256; ours is ${submission.sha256}.`,
    ownerRole: 'compliance',
    deadline: obligation.due_at,
  });
}

async function lockBoth(ctx: ServiceContext, tx: Tx, submissionId: string): Promise<Moved> {
  const locked = await lockSubmissionWithObligation(tx, { tenantId: ctx.tenantId, submissionId });
  if (locked === undefined) throw new NotFoundError({ what: 'submission', id: submissionId });
  return locked;
}

function isUnknown(attempt: { outcome: AttemptOutcome | null }): boolean {
  return attempt.outcome === 'unknown';
}

function attemptOutcomeOf(outcome: SendOnceOutcome): AttemptOutcome {
  return outcome.kind === 'incident' ? 'refused' : outcome.kind;
}

function detailOf(outcome: SendOnceOutcome): string {
  switch (outcome.kind) {
    case 'delivered':
      return outcome.how === 'found'
        ? `found at the channel, reference ${outcome.reference}`
        : `taken by the channel, reference ${outcome.reference}`;
    case 'refused':
      return `${outcome.code}: ${outcome.text}`;
    case 'notSent':
    case 'unknown':
    case 'incident':
      return outcome.text;
    default:
      return assertNever(outcome);
  }
}
