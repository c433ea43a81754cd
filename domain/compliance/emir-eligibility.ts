import type { TradeTerms } from '../trade/trade-terms.ts';

/** Whether a trade is a derivative that EMIR wants reported. Asked before REMIT, which does not want such a trade twice. */
export type EmirEligibility = { readonly reportable: boolean; readonly rule: string; readonly reason: string; readonly source: string };

const MIFID_ANNEX = 'Directive 2014/65/EU (MiFID II) Annex I Section C; Regulation (EU) No 648/2012 art. 2(5), 9';

/**
 * Classifies a trade. Cash-settled derivatives are financial instruments (C5), and so are futures traded on a venue (C6, C7).
 * A physical contract off venue, and one on a venue that is no future, is none: our venues for these are OTFs, on which power and gas
 * that must be delivered are carved out.
 *
 * @source MiFID II Annex I Section C(5), (6), (7); Delegated Regulation (EU) 2017/565 art. 5
 */
export function emirEligibility(terms: Pick<TradeTerms, 'venue' | 'contractType' | 'settlementMethod'>): EmirEligibility {
  if (terms.settlementMethod === 'financial') {
    return {
      reportable: true,
      rule: 'emir.c5.cash-settled',
      reason: 'A commodity derivative that is settled in cash is a financial instrument, so it is reported under EMIR.',
      source: MIFID_ANNEX,
    };
  }
  if (terms.venue.kind === 'organisedMarket' && terms.contractType === 'FU') {
    return {
      reportable: true,
      rule: 'emir.c6.venue-future',
      reason: 'A commodity future traded on a venue is a financial instrument, so it is reported under EMIR.',
      source: MIFID_ANNEX,
    };
  }
  return {
    reportable: false,
    rule: 'emir.none.physical',
    reason: 'A contract to supply power or gas that must be delivered, and is no future on a venue, is no financial instrument.',
    source: MIFID_ANNEX,
  };
}
