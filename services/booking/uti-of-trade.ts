import { remitUtiText } from '../../domain/reporting/remit/uti.ts';
import { tradeDateOf } from '../../domain/risk/exposure.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';

/**
 * The text of ACER's algorithm for one of our trades, in the units of Annex IV (`guide`): capacity in MW, price in EUR/MWh.
 * A shaped trade has no one capacity, so that its quantity and unit stay empty, as for every missing term.
 *
 * @source ACER TRUM Annex IV v2.2
 */
export function utiTextOfTrade(input: { terms: TradeTerms; ownAcerCode: string; counterpartyAcerCode: string }): string {
  const { terms, ownAcerCode, counterpartyAcerCode } = input;
  const weBuy = terms.direction === 'buy';
  return remitUtiText(
    {
      buyer: weBuy ? ownAcerCode : counterpartyAcerCode,
      seller: weBuy ? counterpartyAcerCode : ownAcerCode,
      contractType: terms.contractType,
      energyCommodity: terms.commodity === 'power' ? 'EL' : 'NG',
      settlementMethod: terms.settlementMethod === 'physical' ? 'P' : 'C',
      tradeDate: tradeDateOf(terms),
      price: terms.price.fixed,
      priceCurrency: terms.currency,
      ...(terms.capacityMw === undefined ? {} : { quantity: terms.capacityMw, quantityUnit: 'MW' }),
      deliveryPoint: terms.deliveryPoint,
      deliveryStartDate: terms.deliveryStartDate,
      deliveryEndDate: terms.deliveryEndDate,
    },
    'guide',
  );
}
