import type { BusinessDate } from '../../time/business-date.ts';
import { localDateOf } from '../../time/zone.ts';
import type { ZoneName } from '../../time/zone.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';
import { remitDeliveryEndDate } from './delivery-dates.ts';
import type { UtiTerms } from './uti.ts';

/**
 * The 13 terms of the UTI of one of our trades, ready for `remitUtiText`. The side that buys comes first, whoever we are.
 * A shaped profile has no single quantity, so that quantity and unit are missing there.
 *
 * @param input.zone the market's: it decides on which date the trade was concluded
 * @source ACER TRUM Annex IV v2.2
 */
export function utiTermsOfTrade(input: {
  readonly terms: TradeTerms;
  readonly ourAcerCode: string;
  readonly counterpartyAcerCode: string;
  readonly zone: ZoneName;
}): UtiTerms {
  const { terms, ourAcerCode, counterpartyAcerCode, zone } = input;
  const [buyer, seller] = terms.direction === 'buy' ? [ourAcerCode, counterpartyAcerCode] : [counterpartyAcerCode, ourAcerCode];
  const tradeDate: BusinessDate = localDateOf({ instant: terms.concludedAt, zone });
  return {
    buyer,
    seller,
    contractType: terms.contractType,
    energyCommodity: terms.commodity === 'power' ? 'EL' : 'NG',
    settlementMethod: terms.settlementMethod === 'physical' ? 'P' : 'C',
    tradeDate,
    price: terms.price.fixed,
    priceCurrency: terms.currency,
    ...(terms.capacityMw === undefined ? {} : { quantity: terms.capacityMw, quantityUnit: 'MW' }),
    deliveryPoint: terms.deliveryPoint,
    deliveryStartDate: terms.deliveryStartDate,
    deliveryEndDate: remitDeliveryEndDate(terms),
  };
}
