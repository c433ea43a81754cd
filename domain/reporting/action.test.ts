import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionOutcome, ReportAction, ReportIntent, ReportedAction } from './action.ts';
import { REPORT_ACTIONS, mayFollow, nextAction, regulatorViewOf } from './action.ts';
import { submissionIdOf } from './submission-id.ts';

function history(text: string): ReportedAction[] {
  const outcomes: Readonly<Record<string, ActionOutcome>> = { '+': 'accepted', '-': 'rejected', '?': 'pending' };
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const action = REPORT_ACTIONS.find((candidate) => candidate === word[0]);
      const outcome = outcomes[word[1] ?? ''];
      if (action === undefined || outcome === undefined) throw new Error(word);
      return { action, outcome };
    });
}

describe('the next report action of a UTI', () => {
  it.each([
    ['', 'report', { kind: 'send', action: 'N', sequence: 1 }],
    ['N?', 'report', { kind: 'wait', for: 'N' }],
    ['N-', 'report', { kind: 'resend', action: 'N', sequence: 2 }],
    ['N- N+', 'report', { kind: 'done' }],
    ['N+', 'amend', { kind: 'send', action: 'M', sequence: 2 }],
    ['N?', 'amend', { kind: 'wait', for: 'N' }],
    ['N+ M-', 'amend', { kind: 'resend', action: 'M', sequence: 3 }],
    ['N+ M+', 'amend', { kind: 'done' }],
    ['', 'amend', { kind: 'refuse' }],
    ['N+', 'cancel', { kind: 'send', action: 'C', sequence: 2 }],
    ['N+ C+', 'cancel', { kind: 'done' }],
    ['N+ C+', 'amend', { kind: 'refuse' }],
    ['N+', 'correct', { kind: 'send', action: 'E', sequence: 2 }],
    ['N+ E?', 'correct', { kind: 'wait', for: 'E' }],
    ['N+ E+', 'correct', { kind: 'send', action: 'N', sequence: 3 }],
    ['N+ E+ N-', 'correct', { kind: 'resend', action: 'N', sequence: 4 }],
    ['N+ E+ N+', 'correct', { kind: 'done' }],
    ['', 'correct', { kind: 'refuse' }],
    ['N+ M+ M+ M+', 'withdraw', { kind: 'send', action: 'E', sequence: 5 }],
    ['N+ M+ M+ M+ E+ E+ E+', 'withdraw', { kind: 'send', action: 'E', sequence: 8 }],
    ['N+ M+ M+ M+ E+ E+ E+ E+', 'withdraw', { kind: 'done' }],
  ] as const)('after "%s", to %s', (past, intent, expected) => {
    expect(nextAction({ history: history(past), intent })).toMatchObject(expected);
  });

  it('counts a second amendment and a second correction from where they arose', () => {
    expect(nextAction({ history: history('N+ M+'), intent: 'amend', intentFrom: 2 })).toMatchObject({
      kind: 'send',
      action: 'M',
      sequence: 3,
    });
    expect(nextAction({ history: history('N+ E+ N+'), intent: 'correct', intentFrom: 3 })).toMatchObject({ kind: 'send', action: 'E' });
  });

  it('drops a rejected amendment when the trade is cancelled instead, but never a rejected N', () => {
    expect(nextAction({ history: history('N+ M-'), intent: 'cancel', intentFrom: 2 })).toMatchObject({
      kind: 'send',
      action: 'C',
      sequence: 3,
    });
    expect(nextAction({ history: history('N-'), intent: 'cancel', intentFrom: 1 })).toMatchObject({
      kind: 'resend',
      action: 'N',
      sequence: 2,
    });
  });

  it('takes back a cancellation with one E, after which the trade is live again', () => {
    expect(regulatorViewOf(history('N+ C+'))).toEqual({ state: 'cancelled', records: 2 });
    expect(regulatorViewOf(history('N+ C+ E+'))).toEqual({ state: 'live', records: 1 });
  });

  it('knows an impossible history', () => {
    for (const past of ['M+', 'N+ N+', 'N+ C+ M+', 'N+ E+ E+', 'N+ C+ C?']) expect(() => regulatorViewOf(history(past))).toThrow();
  });

  it('never gives a step that the regulator could not store, whatever receipts come', () => {
    const intents = fc.constantFrom<ReportIntent>('report', 'amend', 'cancel', 'correct', 'withdraw');
    const outcomes = fc.array(fc.constantFrom<ActionOutcome>('accepted', 'rejected'), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(intents, { maxLength: 12 }), outcomes, (wanted, receipts) => {
        const past: ReportedAction[] = [];
        const stored: ReportAction[] = [];
        for (const intent of ['report' as const, ...wanted]) {
          const intentFrom = past.length;
          for (let step = 0; step < receipts.length; step += 1) {
            const next = nextAction({ history: past, intent, intentFrom });
            if (next.kind !== 'send' && next.kind !== 'resend') break;
            expect(mayFollow(regulatorViewOf(past), next.action)).toBe(true);
            expect(nextAction({ history: [...past, { action: next.action, outcome: 'pending' }], intent, intentFrom }).kind).toBe('wait');
            const outcome = receipts[(past.length + step) % receipts.length] ?? 'accepted';
            past.push({ action: next.action, outcome });
            if (outcome === 'accepted') stored.push(next.action);
          }
        }
        const count = (action: ReportAction): number => stored.filter((candidate) => candidate === action).length;
        expect(count('E')).toBeLessThanOrEqual(count('N') + count('M') + count('C'));
        expect(() => regulatorViewOf(past)).not.toThrow();
      }),
    );
  });
});

describe('the id of a submission', () => {
  it('is the same for the same key and differs in every part of it', () => {
    const key = { regime: 'REMIT', uti: 'U1', action: 'N', sequence: 1 } as const;
    expect(submissionIdOf(key)).toMatch(/^sub_[0-9a-f]{32}$/);
    expect(submissionIdOf({ ...key })).toBe(submissionIdOf(key));
    const others = [
      { ...key, regime: 'EMIR_EU' as const },
      { ...key, uti: 'U2' },
      { ...key, action: 'M' as const },
      { ...key, sequence: 2 },
    ];
    expect(new Set([key, ...others].map(submissionIdOf)).size).toBe(5);
  });

  it('is the first half of the SHA-256 that sha256sum gives for the key', () => {
    // printf '["REMIT","U1","N",1]' | sha256sum
    expect(submissionIdOf({ regime: 'REMIT', uti: 'U1', action: 'N', sequence: 1 })).toBe('sub_674193cf4e8de68eda4f49137861204b');
  });
});
