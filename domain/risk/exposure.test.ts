import { describe, expect, it } from 'vitest';
import { businessDate } from '../time/business-date.ts';
import type { TradeTerms } from '../trade/trade-terms.ts';
import { exposureOf, tradeDateOf } from './exposure.ts';

/** German base, November 2026: 30 days × 24 h = 720 h × 10 MW = 7,200 MWh. */
const TERMS: TradeTerms = {
  direction: 'sell',
  commodity: 'power',
  market: 'DE',
  deliveryPoint: '10YDE-RWENET---I',
  venue: { kind: 'bilateral' },
  contractType: 'FW',
  settlementMethod: 'physical',
  profile: 'base',
  capacityMw: '10',
  deliveryStartDate: businessDate('2026-11-01'),
  deliveryEndDate: businessDate('2026-11-30'),
  price: { fixed: '80.25' },
  currency: 'EUR',
  concludedAt: '2026-09-29T22:30:00Z',
  counterpartyId: 'cp',
  bookId: 'book',
  traderId: 'trader',
  agreementId: 'efet',
};

describe('exposureOf', () => {
  it('counts a sale in full as credit: 7,200 MWh at 80.25 EUR is 577,800 EUR', () => {
    expect(exposureOf(TERMS)).toEqual({ volumeMwh: '7200', notionalEur: '577800', creditEur: '577800' });
  });

  it('counts a purchase at its replacement share of 10 %', () => {
    expect(exposureOf({ ...TERMS, direction: 'buy' })).toEqual({ volumeMwh: '7200', notionalEur: '577800', creditEur: '57780' });
  });

  it('takes the amount of a negative price, and owes it the other way round', () => {
    const price = { fixed: '-0.015' };
    expect(exposureOf({ ...TERMS, price })).toEqual({ volumeMwh: '7200', notionalEur: '108', creditEur: '10.8' });
    expect(exposureOf({ ...TERMS, price, direction: 'buy' }).creditEur).toBe('108');
  });

  it('stays exact on a day of 25 hours: 25 h × 0.1 MW × 33.333 EUR = 83.3325 EUR', () => {
    const day = businessDate('2026-10-25');
    const terms = { ...TERMS, capacityMw: '0.1', price: { fixed: '33.333' }, deliveryStartDate: day, deliveryEndDate: day };
    expect(exposureOf(terms)).toEqual({ volumeMwh: '2.5', notionalEur: '83.3325', creditEur: '83.3325' });
  });
});

describe('tradeDateOf', () => {
  it('is the date on the clock of the market: half past midnight of 30 September in Berlin', () => {
    expect(tradeDateOf(TERMS)).toBe('2026-09-30');
  });
});
