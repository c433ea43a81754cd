import { describe, expect, it } from 'vitest';
import { type CycleFact, type ObligationFact, type TradeFacts, explainWaiting } from './explain-waiting.ts';

const SINCE = '2026-09-29T08:00:00.000Z';
const facts = (changes: Partial<TradeFacts>): TradeFacts => ({
  state: 'booked',
  stateSince: SINCE,
  version: 1,
  exceptions: [],
  obligations: [],
  cycles: [],
  ...changes,
});
const obligation = (changes: Partial<ObligationFact>): ObligationFact => ({
  uti: 'UTI1',
  action: 'N',
  state: 'sent',
  dueAt: '2026-09-30T21:59:59.000Z',
  since: SINCE,
  ...changes,
});
const cycle = (changes: Partial<CycleFact>): CycleFact => ({
  deliveryMonth: '2026-10',
  state: 'open',
  closesAt: '2026-11-01T00:00:00.000Z',
  blockedReason: null,
  since: SINCE,
  unpaid: [],
  ...changes,
});
const held = {
  kind: 'heldTrade',
  ownerRole: 'compliance',
  since: SINCE,
  deadline: '2026-09-29T12:00:00.000Z',
  reason: 'over the limit',
  nextAction: 'Approve or reject.',
};

describe('what a trade waits for', () => {
  it('is nothing where it is rejected, settled, or cancelled with its reports accepted', () => {
    for (const state of ['rejected', 'settled', 'cancelled'] as const) expect(explainWaiting(facts({ state })).waitingFor).toBeNull();
    const done = explainWaiting(facts({ state: 'cancelled', obligations: [obligation({ state: 'accepted' })] }));
    expect(done).toMatchObject({ waitingFor: null, who: null, nextAction: null });
  });

  it('is the person named by the exception, with the deadline, where it is held', () => {
    expect(explainWaiting(facts({ state: 'held', exceptions: [held] }))).toEqual({
      waitingFor: 'a decision by compliance: over the limit',
      since: SINCE,
      nextAction: 'Approve or reject.',
      who: 'compliance',
      deadline: '2026-09-29T12:00:00.000Z',
    });
  });

  it('is the report that is due first, before any delivery or payment', () => {
    const obligations = [obligation({ uti: 'LATE', dueAt: '2026-10-05T00:00:00.000Z' }), obligation({ uti: 'SOON' })];
    const waiting = explainWaiting(facts({ obligations, cycles: [cycle({})] }));
    expect(waiting).toMatchObject({
      waitingFor: 'the receipt for the new report of SOON',
      who: 'regulator',
      deadline: '2026-09-30T21:59:59.000Z',
    });
  });

  it('is still the cancel report of a cancelled trade', () => {
    const waiting = explainWaiting(facts({ state: 'cancelled', obligations: [obligation({ action: 'C', state: 'pending' })] }));
    expect(waiting.waitingFor).toBe('the cancel report of UTI1 to be written');
  });

  it('is a blocked month before an unpaid invoice before an open month', () => {
    const unpaid = [{ invoiceNumber: 'S-2026-1', dueOn: '2026-11-20', direction: 'sell' as const }];
    const open = cycle({ deliveryMonth: '2026-09' });
    const invoiced = cycle({ deliveryMonth: '2026-10', state: 'invoiced', unpaid });
    const blocked = cycle({ deliveryMonth: '2026-11', state: 'blocked', blockedReason: 'no VAT number' });
    expect(explainWaiting(facts({ cycles: [open, invoiced, blocked] })).waitingFor).toBe(
      'the settlement of 2026-11, which is blocked: no VAT number',
    );
    expect(explainWaiting(facts({ cycles: [open, invoiced] }))).toMatchObject({
      waitingFor: 'the payment of invoice S-2026-1, due 2026-11-20',
      who: 'counterparty',
    });
    expect(explainWaiting(facts({ cycles: [open] }))).toMatchObject({ waitingFor: 'the end of delivery month 2026-09', who: 'system' });
  });

  it('is never nothing while the trade is open', () => {
    for (const state of ['captured', 'checking', 'held', 'booked'] as const)
      expect(explainWaiting(facts({ state })).waitingFor).not.toBeNull();
  });
});
