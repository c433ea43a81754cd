import type { OrderEvent } from '../../domain/reporting/remit/event.ts';
import type { RemitTable1Order } from '../templates/remit-table1-v3/schema.ts';
import { utcOf, venueContractOf } from './event-contract.ts';
import { actorFields, orderFields, priceFields, quantityOf, stepFields } from './event-values.ts';
import type { RecordNumbers } from './report-numbers.ts';

/**
 * An order on a venue as a record; a spread carries the contracts of its legs, each with its direction.
 *
 * @source ACER TRUM v6.0 chapters 4.1 to 4.7, column of orders
 */
export function orderReportOf(input: {
  readonly event: OrderEvent;
  readonly recordSeqNumber: string;
  readonly numbers: RecordNumbers;
}): RemitTable1Order {
  const { event, recordSeqNumber, numbers } = input;
  const { actor, previousOrderId, originalEntryAt, linkedOrderIds = [], quantity } = event;
  return {
    RecordSeqNumber: recordSeqNumber,
    idOfMarketParticipant: actor.participant,
    traderID: { traderIdForOrganisedMarket: event.traderId },
    ...actorFields(actor),
    buySellIndicator: event.side,
    orderId: {
      uniqueOrderIdentifier: event.orderId,
      ...(previousOrderId === undefined ? {} : { previousOrderIdentifier: previousOrderId }),
    },
    ...orderFields(event.order, numbers),
    contractInfo: contractInfoOf(event, numbers),
    organisedMarketPlaceIdentifier: event.contract.venue,
    transactionTime: utcOf(event.at),
    ...(originalEntryAt === undefined ? {} : { originalEntryTime: utcOf(originalEntryAt) }),
    ...(linkedOrderIds.length === 0 ? {} : { linkedOrderId: linkedOrderIds }),
    ...priceFields(event.price, numbers),
    ...(quantity === undefined ? {} : { quantity: quantityOf({ quantity, field: '40', at: 'quantity', numbers }) }),
    ...stepFields(event.steps, numbers),
    actionType: event.action,
  };
}

function contractInfoOf(event: OrderEvent, numbers: RecordNumbers): RemitTable1Order['contractInfo'] {
  const contract = venueContractOf({ contract: event.contract, price: event.price, numbers });
  if (event.legs === undefined) return { contract };
  return {
    contract,
    legContract: event.legs.map((leg) => ({
      contract: venueContractOf({ contract: leg.contract, price: undefined, numbers }),
      buySellIndicator: leg.side,
    })),
  };
}
