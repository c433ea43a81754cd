import { createHash } from 'node:crypto';
import { type Tx, withTenant } from '../../db/client.ts';
import { listAttempts } from '../../db/queries/attempts.ts';
import { findReceiptByMessage, insertReceipt, listReceiptsOfSubmission } from '../../db/queries/receipts.ts';
import { lockSubmissionWithObligation } from '../../db/queries/submissions.ts';
import { invariant } from '../../domain/errors/app-error.ts';
import type { Receipt } from '../../domain/reporting/receipt.ts';
import { readReceipt } from '../../reports/receipts/read-receipt.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { type Moved, moveSubmission } from './move-submission.ts';
import { parseFindings } from './parse-findings.ts';
import { type Known, type Verdict, outcomeForOurRecord, verdictOf } from './receipt-verdict.ts';
import { openRejectedReport } from './rejected-report.ts';

/** A message as it came from a channel. `fileName` is the channel's claim; the bytes decide. */
export type ReceiptMessage = {
  readonly channelId: string;
  readonly messageId: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
};

export type StoreReceiptResult = {
  readonly state: 'bound' | 'quarantined' | 'duplicate';
  /** Of the receipt that is kept, which for a duplicate is the first one. */
  readonly receiptId: string;
};

/** One stage says a word or two about a file; more messages than these about one file do not change what is known. */
const RECEIPTS_PER_SUBMISSION_MAX = 200;
const NAME_LENGTH_MAX = 500;

/**
 * Keeps a receipt byte for byte and, where it can be believed, moves the submission and its obligation. Believed is only what reads as a
 * receipt, names a file of ours on the channel it went to, states our hash where it states one, and does not contradict what is known;
 * everything else is quarantined with its reason and an exception, and changes nothing. The same message with the same bytes is kept once.
 *
 * A final word (accepted, rejected) wakes the workflow through the outbox.
 */
export async function storeReceipt(input: { ctx: ServiceContext; input: ReceiptMessage }): Promise<StoreReceiptResult> {
  const { ctx } = input;
  authorise(ctx, { allowed: [], action: 'store receipts' });
  return await withTenant(ctx.db, ctx.tenantId, (tx) => storeReceiptIn(ctx, tx, input.input));
}

/** As `storeReceipt`, inside a transaction of the caller. */
export async function storeReceiptIn(ctx: ServiceContext, tx: Tx, given: ReceiptMessage): Promise<StoreReceiptResult> {
  const message: Incoming = {
    channelId: given.channelId,
    messageId: storable(given.messageId),
    fileName: storable(given.fileName),
    bytes: given.bytes,
    sha256: createHash('sha256').update(given.bytes).digest('hex'),
  };
  const reading = readReceipt(given.bytes);
  if (reading.kind === 'unreadable') return await quarantine(ctx, tx, { message, reason: `${reading.reason}: ${reading.text}` });
  const { receipt } = reading;
  const locked = await lockSubmissionWithObligation(tx, { tenantId: ctx.tenantId, fileName: receipt.fileName });
  // Asked under the lock, so that of two equal messages in parallel the second sees the first.
  const duplicate = await findDuplicate(ctx, tx, message);
  if (duplicate !== undefined) return duplicate;
  const refusal = bindingRefusal({ message, receipt, locked });
  if (locked === undefined || refusal !== undefined) {
    return await quarantine(ctx, tx, {
      message,
      receipt,
      reason: refusal ?? 'it names no file of ours',
      ...(locked === undefined ? {} : { locked }),
    });
  }
  const verdict = verdictOf({ receipt, known: await knownOf(ctx, tx, locked) });
  if (verdict.kind === 'unbelievable') {
    return await quarantine(ctx, tx, { message, receipt, reason: `contradiction: ${verdict.reason}`, locked });
  }
  return await bind(ctx, tx, { message, receipt, locked, verdict });
}

type Incoming = ReceiptMessage & { readonly sha256: string };

/** Why a readable receipt may not be bound; undefined where it may. */
function bindingRefusal(input: { message: Incoming; receipt: Receipt; locked: Moved | undefined }): string | undefined {
  const { message, receipt } = input;
  if (input.locked === undefined) return `'${receipt.fileName}' is no file of ours`;
  const { submission } = input.locked;
  if (submission.channel_id !== message.channelId) {
    return `it came over ${message.channelId}, but '${submission.file_name}' was sent over ${submission.channel_id}`;
  }
  if (message.fileName !== receipt.fileName) {
    return `the channel says that it is about '${message.fileName}', the receipt itself names '${receipt.fileName}'`;
  }
  if (receipt.judgedSha256 !== undefined && receipt.judgedSha256 !== submission.sha256) {
    return `it judges bytes with SHA-256 ${receipt.judgedSha256}; ours have ${submission.sha256}`;
  }
  return undefined;
}

async function knownOf(ctx: ServiceContext, tx: Tx, locked: Moved): Promise<Known> {
  const of = { tenantId: ctx.tenantId, submissionId: locked.submission.id };
  // In every other state something was sent.
  const everAttempted = locked.submission.state !== 'prepared' || (await listAttempts(tx, of)).length > 0;
  const receipts = await listReceiptsOfSubmission(tx, { ...of, limit: RECEIPTS_PER_SUBMISSION_MAX });
  return {
    state: locked.submission.state,
    everAttempted,
    judged: receipts.flatMap(({ stage, status, findings }) => {
      if (stage === null || status === null) return [];
      const outcome = outcomeForOurRecord({ status, findings: parseFindings(findings) });
      return outcome === undefined ? [] : [{ stage, outcome }];
    }),
  };
}

async function bind(
  ctx: ServiceContext,
  tx: Tx,
  input: { message: Incoming; receipt: Receipt; locked: Moved; verdict: Exclude<Verdict, { kind: 'unbelievable' }> },
): Promise<StoreReceiptResult> {
  const { message, receipt, locked, verdict } = input;
  const { submission } = locked;
  const receiptId = await keep(ctx, tx, { message, receipt, submissionId: submission.id });
  if (receiptId === undefined) return await existing(ctx, tx, message);
  if (verdict.kind === 'keep') return { state: 'bound', receiptId };
  const { obligation } = await moveSubmission(ctx, tx, { ...locked, to: verdict.to, because: `receipt ${receiptId} of ${receipt.stage}` });
  if (verdict.to !== 'accepted' && verdict.to !== 'rejected') return { state: 'bound', receiptId };
  if (verdict.to === 'rejected') await openRejectedReport(ctx, tx, { obligation, submission, receipt });
  const { regime, uti, id: obligationId } = obligation;
  await enqueue(ctx, tx, [
    { kind: 'signalReceipt', regime, uti, obligationId, submissionId: submission.id, receiptId, outcome: verdict.to },
  ]);
  return { state: 'bound', receiptId };
}

async function quarantine(
  ctx: ServiceContext,
  tx: Tx,
  input: { message: Incoming; receipt?: Receipt; reason: string; locked?: Moved },
): Promise<StoreReceiptResult> {
  const { message, reason, receipt, locked } = input;
  const receiptId = await keep(ctx, tx, { message, quarantineReason: reason, ...(receipt === undefined ? {} : { receipt }) });
  if (receiptId === undefined) return await existing(ctx, tx, message);
  await openException(ctx, tx, {
    kind: 'quarantinedReceipt',
    subjectKind: 'receipt',
    subjectId: receiptId,
    ...(locked === undefined ? {} : { tradeId: locked.obligation.trade_id }),
    reason: `The receipt '${message.messageId}' of ${message.channelId} for '${message.fileName}' was not believed: ${reason}`,
    nextAction: `Ask the operator of ${message.channelId} for a correct receipt; the bytes are kept under ${receiptId}.`,
    ownerRole: 'compliance',
  });
  return { state: 'quarantined', receiptId };
}

/** Writes the receipt and its audit event; undefined where the same message was written by somebody else meanwhile. */
async function keep(
  ctx: ServiceContext,
  tx: Tx,
  input: { message: Incoming; receipt?: Receipt } & ({ submissionId: string } | { quarantineReason: string }),
): Promise<string | undefined> {
  const { message, receipt } = input;
  const id = ctx.ids.next('rcp');
  const bound = 'submissionId' in input;
  const inserted = await insertReceipt(tx, {
    tenant_id: ctx.tenantId,
    id,
    channel_id: message.channelId,
    message_id: message.messageId,
    file_name: message.fileName,
    submission_id: bound ? input.submissionId : null,
    stage: receipt?.stage ?? null,
    status: receipt?.status ?? null,
    findings: JSON.stringify(receipt?.findings ?? []),
    document: message.bytes,
    sha256: message.sha256,
    state: bound ? 'bound' : 'quarantined',
    quarantine_reason: bound ? null : input.quarantineReason,
    received_at: ctx.clock.now(),
  });
  if (!inserted) return undefined;
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'receipt',
      subjectId: id,
      revision: 1,
      action: bound ? 'receipt.bound' : 'receipt.quarantined',
      ...(bound ? {} : { reason: input.quarantineReason }),
      after: {
        channelId: message.channelId,
        fileName: message.fileName,
        sha256: message.sha256,
        stage: receipt?.stage,
        status: receipt?.status,
      },
    },
  ]);
  return id;
}

async function findDuplicate(ctx: ServiceContext, tx: Tx, message: Incoming): Promise<StoreReceiptResult | undefined> {
  const found = await findReceiptByMessage(tx, { tenantId: ctx.tenantId, ...message });
  return found === undefined ? undefined : { state: 'duplicate', receiptId: found.id };
}

async function existing(ctx: ServiceContext, tx: Tx, message: Incoming): Promise<StoreReceiptResult> {
  const duplicate = await findDuplicate(ctx, tx, message);
  invariant(duplicate !== undefined, 'a receipt that could not be inserted is there');
  return duplicate;
}

/** Text from outside as PostgreSQL can keep it: no NUL, no half of a surrogate pair, bounded. */
function storable(text: string): string {
  return text.slice(0, NAME_LENGTH_MAX).replaceAll('\0', '\uFFFD').toWellFormed();
}
