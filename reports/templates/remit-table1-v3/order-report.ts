import { choice, complex, many, one, optional, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import { contract } from './contract.ts';
import * as s from './shared-types.ts';
import * as t from './simple-types.ts';

const orderIds = complex(
  'orderIdType',
  sequence(
    one('uniqueOrderIdentifier', t.orderIdentifier, { field: '13', title: 'Order id' }),
    optional('previousOrderIdentifier', t.orderIdentifier, { field: '13', title: 'Previous order id' }),
  ),
);

const legContractId = complex(
  'legContractIdType',
  sequence(one('contractId', t.contractIdText, { field: '21' }), one('buySellIndicator', t.buySellIndicator, { field: '11' })),
);
const legContract = complex(
  'legContract',
  sequence(one('contract', contract, { field: '21' }), one('buySellIndicator', t.buySellIndicator, { field: '11' })),
);
const contractInfo = complex(
  'contractInfoType',
  choice(
    sequence(
      one('contractId', t.contractIdText, { field: '21' }),
      many('legContractId', legContractId, { min: 0, max: UNBOUNDED, field: '21' }),
    ),
    sequence(one('contract', contract, { field: '21' }), many('legContract', legContract, { min: 0, max: UNBOUNDED, field: '21' })),
  ),
);

/**
 * An order on an organised market place.
 *
 * @source ACER, REMITTable1_V3.xsd of 4 July 2024, type annexTable1Order
 */
export const orderReport = complex(
  'annexTable1Order',
  sequence(
    one('RecordSeqNumber', t.recordSeqNumber),
    one('idOfMarketParticipant', s.participant, { field: '1', title: 'Market participant' }),
    one('traderID', s.trader, { field: '3', title: 'Trader' }),
    optional('beneficiaryIdentification', s.participant, { field: '8', title: 'Beneficiary' }),
    one('tradingCapacity', t.tradingCapacity, { field: '10', title: 'Trading capacity' }),
    one('buySellIndicator', t.buySellIndicator, { field: '11', title: 'Buy or sell' }),
    one('orderId', orderIds, { field: '13', title: 'Order id' }),
    one('orderType', t.orderType, { field: '14', title: 'Order type' }),
    many('orderCondition', t.orderCondition, { min: 0, max: UNBOUNDED, field: '15', title: 'Order condition' }),
    many('orderStatus', t.orderStatus, { min: 0, max: UNBOUNDED, field: '16', title: 'Order status' }),
    optional('minimumExecuteVolume', s.quantity, { field: '17', title: 'Minimum execute volume' }),
    optional('triggerDetails', s.triggerDetails, { field: '18', title: 'Price limit' }),
    optional('undisclosedVolume', s.quantity, { field: '19', title: 'Undisclosed volume' }),
    one('orderDuration', s.orderDurationDetails, { field: '20', title: 'Order duration' }),
    one('contractInfo', contractInfo, { field: '21', title: 'Contract' }),
    one('organisedMarketPlaceIdentifier', s.marketPlace, { field: '27', title: 'Organised market place' }),
    one('transactionTime', t.dateTimeValue, { field: '30', title: 'Transaction timestamp' }),
    optional('originalEntryTime', t.dateTimeValue, { field: '30', title: 'Original entry time' }),
    many('linkedOrderId', t.orderIdentifier, { min: 0, max: UNBOUNDED, field: '33', title: 'Linked order id' }),
    optional('priceDetails', s.priceDetails, { field: '35', title: 'Price' }),
    many('fixingIndex', s.fixingIndex, { min: 0, max: UNBOUNDED, field: '25', title: 'Fixing index' }),
    optional('notionalAmountDetails', s.notionalAmountDetails, { field: '38', title: 'Notional amount' }),
    optional('quantity', s.quantity, { field: '40', title: 'Quantity' }),
    optional('totalNotionalContractQuantity', s.notionalQuantity, { field: '41', title: 'Total notional contract quantity' }),
    many('priceIntervalQuantityDetails', s.priceIntervalQuantity, { min: 0, max: UNBOUNDED, field: '54', title: 'Interval' }),
    one('actionType', t.actionType, { field: '58', title: 'Action type' }),
    optional('Extra', t.extraText),
  ),
);
