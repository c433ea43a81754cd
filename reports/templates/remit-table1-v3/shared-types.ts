import { choice, complex, many, one, optional, optionalSequence, repeatedSequence, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import * as t from './simple-types.ts';

/**
 * Structures that orders, trades and contracts share.
 *
 * @source ACER, REMITTable1_V3.xsd of 4 July 2024, complex types
 */
const partyCode = choice(one('ace', t.aceCode), one('lei', t.leiCode), one('bic', t.bicCode), one('eic', t.eicCode), one('gln', t.glnCode));

export const reportingEntity = complex('reportingEntityID', partyCode);
export const participant = complex('participantType', partyCode);

export const marketPlace = complex(
  'organisedMarketPlaceType',
  choice(one('lei', t.leiCode), one('mic', t.micCode), one('ace', t.aceCode), one('bil', t.bilateralCode)),
);

export const trader = complex(
  'traderIDType',
  choice(
    one('traderIdForOrganisedMarket', t.traderCode, { field: '3', title: 'Trader id at the venue' }),
    one('traderIdForMarketParticipant', t.traderCode, { field: '3', title: 'Trader id at the participant' }),
  ),
);

export const price = complex('priceType', sequence(one('value', t.numberValue), one('currency', t.currencyCode)));
export const quantity = complex('quantityType', sequence(one('value', t.numberValue), one('unit', t.quantityUnit, { field: '42' })));
export const notionalQuantity = complex(
  'notionalQuantityType',
  sequence(one('value', t.numberValue), one('unit', t.notionalQuantityUnit, { field: '42' })),
);
export const priceDetails = complex(
  'priceDetailsType',
  sequence(
    one('price', t.numberValue, { field: '35', title: 'Price' }),
    one('priceCurrency', t.currencyCode, { field: '37', title: 'Price currency' }),
  ),
);
export const notionalAmountDetails = complex(
  'notionalAmountDetailsType',
  sequence(
    one('notionalAmount', t.numberValue, { field: '38', title: 'Notional amount' }),
    one('notionalCurrency', t.currencyCode, { field: '39', title: 'Notional currency' }),
  ),
);

const indexCurrencyValue = complex(
  'indexCurrValueType',
  sequence(
    one('indexValue', t.numberValue, { field: '36', title: 'Index value' }),
    optional('indexCurrency', t.currencyCode, { field: '37', title: 'Index currency' }),
  ),
);
export const fixingIndex = complex(
  'fixingIndexDetails',
  sequence(
    optional('indexName', t.indexNameText, { field: '25', title: 'Fixing index' }),
    many('indexCurrValue', indexCurrencyValue, { min: 0, max: UNBOUNDED, field: '36' }),
  ),
);

export const triggerDetails = complex(
  'triggerDetailsType',
  sequence(
    one('priceLimit', price, { field: '18', title: 'Price limit' }),
    optional('triggerContractId', t.contractIdText, { field: '18' }),
  ),
);
export const orderDurationDetails = complex(
  'orderDurationType',
  sequence(one('duration', t.orderDuration, { field: '20' }), optional('expirationDateTime', t.dateTimeValue, { field: '20' })),
);

/** One interval of a shaped profile, fields 49, 50 and 53 to 57. `intervals` holds the repeated pairs of times. */
export const priceIntervalQuantity = complex(
  'priceTimeIntervalQuantityDetails',
  sequence(
    optional('intervalStartDate', t.dateValue, { field: '49' }),
    optional('intervalEndDate', t.dateValue, { field: '50' }),
    optional('daysOfTheWeek', t.daysOfTheWeekText, { field: '53', title: 'Days of the week' }),
    repeatedSequence(
      'intervals',
      one('intervalStartTime', t.localTimeValue, { field: '54', title: 'Interval start' }),
      one('intervalEndTime', t.localTimeValue, { field: '54', title: 'Interval end' }),
    ),
    optionalSequence(
      one('quantity', t.numberValue, { field: '55', title: 'Delivery capacity' }),
      one('unit', t.quantityUnit, { field: '56', title: 'Capacity unit' }),
    ),
    optional('priceTimeIntervalQuantity', price, { field: '57', title: 'Price of the interval' }),
  ),
);
