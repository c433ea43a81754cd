import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdayOf } from '../../time/business-date.ts';
import { REMIT_DEADLINE_KINDS, deadlineRequest, remitDeadline } from './deadline.ts';

describe('REMIT time limits', () => {
  it.each([
    // ACER's own worked cases.
    ['bilateral', '2026-04-28T12:00:00Z', '2026-05-28'],
    ['bilateral', '2026-04-29T12:00:00Z', '2026-05-13'],
    ['framework', '2026-04-28T12:00:00Z', '2026-05-28'],
    ['framework', '2026-04-29T12:00:00Z', '2026-05-13'],
    // Two Mon-Fri days; 1 May counts although it is a holiday.
    ['organised-market', '2026-04-29T12:00:00Z', '2026-05-01'],
    ['organised-market', '2026-04-28T12:00:00Z', '2026-04-29'],
    // Friday: the old act's next working day is Monday, the new act's second one Tuesday.
    ['organised-market', '2026-04-24T12:00:00Z', '2026-04-27'],
    ['organised-market', '2026-05-08T12:00:00Z', '2026-05-12'],
    // Concluded on a Saturday: counting starts with Monday.
    ['organised-market', '2026-05-09T12:00:00Z', '2026-05-12'],
    // A month that has no such day ends with its last one.
    ['bilateral', '2026-01-31T12:00:00Z', '2026-02-28'],
  ] as const)('%s concluded %s is due on %s', (kind, concludedAt, dueOn) => {
    expect(remitDeadline({ kind, concludedAt }).dueOn).toBe(dueOn);
  });

  it('takes the date by the clock of Brussels: 22:30Z on 28 April is already 29 April there', () => {
    expect(remitDeadline({ kind: 'bilateral', concludedAt: '2026-04-28T22:30:00Z' })).toEqual({
      dueOn: '2026-05-13',
      dueAt: '2026-05-13T22:00:00.000Z',
      rule: 'remit.2026-256.bilateral',
      source: expect.stringContaining('2026/256'),
    });
    expect(remitDeadline({ kind: 'bilateral', concludedAt: '2026-04-28T21:59:59Z' }).rule).toBe('remit.1348-2014.bilateral');
  });

  it('ends the day at 23:00Z in winter', () => {
    expect(remitDeadline({ kind: 'organised-market', concludedAt: '2026-11-23T09:00:00Z' }).dueAt).toBe('2026-11-25T23:00:00.000Z');
  });

  it('gives look-alikes the next working day under the old act, and the common ten days under the new one', () => {
    expect(remitDeadline({ kind: 'bilateral', concludedAt: '2026-04-28T12:00:00Z', lookAlike: true }).dueOn).toBe('2026-04-29');
    expect(remitDeadline({ kind: 'bilateral', concludedAt: '2026-04-29T12:00:00Z', lookAlike: true }).dueOn).toBe('2026-05-13');
  });

  it('counts an execution from the fixing, which also decides the act', () => {
    const concludedAt = '2025-12-01T12:00:00Z';
    expect(remitDeadline({ kind: 'execution', concludedAt, fixedAt: '2026-06-01T08:00:00Z' })).toMatchObject({
      dueOn: '2026-06-15',
      rule: 'remit.2026-256.execution',
    });
    expect(remitDeadline({ kind: 'execution', concludedAt, fixedAt: '2026-04-01' }).dueOn).toBe('2026-05-01');
    expect(() => remitDeadline({ kind: 'execution', concludedAt })).toThrow();
  });

  it('is after the event, and on a weekday under the new act', () => {
    const instants = fc.date({ min: new Date('2026-04-29T00:00:00Z'), max: new Date('2035-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...REMIT_DEADLINE_KINDS), instants, (kind, date) => {
        const concludedAt = date.toISOString();
        const { dueOn, dueAt } = remitDeadline({ kind, concludedAt, fixedAt: concludedAt });
        expect(dueAt > concludedAt).toBe(true);
        expect(weekdayOf(dueOn)).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('the request of the command line', () => {
  it('answers with dates, rule and source', () => {
    expect(deadlineRequest({ regime: 'REMIT', kind: 'bilateral', concludedAt: '2026-04-29T10:00:00+02:00' })).toEqual({
      kind: 'deadline',
      dueOn: '2026-05-13',
      dueAt: '2026-05-13T22:00:00.000Z',
      rule: 'remit.2026-256.bilateral',
      source: expect.stringContaining('2026/256'),
    });
  });

  it.each([
    [{ regime: 'EMIR', kind: 'bilateral', concludedAt: '2026-04-29' }, ['/regime']],
    [{ regime: 'REMIT', kind: 'other', concludedAt: '2026-04-29' }, ['/kind']],
    [{ regime: 'REMIT', kind: 'bilateral' }, ['/concludedAt']],
    [{ regime: 'REMIT', kind: 'bilateral', concludedAt: '2026-04-31' }, ['/concludedAt']],
    [{ regime: 'REMIT', kind: 'bilateral', concludedAt: '2026-04-29T10:00:00' }, ['/concludedAt']],
    [{ regime: 'REMIT', kind: 'execution', concludedAt: '2026-04-29' }, ['/fixedAt']],
    [{ regime: 'REMIT', kind: 'execution', concludedAt: '2026-04-29', fixedAt: '2026-04-28' }, ['/fixedAt']],
    [{ regime: 'REMIT', kind: 'framework', concludedAt: '2026-04-29', lookAlike: true }, ['/lookAlike']],
    [{ regime: 'REMIT', kind: 'bilateral', concludedAt: '2026-04-29', when: 1, dueOn: 2 }, ['/when', '/dueOn']],
    [[], ['', '/regime', '/kind', '/concludedAt']],
  ])('refuses %j, naming %j', (request, expected) => {
    const answer = deadlineRequest(request);
    expect(answer.kind === 'refused' ? answer.issues.map((issue) => issue.field) : []).toEqual(expected);
  });
});
