import type { SubmissionState } from '../../db/schema.ts';
import { assertNever } from '../../domain/errors/app-error.ts';
import type { Receipt, ReceiptFinding, ReceiptStage } from '../../domain/reporting/receipt.ts';

/** Our files carry one record each, with this number. */
export const OUR_RECORD_SEQ = 1;

/** What a receipt does to its submission. */
export type Verdict =
  /** The submission moves on. */
  | { readonly kind: 'move'; readonly to: SubmissionState }
  /** Says nothing new: kept and bound, nothing moves. */
  | { readonly kind: 'keep' }
  /** Cannot be true together with what is known: kept, quarantined, and nothing moves. */
  | { readonly kind: 'unbelievable'; readonly reason: string };

/** What is known of a submission when a receipt comes in. */
export type Known = {
  readonly state: SubmissionState;
  /** True once anything was sent or tried; a verdict on a file that never left the house is not believed. */
  readonly everAttempted: boolean;
  /** Stages that a bound receipt has judged before, with their outcome. */
  readonly judged: readonly { readonly stage: ReceiptStage; readonly outcome: 'accepted' | 'rejected' }[];
};

/**
 * Decides what a receipt means. Order of arrival does not matter: a regulator's acceptance before the RRM's moves on at once, and the
 * RRM's then says nothing new. One stage never judges twice in two ways, and after a final state nothing moves any more.
 */
export function verdictOf(input: { receipt: Pick<Receipt, 'stage' | 'status' | 'findings'>; known: Known }): Verdict {
  const { receipt, known } = input;
  const { stage } = receipt;
  if (known.state === 'prepared' && !known.everAttempted) return unbelievable('it judges a file that was never sent');
  const outcome = outcomeForOurRecord(receipt);
  if (outcome === undefined) return unbelievable('it says nothing about our record');
  const before = known.judged.find((judgement) => judgement.stage === stage);
  if (before !== undefined && before.outcome !== outcome) {
    return unbelievable(`it says ${outcome}, but an earlier receipt of the same stage (${stage}) said ${before.outcome}`);
  }
  return outcome === 'accepted' ? acceptance({ stage, known }) : rejection({ stage, known });
}

/** The outcome of our one record; undefined where the receipt judges only other records. */
export function outcomeForOurRecord(receipt: Pick<Receipt, 'status' | 'findings'>): 'accepted' | 'rejected' | undefined {
  const ours = receipt.findings.filter(({ recordSeq }) => recordSeq === OUR_RECORD_SEQ);
  const numbered = receipt.findings.some(({ recordSeq }) => recordSeq !== undefined);
  switch (receipt.status) {
    case 'rejected':
      return 'rejected';
    case 'accepted':
      return numbered && ours.length === 0 ? undefined : 'accepted';
    case 'partial':
      if (ours.length === 0) return undefined;
      return ours.every(({ status }) => status === 'accepted') ? 'accepted' : 'rejected';
    default:
      return assertNever(receipt.status);
  }
}

/** The findings that reject our record, its own before those of the whole file. */
export function rejectingFindings(findings: readonly ReceiptFinding[]): readonly ReceiptFinding[] {
  const rejecting = findings.filter(({ status, recordSeq }) => status === 'rejected' && (recordSeq ?? OUR_RECORD_SEQ) === OUR_RECORD_SEQ);
  return rejecting.toSorted((left, right) => Number(left.recordSeq === undefined) - Number(right.recordSeq === undefined));
}

const ACCEPTED_STATE = { transport: 'delivered', rrm: 'rrmAccepted', aris: 'accepted' } as const;

/** How far a submission has come; a step back is never made. */
const PROGRESS: Readonly<Record<Exclude<SubmissionState, 'rejected'>, number>> = {
  prepared: 0,
  sending: 0,
  unknown: 0,
  delivered: 1,
  rrmAccepted: 2,
  accepted: 3,
};

function acceptance(input: { stage: ReceiptStage; known: Known }): Verdict {
  const { stage, known } = input;
  if (known.state === 'rejected') {
    // The later stage rejected what the earlier one had let pass: its acceptance only comes late.
    const laterStageRejected = known.judged.some((judgement) => judgement.outcome === 'rejected' && isLater(judgement.stage, stage));
    return laterStageRejected ? { kind: 'keep' } : unbelievable('it accepts what was finally rejected');
  }
  const to = ACCEPTED_STATE[stage];
  return PROGRESS[to] > PROGRESS[known.state] ? { kind: 'move', to } : { kind: 'keep' };
}

function rejection(input: { stage: ReceiptStage; known: Known }): Verdict {
  const { stage, known } = input;
  if (known.state === 'rejected') return { kind: 'keep' };
  if (known.state === 'accepted') return unbelievable('it rejects what was finally accepted');
  const laterStageAccepted = known.judged.some((judgement) => judgement.outcome === 'accepted' && isLater(judgement.stage, stage));
  if (laterStageAccepted) return unbelievable(`it rejects at stage ${stage} what a later stage has accepted`);
  return { kind: 'move', to: 'rejected' };
}

const STAGE_ORDER: Readonly<Record<ReceiptStage, number>> = { transport: 0, rrm: 1, aris: 2 };

function isLater(left: ReceiptStage, right: ReceiptStage): boolean {
  return STAGE_ORDER[left] > STAGE_ORDER[right];
}

function unbelievable(reason: string): Verdict {
  return { kind: 'unbelievable', reason };
}
