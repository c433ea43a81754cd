import { createHash } from 'node:crypto';
import type { ReportAction } from './action.ts';

/** What makes a submission the same one: asked for twice, it has one id and so is sent once. */
export type SubmissionKey = {
  readonly regime: 'REMIT' | 'EMIR_EU' | 'EMIR_UK';
  readonly uti: string;
  readonly action: ReportAction;
  /** Position of this action in the history of the UTI, from 1. */
  readonly sequence: number;
};

/** The id of a submission, `sub_` and 32 hexadecimal digits: derived from its key, never generated. */
export function submissionIdOf(key: SubmissionKey): string {
  const { regime, uti, action, sequence } = key;
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new Error(`sequence ${sequence} is not a whole number from 1`);
  // JSON keeps the parts apart, whatever characters a UTI has.
  const digest = createHash('sha256')
    .update(JSON.stringify([regime, uti, action, sequence]), 'utf8')
    .digest('hex');
  return `sub_${digest.slice(0, 32)}`;
}
