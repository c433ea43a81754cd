import { choice, complex, many, one, optional, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import * as common from '../remit-table1-v3/simple-types.ts';
import * as t from './simple-types.ts';

const partyCode = choice(
  one('ace', common.aceCode),
  one('lei', common.leiCode),
  one('bic', common.bicCode),
  one('eic', common.eicCode),
  one('gln', t.glnCode),
);
export const reportingEntity = complex('reportingEntityID', partyCode);
const participant = complex('participantType', partyCode);

const price = complex('priceType', sequence(one('value', common.numberValue), one('currency', common.currencyCode)));
const priceOrPriceFormula = complex(
  'priceOrPriceFormulaType',
  choice(
    one('price', price, { field: '15', title: 'Price' }),
    one('priceFormula', t.priceFormulaText, { field: '15', title: 'Price formula' }),
  ),
);
const estimatedNotionalAmount = complex(
  'estimatedNotionalAmountType',
  sequence(
    one('value', common.numberValue, { field: '16', title: 'Estimated notional amount' }),
    one('currency', common.currencyCode, { field: '17', title: 'Notional currency' }),
  ),
);
const totalNotionalContractQuantity = complex(
  'notionalQuantityType',
  sequence(
    one('value', common.numberValue, { field: '18', title: 'Total notional contract quantity' }),
    one('unit', t.quantityUnit, { field: '20', title: 'Notional quantity unit' }),
  ),
);

const capacity = complex(
  'volumeOptionalityCapacityType',
  sequence(
    one('value', common.numberValue, { field: '19', title: 'Volume optionality capacity' }),
    one('unit', t.capacityUnit, { field: '20', title: 'Capacity unit' }),
  ),
);
const volumeOptionalityIntervals = complex(
  'volumeOptionalityIntervals',
  sequence(
    one('capacity', capacity, { field: '19' }),
    one('startDate', common.dateValue, { field: '23', title: 'Volume optionality interval start' }),
    one('endDate', common.dateValue, { field: '23', title: 'Volume optionality interval end' }),
  ),
);

const fixingIndexDetails = complex(
  'fixingIndexType',
  sequence(
    one('fixingIndex', t.restrictedText, { field: '25', title: 'Fixing index' }),
    optional('fixingIndexType', t.contractType, { field: '26', title: 'Fixing index type' }),
    optional('fixingIndexSource', t.restrictedText, { field: '27', title: 'Fixing index source' }),
    optional('firstFixingDate', common.dateValue, { field: '28', title: 'First fixing date' }),
    optional('lastFixingDate', common.dateValue, { field: '29', title: 'Last fixing date' }),
    optional('fixingFrequency', t.frequency, { field: '30', title: 'Fixing frequency' }),
  ),
);

const optionDetails = complex(
  'optionDetails',
  sequence(
    optional('optionStyle', common.optionStyle, { field: '32', title: 'Option style' }),
    optional('optionType', common.optionType, { field: '33', title: 'Option type' }),
    optional('optionFirstExerciseDate', common.dateValue, { field: '34', title: 'Option first exercise date' }),
    optional('optionLastExerciseDate', common.dateValue, { field: '35', title: 'Option last exercise date' }),
    optional('optionExerciseFrequency', t.frequency, { field: '36', title: 'Option exercise frequency' }),
    optional('optionStrikeIndex', t.restrictedText, { field: '37', title: 'Option strike index' }),
    optional('optionIndexType', t.contractType, { field: '38', title: 'Option index type' }),
    optional('optionIndexSource', t.restrictedText, { field: '39', title: 'Option index source' }),
    optional('optionStrikePrice', price, { field: '40', title: 'Option strike price' }),
  ),
);

/**
 * A non-standard contract: a framework, or any deal of which price or volume is open.
 *
 * @source ACER, REMITTable2_V1.xsd of 4 July 2024, type nonStandardTransactionReport
 */
export const contractReport = complex(
  'nonStandardTransactionReport',
  sequence(
    one('RecordSeqNumber', common.recordSeqNumber),
    one('idOfMarketParticipant', participant, { field: '1', title: 'Market participant' }),
    many('otherMarketParticipant', participant, { min: 1, max: UNBOUNDED, field: '3', title: 'Other market participant' }),
    many('beneficiaryIdentification', participant, { min: 0, max: UNBOUNDED, field: '7', title: 'Beneficiary' }),
    one('tradingCapacity', common.tradingCapacity, { field: '9', title: 'Trading capacity' }),
    one('buySellIndicator', common.buySellIndicator, { field: '10', title: 'Buy or sell' }),
    one('contractId', t.contractIdText, { field: '11', title: 'Contract id' }),
    one('contractDate', common.dateValue, { field: '12', title: 'Contract date' }),
    one('contractType', t.contractType, { field: '13', title: 'Contract type' }),
    many('energyCommodity', common.energyCommodity, { min: 1, max: 2, field: '14', title: 'Energy commodity' }),
    optional('priceOrPriceFormula', priceOrPriceFormula, { field: '15', title: 'Price or price formula' }),
    optional('estimatedNotionalAmount', estimatedNotionalAmount, { field: '16', title: 'Estimated notional amount' }),
    optional('totalNotionalContractQuantity', totalNotionalContractQuantity, { field: '18', title: 'Total notional contract quantity' }),
    optional('volumeOptionality', t.volumeOptionality, { field: '21', title: 'Volume optionality' }),
    optional('volumeOptionalityFrequency', t.frequency, { field: '22', title: 'Volume optionality frequency' }),
    many('volumeOptionalityIntervals', volumeOptionalityIntervals, { min: 0, max: UNBOUNDED, field: '23', title: 'Interval' }),
    optional('typeOfIndexPrice', t.typeOfIndexPrice, { field: '24', title: 'Type of index price' }),
    many('fixingIndexDetails', fixingIndexDetails, { min: 0, max: UNBOUNDED, field: '25', title: 'Fixing index' }),
    one('settlementMethod', common.settlementMethod, { field: '31', title: 'Settlement method', default: 'P' }),
    many('optionDetails', optionDetails, { min: 0, max: UNBOUNDED, field: '32', title: 'Option' }),
    many('deliveryPointOrZone', common.eicCode, { min: 1, max: UNBOUNDED, field: '41', title: 'Delivery point or zone' }),
    one('deliveryStartDate', common.dateValue, { field: '42', title: 'Delivery start date' }),
    one('deliveryEndDate', common.dateValue, { field: '43', title: 'Delivery end date' }),
    optional('loadType', common.loadType, { field: '44', title: 'Load type' }),
    one('actionType', common.actionType, { field: '45', title: 'Action type' }),
    optional('Extra', t.extraText),
  ),
);
