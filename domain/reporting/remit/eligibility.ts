import { assertNever } from '../../errors/app-error.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';
import type { RemitDeadlineKind } from './deadline.ts';

/** Why a trade is reportable under REMIT or not, kept as a decision beside the trade. */
export type RemitEligibility =
  | {
      readonly reportable: true;
      readonly rule: string;
      readonly reason: string;
      readonly source: string;
      readonly table: 'REMITTable1_V3';
      readonly deadlineKind: Extract<RemitDeadlineKind, 'organised-market' | 'bilateral'>;
    }
  | { readonly reportable: false; readonly rule: string; readonly reason: string; readonly source: string };

const ART_2_4 = 'Regulation (EU) No 1227/2011 art. 2(4)';

/**
 * Classifies a trade. Wholesale supply contracts with delivery in the Union are reportable; so are derivatives on them, unless they are
 * reported under EMIR, which is asked first. Price and quantity of our trades are always known, so that Table 1 is the format.
 *
 * @param input.reportedUnderEmir what the EMIR classification of the same trade came to
 * @source Regulation (EU) No 1227/2011 art. 2(4), 8(1), 8(3)
 */
export function remitEligibility(input: {
  readonly terms: Pick<TradeTerms, 'venue' | 'settlementMethod' | 'commodity'>;
  readonly reportedUnderEmir: boolean;
}): RemitEligibility {
  const { terms, reportedUnderEmir } = input;
  if (reportedUnderEmir) {
    return {
      reportable: false,
      rule: 'remit.art8-3.emir-first',
      reason: 'The trade is a derivative that is reported under EMIR; REMIT does not ask for it twice.',
      source: 'Regulation (EU) No 1227/2011 art. 8(3)',
    };
  }
  const rule = terms.settlementMethod === 'physical' ? 'remit.art2-4a.supply' : 'remit.art2-4b.derivative';
  const what = `${terms.settlementMethod === 'physical' ? 'A contract to supply' : 'A derivative of'} ${terms.commodity} with delivery in the Union`;
  switch (terms.venue.kind) {
    case 'organisedMarket':
      return { ...reportable(rule, `${what}, concluded on an organised market place.`), deadlineKind: 'organised-market' };
    case 'bilateral':
      return { ...reportable(rule, `${what}, concluded bilaterally with known price and quantity.`), deadlineKind: 'bilateral' };
    default:
      return assertNever(terms.venue);
  }
}

function reportable(rule: string, reason: string): Omit<Extract<RemitEligibility, { reportable: true }>, 'deadlineKind'> {
  return { reportable: true, rule, reason, source: ART_2_4, table: 'REMITTable1_V3' };
}
