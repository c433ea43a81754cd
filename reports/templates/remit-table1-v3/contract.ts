import { complex, many, one, optional, repeatedSequence, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import { marketPlace, price } from './shared-types.ts';
import * as t from './simple-types.ts';

const tradingHours = complex(
  'contractTradingHoursType',
  sequence(one('startTime', t.tradingTimeValue), one('endTime', t.tradingTimeValue), optional('date', t.dateValue)),
);

const optionDetails = complex(
  'optionDetails',
  sequence(
    one('optionStyle', t.optionStyle, { field: '44', title: 'Option style' }),
    one('optionType', t.optionType, { field: '45', title: 'Option type' }),
    many('optionExerciseDate', t.dateValue, { min: 0, max: UNBOUNDED, field: '46', title: 'Option exercise date' }),
    optional('optionStrikePrice', price, { field: '47', title: 'Option strike price' }),
  ),
);

/** `loadDeliveryIntervals` holds the repeated pairs of local times, field 54. */
const deliveryProfile = complex(
  'deliveryProfileDetails',
  sequence(
    optional('loadDeliveryStartDate', t.dateValue, { field: '49' }),
    optional('loadDeliveryEndDate', t.dateValue, { field: '50' }),
    many('daysOfTheWeek', t.daysOfTheWeekText, { min: 0, max: UNBOUNDED, field: '53', title: 'Days of the week' }),
    repeatedSequence(
      'loadDeliveryIntervals',
      one('loadDeliveryStartTime', t.localTimeValue, { field: '54', title: 'Load delivery start' }),
      one('loadDeliveryEndTime', t.localTimeValue, { field: '54', title: 'Load delivery end' }),
    ),
  ),
);

/**
 * A contract, in the contract list or inline in an order or trade, fields 21 to 29 and 44 to 54.
 *
 * @source ACER, REMITTable1_V3.xsd of 4 July 2024, type annexTable1ContractType
 */
export const contract = complex(
  'annexTable1ContractType',
  sequence(
    one('contractId', t.contractIdText, { field: '21', title: 'Contract id' }),
    one('contractName', t.contractNameText, { field: '22', title: 'Contract name' }),
    one('contractType', t.contractType, { field: '23', title: 'Contract type' }),
    many('energyCommodity', t.energyCommodity, { min: 1, max: 2, field: '24', title: 'Energy commodity' }),
    many('indexName', t.indexNameText, { min: 0, max: UNBOUNDED, field: '25', title: 'Fixing index' }),
    one('settlementMethod', t.settlementMethod, { field: '26', title: 'Settlement method' }),
    one('organisedMarketPlaceIdentifier', marketPlace, { field: '27', title: 'Organised market place' }),
    many('contractTradingHours', tradingHours, { min: 0, max: UNBOUNDED, field: '28', title: 'Trading hours' }),
    optional('lastTradingDateTime', t.dateTimeValue, { field: '29', title: 'Last trading date and time' }),
    optional('optionDetails', optionDetails, { field: '44' }),
    many('deliveryPointOrZone', t.eicCode, { min: 1, max: UNBOUNDED, field: '48', title: 'Delivery point or zone' }),
    one('deliveryStartDate', t.dateValue, { field: '49', title: 'Delivery start date' }),
    one('deliveryEndDate', t.dateValue, { field: '50', title: 'Delivery end date' }),
    optional('duration', t.durationType, { field: '51', title: 'Duration' }),
    optional('loadType', t.loadType, { field: '52', title: 'Load type' }),
    many('deliveryProfile', deliveryProfile, { min: 1, max: UNBOUNDED, field: '54', title: 'Delivery profile' }),
  ),
);
