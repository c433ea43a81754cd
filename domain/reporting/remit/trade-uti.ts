import type { BusinessDate } from '../../time/business-date.ts';
import { localDateOf } from '../../time/zone.ts';
import type { ZoneName } from '../../time/zone.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';
import { remitDeliveryEndDate } from './delivery-dates.ts';
import { hourBlockOf } from './hour-block.ts';
import type { UtiTerms } from './uti.ts';

/**
 * The 13 terms of the UTI of one of our trades, ready for `remitUtiText`: the values that the report itself carries, so that a gas
 * contract ends on the day after its last gas day. The side that buys comes first, whoever we are: both sides get the same terms.
 * A shaped profile that is no block of hours has no single quantity, so that quantity and unit are missing there.
 *
 * @param input.zone the market's: it decides on which date the trade was concluded
 * @source ACER TRUM Annex IV v2.2: the terms are those of the reported fields 1, 4, 23, 24, 26, 30, 35, 37, 40, 42 and 48 to 50
 */
export function utiTermsOfTrade(input: {
  readonly terms: TradeTerms;
  readonly ourAcerCode: string;
  readonly counterpartyAcerCode: string;
  readonly zone: ZoneName;
}): UtiTerms {
  const { terms, ourAcerCode, counterpartyAcerCode, zone } = input;
  const [buyer, seller] = terms.direction === 'buy' ? [ourAcerCode, counterpartyAcerCode] : [counterpartyAcerCode, ourAcerCode];
  const quantityMw = terms.capacityMw ?? hourBlockOf(terms, zone)?.quantityMw;
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
    ...(quantityMw === undefined ? {} : { quantity: quantityMw, quantityUnit: 'MW' }),
    deliveryPoint: terms.deliveryPoint,
    deliveryStartDate: terms.deliveryStartDate,
    deliveryEndDate: remitDeliveryEndDate(terms),
  };
}
