import { describe, expect, it } from 'vitest';
import type { TradeTerms, TradeVenue } from '../trade/trade-terms.ts';
import { emirEligibility } from './emir-eligibility.ts';

const VENUE: TradeVenue = { kind: 'organisedMarket', mic: 'XEER', contractId: 'C', contractName: 'C', traderIdAtVenue: 'T' };
const OFF_VENUE: TradeVenue = { kind: 'bilateral' };

describe('emirEligibility', () => {
  it.each<[string, TradeVenue, TradeTerms['contractType'], TradeTerms['settlementMethod'], string]>([
    ['a forward settled in cash off venue', OFF_VENUE, 'FW', 'financial', 'emir.c5.cash-settled'],
    ['a future settled in cash on a venue', VENUE, 'FU', 'financial', 'emir.c5.cash-settled'],
    ['a physical future on a venue', VENUE, 'FU', 'physical', 'emir.c6.venue-future'],
    ['a physical forward on a venue that must be delivered', VENUE, 'FW', 'physical', 'emir.none.physical'],
    ['a day-ahead contract on a venue', VENUE, 'CO', 'physical', 'emir.none.physical'],
    ['a physical forward off venue', OFF_VENUE, 'FW', 'physical', 'emir.none.physical'],
  ])('classifies %s', (_, venue, contractType, settlementMethod, rule) => {
    const result = emirEligibility({ venue, contractType, settlementMethod });
    expect(result.rule).toBe(rule);
    expect(result.reportable).toBe(rule !== 'emir.none.physical');
  });
});
