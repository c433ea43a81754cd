import { marketOf } from '../../domain/market/markets.ts';
import { utiTermsOfTrade } from '../../domain/reporting/remit/trade-uti.ts';
import { type UtiProfile, remitUtiText } from '../../domain/reporting/remit/uti.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';

/**
 * How numbers become text in the identifiers that we compute: as Annex IV is written, capacity in MW and price in EUR/MWh. A counterparty
 * whose tool works as ACER's sheet gets another text; then one identifier is agreed and comes with the trade.
 *
 * @source ACER TRUM Annex IV v2.2
 */
const PROFILE: UtiProfile = 'guide';

/** The text of ACER's algorithm for one of our trades; the counterparty's text for the same trade is the same. */
export function utiTextOfTrade(input: { terms: TradeTerms; ownAcerCode: string; counterpartyAcerCode: string }): string {
  const { terms, ownAcerCode: ourAcerCode, counterpartyAcerCode } = input;
  return remitUtiText(utiTermsOfTrade({ terms, ourAcerCode, counterpartyAcerCode, zone: marketOf(terms.market).zone }), PROFILE);
}
