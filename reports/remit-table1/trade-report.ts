import { assertNever } from '../../domain/errors/app-error.ts';
import type { BilateralTradeEvent, ExecutionEvent, VenueTradeEvent } from '../../domain/reporting/remit/event.ts';
import type { RemitTable1Trade } from '../templates/remit-table1-v3/schema.ts';
import { bilateralContractOf, executionContractOf, utcOf, venueContractOf } from './event-contract.ts';
import { actorFields, notionalFields, orderFields, priceFields, quantityOf, stepFields } from './event-values.ts';
import type { RecordNumbers } from './report-numbers.ts';

export type TradeEvent = VenueTradeEvent | BilateralTradeEvent | ExecutionEvent;

type Building<Event extends TradeEvent> = { readonly event: Event; readonly recordSeqNumber: string; readonly numbers: RecordNumbers };

/**
 * A trade on a venue, a bilateral trade or an execution under a framework as a record of Table 1, each with the fields of its column
 * of TRUM and no other.
 *
 * @source ACER TRUM v6.0 chapters 4.1 to 4.7
 */
export function tradeReportOf(input: Building<TradeEvent>): RemitTable1Trade {
  const { event } = input;
  switch (event.kind) {
    case 'venueTrade':
      return venueTradeReport({ ...input, event });
    case 'bilateralTrade':
      return bilateralTradeReport({ ...input, event });
    case 'execution':
      return executionReport({ ...input, event });
    default:
      return assertNever(event);
  }
}

function venueTradeReport(input: Building<VenueTradeEvent>): RemitTable1Trade {
  const { event, numbers } = input;
  const { otherParticipant, aggressor, clickAndTrade, linkedOrderIds = [], contract } = event;
  return {
    RecordSeqNumber: input.recordSeqNumber,
    idOfMarketParticipant: event.actor.participant,
    traderID: { traderIdForOrganisedMarket: event.traderId },
    ...(otherParticipant === undefined ? {} : { otherMarketParticipant: otherParticipant }),
    ...actorFields(event.actor),
    buySellIndicator: event.side,
    ...(aggressor === undefined ? {} : { aggressor }),
    ...(clickAndTrade === undefined ? {} : { clickAndTradeDetails: orderFields(clickAndTrade, numbers, 'clickAndTradeDetails/') }),
    contractInfo: { contract: venueContractOf({ contract, price: event.price, numbers }) },
    organisedMarketPlaceIdentifier: contract.venue,
    ...identityFields(event),
    ...linksOf(event),
    ...(linkedOrderIds.length === 0 ? {} : { linkedOrderId: linkedOrderIds }),
    ...voiceFields(event),
    ...amountFields(event, numbers),
    ...terminationFields(event),
    ...stepFields(event.steps, numbers),
    actionType: event.action,
  };
}

function bilateralTradeReport(input: Building<BilateralTradeEvent>): RemitTable1Trade {
  const { event, numbers } = input;
  const { aggressor } = event;
  return {
    RecordSeqNumber: input.recordSeqNumber,
    idOfMarketParticipant: event.actor.participant,
    traderID: { traderIdForMarketParticipant: event.traderId },
    otherMarketParticipant: event.otherParticipant,
    ...actorFields(event.actor),
    buySellIndicator: event.side,
    ...(aggressor === undefined ? {} : { aggressor }),
    contractInfo: { contract: bilateralContractOf({ product: event.product, price: event.price, numbers }) },
    organisedMarketPlaceIdentifier: { bil: 'XBIL' },
    ...identityFields(event),
    ...linksOf(event),
    ...voiceFields(event),
    ...amountFields(event, numbers),
    ...terminationFields(event),
    ...stepFields(event.steps, numbers),
    actionType: event.action,
  };
}

function executionReport(input: Building<ExecutionEvent>): RemitTable1Trade {
  const { event, numbers } = input;
  return {
    RecordSeqNumber: input.recordSeqNumber,
    idOfMarketParticipant: event.actor.participant,
    otherMarketParticipant: event.otherParticipant,
    tradingCapacity: event.actor.capacity,
    buySellIndicator: event.side,
    contractInfo: { contract: executionContractOf({ product: event.product, numbers }) },
    organisedMarketPlaceIdentifier: { bil: 'XBIL' },
    ...identityFields(event),
    linkedTransactionId: [event.frameworkContractId],
    ...amountFields(event, numbers),
    actionType: event.action,
  };
}

/** Fields 30 and 31. */
function identityFields(event: TradeEvent): Pick<RemitTable1Trade, 'transactionTime' | 'uniqueTransactionIdentifier'> {
  const { additionalUtiInfo } = event;
  return {
    transactionTime: utcOf(event.at),
    uniqueTransactionIdentifier: {
      uniqueTransactionIdentifier: event.uti,
      ...(additionalUtiInfo === undefined ? {} : { additionalUtiInfo }),
    },
  };
}

/** Fields 25 and 35 to 42. */
function amountFields(
  event: TradeEvent,
  numbers: RecordNumbers,
): Pick<RemitTable1Trade, 'priceDetails' | 'fixingIndex' | 'notionalAmountDetails' | 'quantity' | 'totalNotionalContractQuantity'> {
  const { quantity, totalQuantity } = event;
  return {
    ...priceFields(event.kind === 'execution' ? { fixed: event.price } : event.price, numbers),
    ...notionalFields(event, numbers),
    ...(quantity === undefined ? {} : { quantity: quantityOf({ quantity, field: '40', at: 'quantity', numbers }) }),
    totalNotionalContractQuantity: {
      value: numbers.exact({ text: totalQuantity.value, field: '41', at: 'totalNotionalContractQuantity/value' }),
      unit: totalQuantity.unit,
    },
  };
}

function linksOf({ linkedTransactionIds = [] }: VenueTradeEvent | BilateralTradeEvent): Pick<RemitTable1Trade, 'linkedTransactionId'> {
  return linkedTransactionIds.length === 0 ? {} : { linkedTransactionId: linkedTransactionIds };
}

function voiceFields({ voiceBrokered }: VenueTradeEvent | BilateralTradeEvent): Pick<RemitTable1Trade, 'voiceBrokered'> {
  return voiceBrokered === true ? { voiceBrokered: 'Y' } : {};
}

function terminationFields({ terminatedAt }: VenueTradeEvent | BilateralTradeEvent): Pick<RemitTable1Trade, 'terminationDate'> {
  return terminatedAt === undefined ? {} : { terminationDate: utcOf(terminatedAt) };
}
