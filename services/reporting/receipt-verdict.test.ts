import { describe, expect, it } from 'vitest';
import type { ReceiptFinding } from '../../domain/reporting/receipt.ts';
import { type Known, outcomeForOurRecord, rejectingFindings, verdictOf } from './receipt-verdict.ts';

const delivered: Known = { state: 'delivered', everAttempted: true, judged: [] };
const no: ReceiptFinding = { status: 'rejected', text: 'no' };

describe('verdictOf', () => {
  it.each([
    ['transport', 'sending', 'delivered'],
    ['rrm', 'unknown', 'rrmAccepted'],
    ['rrm', 'delivered', 'rrmAccepted'],
    ['aris', 'rrmAccepted', 'accepted'],
    ['aris', 'sending', 'accepted'],
  ] as const)('an acceptance by %s moves %s on to %s', (stage, state, to) => {
    const known: Known = { state, everAttempted: true, judged: [] };
    expect(verdictOf({ receipt: { stage, status: 'accepted', findings: [] }, known })).toEqual({ kind: 'move', to });
  });

  it('keeps an RRM acceptance that comes after the acceptance of the regulator', () => {
    const known: Known = { state: 'accepted', everAttempted: true, judged: [{ stage: 'aris', outcome: 'accepted' }] };
    expect(verdictOf({ receipt: { stage: 'rrm', status: 'accepted', findings: [] }, known })).toEqual({ kind: 'keep' });
  });

  it('keeps an RRM acceptance that comes after the rejection by the regulator', () => {
    const known: Known = { state: 'rejected', everAttempted: true, judged: [{ stage: 'aris', outcome: 'rejected' }] };
    expect(verdictOf({ receipt: { stage: 'rrm', status: 'accepted', findings: [] }, known })).toEqual({ kind: 'keep' });
  });

  it.each([
    ['an acceptance after the RRM rejected', 'aris', 'accepted', 'rejected', [{ stage: 'rrm', outcome: 'rejected' }]],
    ['an acceptance after a refusal at the door', 'rrm', 'accepted', 'rejected', []],
    ['a rejection after the regulator accepted', 'aris', 'rejected', 'accepted', [{ stage: 'aris', outcome: 'accepted' }]],
    ['two words of one stage', 'rrm', 'rejected', 'rrmAccepted', [{ stage: 'rrm', outcome: 'accepted' }]],
    ['an RRM rejection after the regulator accepted', 'rrm', 'rejected', 'accepted', [{ stage: 'aris', outcome: 'accepted' }]],
  ] as const)('does not believe %s', (_, stage, status, state, judged) => {
    const verdict = verdictOf({ receipt: { stage, status, findings: [no] }, known: { state, everAttempted: true, judged } });
    expect(verdict.kind).toBe('unbelievable');
  });

  it('does not believe a verdict on a file that was never sent', () => {
    const known: Known = { state: 'prepared', everAttempted: false, judged: [] };
    expect(verdictOf({ receipt: { stage: 'aris', status: 'accepted', findings: [] }, known }).kind).toBe('unbelievable');
  });

  it('does not believe an acceptance that only names other records', () => {
    const receipt = { stage: 'aris', status: 'accepted', findings: [{ recordSeq: 2, status: 'accepted', text: 'accepted' }] } as const;
    expect(verdictOf({ receipt, known: delivered }).kind).toBe('unbelievable');
  });
});

describe('outcomeForOurRecord', () => {
  it('takes the word on record 1 where the file is partly accepted', () => {
    const other: ReceiptFinding = { recordSeq: 2, status: 'accepted', text: 'accepted' };
    expect(outcomeForOurRecord({ status: 'partial', findings: [{ ...no, recordSeq: 1 }, other] })).toBe('rejected');
    expect(
      outcomeForOurRecord({
        status: 'partial',
        findings: [
          { ...other, recordSeq: 1 },
          { ...no, recordSeq: 2 },
        ],
      }),
    ).toBe('accepted');
    expect(outcomeForOurRecord({ status: 'partial', findings: [other] })).toBeUndefined();
  });
});

describe('rejectingFindings', () => {
  it('puts the findings on our record before those on the file, and leaves out other records', () => {
    const ofFile: ReceiptFinding = { status: 'rejected', text: 'file' };
    const ofUs: ReceiptFinding = { recordSeq: 1, status: 'rejected', text: 'us' };
    expect(rejectingFindings([ofFile, { recordSeq: 2, status: 'rejected', text: 'other' }, ofUs])).toEqual([ofUs, ofFile]);
  });
});
