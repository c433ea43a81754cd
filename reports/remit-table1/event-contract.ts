import type { RemitPrice, RemitProduct, VenueContract } from '../../domain/reporting/remit/event.ts';
import type { InstantText } from '../../domain/time/business-date.ts';
import { epochMsOf, instantText } from '../../domain/time/zone.ts';
import { BILATERAL_CONTRACT_NAME, EXECUTION_CONTRACT_NAME, NO_CONTRACT_ID } from '../templates/remit-table1-v3/record-kind.ts';
import type { RemitTable1Contract } from '../templates/remit-table1-v3/schema.ts';
import type { RecordNumbers } from './report-numbers.ts';

type WithNumbers = {
  /** Its indices are declared in the contract, as ARIS asks since release 7.4. */
  readonly price: RemitPrice | undefined;
  readonly numbers: RecordNumbers;
};

/** A contract as a venue lists it, inline in the record. */
export function venueContractOf(input: { readonly contract: VenueContract } & WithNumbers): RemitTable1Contract {
  const { contract, price, numbers } = input;
  const { contractId, contractName, venue, tradingHours, lastTradingAt } = contract;
  return contractWith({
    head: { contractId, contractName },
    product: contract,
    price,
    numbers,
    place: {
      organisedMarketPlaceIdentifier: venue,
      contractTradingHours: [tradingHours],
      ...(lastTradingAt === undefined ? {} : { lastTradingDateTime: utcOf(lastTradingAt) }),
    },
  });
}

/** @source TRUM v6.0 fields 21, 22, 27 and 28: fixed values of a bilateral trade */
export function bilateralContractOf(input: { readonly product: RemitProduct } & WithNumbers): RemitTable1Contract {
  return contractWith({
    ...input,
    head: { contractId: NO_CONTRACT_ID, contractName: BILATERAL_CONTRACT_NAME },
    place: {
      organisedMarketPlaceIdentifier: { bil: 'XBIL' },
      contractTradingHours: [{ startTime: '00:00:00Z', endTime: '24:00:00Z' }],
    },
  });
}

/** An execution names no days and no trading hours. @source TRUM v6.0 fields 21, 22, 27, 28 and 53 */
export function executionContractOf(input: {
  readonly product: Omit<RemitProduct, 'option'>;
  readonly numbers: RecordNumbers;
}): RemitTable1Contract {
  return contractWith({
    head: { contractId: NO_CONTRACT_ID, contractName: EXECUTION_CONTRACT_NAME },
    product: input.product,
    price: undefined,
    numbers: input.numbers,
    place: { organisedMarketPlaceIdentifier: { bil: 'XBIL' } },
  });
}

function contractWith(
  input: {
    head: Pick<RemitTable1Contract, 'contractId' | 'contractName'>;
    product: RemitProduct;
    place: Pick<RemitTable1Contract, 'organisedMarketPlaceIdentifier' | 'contractTradingHours' | 'lastTradingDateTime'>;
  } & WithNumbers,
): RemitTable1Contract {
  const { head, product, price, place, numbers } = input;
  const names = [...new Set((price?.indices ?? []).map(({ name }) => name))];
  return {
    ...head,
    contractType: product.contractType,
    energyCommodity: product.commodities,
    ...(names.length === 0 ? {} : { indexName: names }),
    settlementMethod: product.settlement,
    ...place,
    ...optionOf(product, numbers),
    deliveryPointOrZone: product.deliveryPoints,
    deliveryStartDate: product.deliveryStartDate,
    deliveryEndDate: product.deliveryEndDate,
    duration: product.duration,
    loadType: product.loadType,
    deliveryProfile: product.profile.map(({ startDate, endDate, days, windows }) => ({
      ...(startDate === undefined ? {} : { loadDeliveryStartDate: startDate }),
      ...(endDate === undefined ? {} : { loadDeliveryEndDate: endDate }),
      ...(days === undefined ? {} : { daysOfTheWeek: days }),
      loadDeliveryIntervals: windows.map(({ from, to }) => ({ loadDeliveryStartTime: from, loadDeliveryEndTime: to })),
    })),
  };
}

function optionOf({ option }: RemitProduct, numbers: RecordNumbers): Pick<RemitTable1Contract, 'optionDetails'> {
  if (option === undefined) return {};
  const { style, type, exerciseDates = [], strikePrice } = option;
  const at = 'contractInfo/contract/optionDetails/optionStrikePrice/value';
  return {
    optionDetails: {
      optionStyle: style,
      optionType: type,
      ...(exerciseDates.length === 0 ? {} : { optionExerciseDate: exerciseDates }),
      ...(strikePrice === undefined
        ? {}
        : { optionStrikePrice: { value: numbers.exact({ text: strikePrice.value, field: '47', at }), currency: strikePrice.currency } }),
    },
  };
}

/** TRUM asks for UTC. */
export function utcOf(instant: InstantText): InstantText {
  return instantText(epochMsOf(instant));
}
