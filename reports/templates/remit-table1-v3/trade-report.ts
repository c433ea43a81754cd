import { choice, complex, many, one, optional, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import { contract } from './contract.ts';
import * as s from './shared-types.ts';
import * as t from './simple-types.ts';

const clickAndTrade = complex(
  'clickAndTradeDetailsType',
  sequence(
    one('orderType', t.orderType, { field: '14', title: 'Order type' }),
    many('orderCondition', t.orderCondition, { min: 0, max: UNBOUNDED, field: '15', title: 'Order condition' }),
    many('orderStatus', t.orderStatus, { min: 0, max: UNBOUNDED, field: '16', title: 'Order status' }),
    optional('minimumExecuteVolume', s.quantity, { field: '17', title: 'Minimum execute volume' }),
    optional('triggerDetails', s.triggerDetails, { field: '18', title: 'Price limit' }),
    optional('undisclosedVolume', s.quantity, { field: '19', title: 'Undisclosed volume' }),
    optional('orderDuration', s.orderDurationDetails, { field: '20', title: 'Order duration' }),
  ),
);

const contractInfo = complex(
  'contractInfoType_1',
  choice(one('contractId', t.contractIdText, { field: '21' }), one('contract', contract, { field: '21' })),
);

const tradeIds = complex(
  'tradeIdType',
  sequence(
    one('uniqueTransactionIdentifier', t.uniqueTransactionIdentifier, { field: '31', title: 'Unique transaction id' }),
    optional('additionalUtiInfo', t.uniqueTransactionIdentifier, { field: '31', title: 'Additional UTI information' }),
  ),
);

/**
 * A trade: on a venue, bilateral, or an execution under a Table 2 contract.
 *
 * @source ACER, REMITTable1_V3.xsd of 4 July 2024, type annexTable1Trade
 */
export const tradeReport = complex(
  'annexTable1Trade',
  sequence(
    one('RecordSeqNumber', t.recordSeqNumber),
    one('idOfMarketParticipant', s.participant, { field: '1', title: 'Market participant' }),
    optional('traderID', s.trader, { field: '3', title: 'Trader' }),
    optional('otherMarketParticipant', s.participant, { field: '4', title: 'Other market participant' }),
    optional('beneficiaryIdentification', s.participant, { field: '8', title: 'Beneficiary' }),
    one('tradingCapacity', t.tradingCapacity, { field: '10', title: 'Trading capacity' }),
    one('buySellIndicator', t.buySellIndicator, { field: '11', title: 'Buy or sell' }),
    optional('aggressor', t.aggressorType, { field: '12', title: 'Aggressor' }),
    optional('clickAndTradeDetails', clickAndTrade, { field: '14' }),
    one('contractInfo', contractInfo, { field: '21', title: 'Contract' }),
    one('organisedMarketPlaceIdentifier', s.marketPlace, { field: '27', title: 'Organised market place' }),
    one('transactionTime', t.dateTimeValue, { field: '30', title: 'Transaction timestamp' }),
    optional('executionTime', t.dateTimeValue, { field: '30', title: 'Execution time' }),
    one('uniqueTransactionIdentifier', tradeIds, { field: '31', title: 'Unique transaction id' }),
    many('linkedTransactionId', t.uniqueTransactionIdentifier, { min: 0, max: UNBOUNDED, field: '32', title: 'Linked transaction id' }),
    many('linkedOrderId', t.orderIdentifier, { min: 0, max: UNBOUNDED, field: '33', title: 'Linked order id' }),
    optional('voiceBrokered', t.yesNoText, { field: '34', title: 'Voice brokered' }),
    optional('priceDetails', s.priceDetails, { field: '35', title: 'Price' }),
    many('fixingIndex', s.fixingIndex, { min: 0, max: UNBOUNDED, field: '25', title: 'Fixing index' }),
    optional('notionalAmountDetails', s.notionalAmountDetails, { field: '38', title: 'Notional amount' }),
    optional('quantity', s.quantity, { field: '40', title: 'Quantity' }),
    one('totalNotionalContractQuantity', s.notionalQuantity, { field: '41', title: 'Total notional contract quantity' }),
    optional('terminationDate', t.dateTimeValue, { field: '43', title: 'Termination date' }),
    many('priceIntervalQuantityDetails', s.priceIntervalQuantity, { min: 0, max: UNBOUNDED, field: '54', title: 'Interval' }),
    one('actionType', t.actionType, { field: '58', title: 'Action type' }),
    optional('Extra', t.extraText),
  ),
);
