import { describe, expect, it } from 'vitest';
import { businessDate } from '../../time/business-date.ts';
import type { BilateralTradeEvent } from './event.ts';
import { otherSideOf, sleeveTrades } from './linked-events.ts';

const US = { ace: 'A0045821W.IT' } as const;
const BUYER = { ace: 'C0643778W.EU' } as const;
const SELLER = { ace: 'C06AG978W.EU' } as const;

const TRADE: BilateralTradeEvent = {
  kind: 'bilateralTrade',
  actor: { participant: US, capacity: 'P' },
  traderId: 'trader-1',
  side: 'B',
  aggressor: 'I',
  product: {
    contractType: 'FW',
    commodities: ['EL'],
    settlement: 'P',
    deliveryPoints: ['10YDE-RWENET---I'],
    deliveryStartDate: businessDate('2027-10-01'),
    deliveryEndDate: businessDate('2027-10-31'),
    duration: 'M',
    loadType: 'BL',
    profile: [{ windows: [{ from: '00:00:00', to: '24:00:00' }] }],
  },
  otherParticipant: SELLER,
  at: '2026-09-29T09:30:00Z',
  uti: 'UTI-1',
  price: { fixed: { value: '80.40', currency: 'EUR' } },
  totalQuantity: { value: '2235', unit: 'MWh' },
  action: 'N',
};

describe('the other side of a trade', () => {
  it('has parties, direction and aggressor changed over, and all else the same', () => {
    const other = otherSideOf(TRADE, 'trader-2');
    expect(other).toEqual({
      ...TRADE,
      actor: { participant: SELLER, capacity: 'P' },
      otherParticipant: US,
      traderId: 'trader-2',
      side: 'S',
      aggressor: 'A',
    });
    expect(otherSideOf(other, 'trader-1')).toEqual(TRADE);
  });
});

describe('a sleeve', () => {
  it('is two trades of the party in the middle, each with its own UTI and a link to the other', () => {
    const trades = sleeveTrades({ terms: TRADE, bought: { from: SELLER, uti: 'U-BUY' }, sold: { to: BUYER, uti: 'U-SELL' } });
    const facts = trades.map(({ side, uti, aggressor, otherParticipant, linkedTransactionIds }) => ({
      side,
      uti,
      aggressor,
      otherParticipant,
      linkedTransactionIds,
    }));
    expect(facts).toEqual([
      { side: 'B', uti: 'U-BUY', aggressor: 'S', otherParticipant: SELLER, linkedTransactionIds: ['U-SELL'] },
      { side: 'S', uti: 'U-SELL', aggressor: 'S', otherParticipant: BUYER, linkedTransactionIds: ['U-BUY'] },
    ]);
  });
});
