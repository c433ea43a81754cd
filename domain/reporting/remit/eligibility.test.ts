import { describe, expect, it } from 'vitest';
import { remitEligibility } from './eligibility.ts';

const VENUE = { kind: 'organisedMarket', mic: 'XEEE', contractId: 'C1', contractName: 'DE Base', traderIdAtVenue: 'T1' } as const;

describe('REMIT eligibility', () => {
  it('reports a venue trade in Table 1 with the limit of organised markets', () => {
    expect(
      remitEligibility({ terms: { venue: VENUE, settlementMethod: 'physical', commodity: 'power' }, reportedUnderEmir: false }),
    ).toMatchObject({
      reportable: true,
      rule: 'remit.art2-4a.supply',
      table: 'REMITTable1_V3',
      deadlineKind: 'organised-market',
    });
  });

  it('reports a bilateral derivative that EMIR does not take, with the limit of bilateral contracts', () => {
    const terms = { venue: { kind: 'bilateral' }, settlementMethod: 'financial', commodity: 'gas' } as const;
    expect(remitEligibility({ terms, reportedUnderEmir: false })).toMatchObject({
      reportable: true,
      rule: 'remit.art2-4b.derivative',
      deadlineKind: 'bilateral',
    });
  });

  it('does not report what EMIR takes', () => {
    const terms = { venue: VENUE, settlementMethod: 'financial', commodity: 'power' } as const;
    expect(remitEligibility({ terms, reportedUnderEmir: true })).toMatchObject({ reportable: false, rule: 'remit.art8-3.emir-first' });
  });
});
