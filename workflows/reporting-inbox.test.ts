import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReportingInbox } from './reporting-inbox.ts';

const receipt = (receiptId: string, outcome: 'accepted' | 'rejected' = 'accepted') => ({
  obligationId: 'obl_1',
  submissionId: `sub_${receiptId}`,
  receiptId,
  outcome,
});

describe('ReportingInbox', () => {
  it('counts each receipt once, in whatever order and however often it comes, also across a new run', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), fc.nat({ max: 60 }), (ids, cut) => {
        const first = new ReportingInbox();
        for (const id of ids.slice(0, cut)) first.addReceipt(receipt(`r${id}`));
        const second = new ReportingInbox(first.carryOver());
        for (const id of ids.slice(cut)) second.addReceipt(receipt(`r${id}`));
        expect(second.accepted).toBe(new Set(ids).size);
      }),
    );
  });

  it('tells news of the present obligation from the arrival of another one', () => {
    const inbox = new ReportingInbox();
    const mark = inbox.mark();
    inbox.addObligation('obl_2');
    expect([inbox.hasNewsSince(mark), inbox.hasAnythingSince(mark)]).toEqual([false, true]);
    inbox.addReceipt(receipt('r1', 'rejected'));
    expect(inbox.hasNewsSince(mark)).toBe(true);
    const later = inbox.mark();
    inbox.addReceipt(receipt('r1', 'rejected'));
    expect(inbox.hasAnythingSince(later)).toBe(false);
  });

  it('remembers a bounded number of ids', () => {
    const inbox = new ReportingInbox();
    for (let index = 0; index < 1_000; index += 1) inbox.addObligation(`obl_${index}`);
    expect(inbox.carryOver().obligationIds).toHaveLength(100);
    expect([inbox.knows('obl_0'), inbox.knows('obl_999')]).toEqual([false, true]);
  });
});
