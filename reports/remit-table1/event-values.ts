import { assertNever } from '../../domain/errors/app-error.ts';
import { decimal } from '../../domain/money/decimal.ts';
import type { OrderTerms, RemitActor, RemitEvent, RemitPrice, RemitQuantity, RemitStep } from '../../domain/reporting/remit/event.ts';
import type { RemitTable1Order, RemitTable1Trade } from '../templates/remit-table1-v3/schema.ts';
import { utcOf } from './event-contract.ts';
import type { RecordNumbers } from './report-numbers.ts';

type Quantity = NonNullable<RemitTable1Trade['quantity']>;

/** Fields 1, 8 and 10. */
export function actorFields(actor: RemitActor): Pick<RemitTable1Trade, 'beneficiaryIdentification' | 'tradingCapacity'> {
  return {
    ...(actor.beneficiary === undefined ? {} : { beneficiaryIdentification: actor.beneficiary }),
    tradingCapacity: actor.capacity,
  };
}

export function quantityOf(input: { quantity: RemitQuantity; field: string; at: string; numbers: RecordNumbers }): Quantity {
  const { quantity, field, at, numbers } = input;
  return { value: numbers.exact({ text: quantity.value, field, at: `${at}/value` }), unit: quantity.unit };
}

/** Fields 25 and 35 to 37. An index without a value has none, never zero. */
export function priceFields(price: RemitPrice | undefined, numbers: RecordNumbers): Pick<RemitTable1Trade, 'priceDetails' | 'fixingIndex'> {
  return {
    ...(price?.fixed === undefined
      ? {}
      : {
          priceDetails: {
            price: numbers.exact({ text: price.fixed.value, field: '35', at: 'priceDetails/price' }),
            priceCurrency: price.fixed.currency,
          },
        }),
    ...(price?.indices === undefined
      ? {}
      : {
          fixingIndex: price.indices.map(({ name, value, currency }, index) => ({
            indexName: name,
            ...(value === undefined
              ? {}
              : {
                  indexCurrValue: [
                    {
                      indexValue: numbers.exact({ text: value, field: '36', at: `fixingIndex[${index + 1}]/indexCurrValue[1]/indexValue` }),
                      ...(currency === undefined ? {} : { indexCurrency: currency }),
                    },
                  ],
                }),
          })),
        }),
  };
}

/**
 * Fields 38 and 39: what the event says; else price times total quantity where there is one price; else blank. An option's notional
 * amount is not its premium times quantity, and an index has no amount yet.
 *
 * @source ACER TRUM v6.0 field 38; open letter on data quality of 16 February 2017
 */
export function notionalFields(
  event: Extract<RemitEvent, { kind: 'venueTrade' | 'bilateralTrade' | 'execution' }>,
  numbers: RecordNumbers,
): Pick<RemitTable1Trade, 'notionalAmountDetails'> {
  const given = event.kind === 'execution' ? undefined : event.notional;
  if (given !== undefined) {
    const at = 'notionalAmountDetails/notionalAmount';
    return {
      notionalAmountDetails: {
        notionalAmount: numbers.exact({ text: given.value, field: '38', at }),
        notionalCurrency: given.currency,
      },
    };
  }
  const price = priceOf(event);
  if (price === undefined) return {};
  const amount = decimal(price.value).times(decimal(event.totalQuantity.value));
  return { notionalAmountDetails: { notionalAmount: numbers.rounded(amount), notionalCurrency: price.currency } };
}

function priceOf(event: Extract<RemitEvent, { kind: 'venueTrade' | 'bilateralTrade' | 'execution' }>): RemitPrice['fixed'] {
  switch (event.kind) {
    case 'execution':
      return event.price;
    case 'venueTrade':
      return event.contract.option === undefined ? event.price?.fixed : undefined;
    case 'bilateralTrade':
      return event.product.option === undefined ? event.price?.fixed : undefined;
    default:
      return assertNever(event);
  }
}

/** Fields 49, 50 and 53 to 57, one entry a step, in the order given. */
export function stepFields(
  steps: readonly RemitStep[] | undefined,
  numbers: RecordNumbers,
): Pick<RemitTable1Trade, 'priceIntervalQuantityDetails'> {
  if (steps === undefined || steps.length === 0) return {};
  return {
    priceIntervalQuantityDetails: steps.map((step, index) => {
      const at = `priceIntervalQuantityDetails[${index + 1}]`;
      const { startDate, endDate, days, windows, quantity, price } = step;
      return {
        ...(startDate === undefined ? {} : { intervalStartDate: startDate }),
        ...(endDate === undefined ? {} : { intervalEndDate: endDate }),
        ...(days === undefined ? {} : { daysOfTheWeek: days }),
        intervals: windows.map(({ from, to }) => ({ intervalStartTime: from, intervalEndTime: to })),
        ...(quantity === undefined
          ? {}
          : { quantity: numbers.exact({ text: quantity.value, field: '55', at: `${at}/quantity` }), unit: quantity.unit }),
        ...(price === undefined
          ? {}
          : {
              priceTimeIntervalQuantity: {
                value: numbers.exact({ text: price.value, field: '57', at: `${at}/priceTimeIntervalQuantity/value` }),
                currency: price.currency,
              },
            }),
      };
    }),
  };
}

type OrderFields = Pick<
  RemitTable1Order,
  'orderType' | 'orderCondition' | 'orderStatus' | 'minimumExecuteVolume' | 'triggerDetails' | 'undisclosedVolume' | 'orderDuration'
>;

/** Fields 14 to 20, of an order or of a click-and-trade inside a trade; `at` is the path below the record, empty or with a slash. */
export function orderFields(order: OrderTerms, numbers: RecordNumbers, at = ''): OrderFields {
  const { type, conditions = [], statuses, minimumExecuteVolume, trigger, undisclosedVolume, duration, expiresAt } = order;
  const volume = (name: string, field: string, quantity: RemitQuantity): Quantity =>
    quantityOf({ quantity, field, at: `${at}${name}`, numbers });
  return {
    orderType: type,
    ...(conditions.length === 0 ? {} : { orderCondition: conditions }),
    orderStatus: statuses,
    ...(minimumExecuteVolume === undefined ? {} : { minimumExecuteVolume: volume('minimumExecuteVolume', '17', minimumExecuteVolume) }),
    ...(trigger === undefined
      ? {}
      : {
          triggerDetails: {
            priceLimit: {
              value: numbers.exact({ text: trigger.price.value, field: '18', at: `${at}triggerDetails/priceLimit/value` }),
              currency: trigger.price.currency,
            },
            ...(trigger.contractId === undefined ? {} : { triggerContractId: trigger.contractId }),
          },
        }),
    ...(undisclosedVolume === undefined ? {} : { undisclosedVolume: volume('undisclosedVolume', '19', undisclosedVolume) }),
    orderDuration: { duration, ...(expiresAt === undefined ? {} : { expirationDateTime: utcOf(expiresAt) }) },
  };
}
