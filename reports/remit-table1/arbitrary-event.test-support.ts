import fc from 'fast-check';
import type {
  BilateralTradeEvent,
  ExecutionEvent,
  FrameworkEvent,
  OrderEvent,
  RemitActor,
  RemitContractType,
  RemitOption,
  RemitPrice,
  RemitProduct,
  RemitStep,
  VenueContract,
  VenueTradeEvent,
} from '../../domain/reporting/remit/event.ts';
import { addDays, businessDate } from '../../domain/time/business-date.ts';

/** Delivery points that are on ACER's list of July 2024. */
export const ACCEPTED_POINTS: ReadonlySet<string> = new Set([
  '10YDE-RWENET---I',
  '10YFR-RTE------C',
  '21YNL----TTF---1',
  '37Y005053MH0000R',
]);

const money = fc
  .tuple(fc.integer({ min: -9_999_999, max: 99_999_999 }), fc.constantFrom('EUR' as const, 'GBX' as const, 'USD' as const, 'CZK' as const))
  .filter(([amount]) => amount !== 0)
  .map(([amount, currency]) => ({ value: scaled(amount, 4), currency }));
const positive = fc.integer({ min: 1, max: 99_999_999 }).map((amount) => scaled(amount, 3));
const quantity = fc.record({
  value: positive,
  unit: fc.constantFrom('MW' as const, 'KWh/h' as const, 'Therm/d' as const, 'GWh/d' as const),
});
const energy = fc.record({ value: positive, unit: fc.constantFrom('MWh' as const, 'KTherm' as const, 'MMBtu' as const) });
const identifier = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}[A-Za-z0-9]$/);
const date = fc.integer({ min: 0, max: 2_000 }).map((days) => addDays(businessDate('2026-01-01'), days));
const instant = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2027, 11, 31) / 1000 })
  .map((seconds) => new Date(seconds * 1000).toISOString());
const action = fc.constantFrom('N' as const, 'M' as const, 'C' as const, 'E' as const);
const side = fc.constantFrom('B' as const, 'S' as const);
const ours = { ace: 'A0045821W.IT' };
const other = fc.constantFrom({ ace: 'C0643778W.EU' }, { lei: '549300FR3U1PB1Y6LV13' }, { ace: 'ACERNONMP.EU' });
const actor: fc.Arbitrary<RemitActor> = fc.constantFrom<RemitActor>(
  { participant: ours, capacity: 'P' },
  { participant: ours, capacity: 'P', beneficiary: { eic: '11XRWETRADING--0' } },
  { participant: ours, capacity: 'A', beneficiary: { ace: 'A0001984K.DE' } },
);
const indexName = fc.constantFrom('TTF DA', 'EPEX DE DA', 'THE Month_1');
const indices = fc
  .uniqueArray(indexName, { minLength: 1, maxLength: 3 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.oneof(
          fc.constant({ name }),
          money.map(({ value, currency }) => ({ name, value, currency })),
        ),
      ),
    ),
  )
  .map(([first, ...rest]): NonNullable<RemitPrice['indices']> => [first ?? { name: 'TTF DA' }, ...rest]);
const price: fc.Arbitrary<RemitPrice> = fc.oneof(
  money.map((fixed) => ({ fixed })),
  indices.map((list) => ({ indices: list })),
  fc.tuple(money, indices).map(([fixed, list]) => ({ fixed, indices: list })),
);
const windows = fc.constantFrom<RemitStep['windows']>(
  [{ from: '00:00:00', to: '24:00:00' }],
  [{ from: '06:00:00', to: '06:00:00' }],
  [
    { from: '00:00:00', to: '08:00:00' },
    { from: '20:00:00', to: '24:00:00' },
  ],
);
const steps = fc.array(
  fc.record({ windows, quantity, price: money, startDate: date }, { requiredKeys: ['windows', 'quantity', 'price'] }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

const PLAIN_TYPES: readonly RemitContractType[] = ['AU', 'CO', 'FW', 'FU', 'SW', 'SP', 'SWG', 'OT', 'FW_EFP', 'FU_EFS', 'FW_DES', 'FU_FOB'];
const MORE_TYPES: readonly RemitContractType[] = ['SWG_DES', 'SO_PPA', 'FW_PPA', 'SW_PPA', 'SP_FOB'];
const OPTION_TYPES: readonly RemitContractType[] = ['OP', 'OP_FW', 'OP_FU', 'OP_SW', 'OP_SP', 'OP_DES', 'OP_PPA'];

const product: fc.Arbitrary<RemitProduct> = fc
  .record({
    isOption: fc.boolean(),
    plainType: fc.constantFrom(...PLAIN_TYPES, ...MORE_TYPES),
    optionType: fc.constantFrom(...OPTION_TYPES),
    commodity: fc.constantFrom('EL' as const, 'NG' as const, 'LG' as const),
    settlement: fc.constantFrom('P' as const, 'C' as const, 'O' as const),
    point: fc.constantFrom(...ACCEPTED_POINTS),
    start: date,
    days: fc.integer({ min: 0, max: 400 }),
    duration: fc.constantFrom(
      'N' as const,
      'H' as const,
      'D' as const,
      'W' as const,
      'M' as const,
      'Q' as const,
      'S' as const,
      'Y' as const,
    ),
    loadType: fc.constantFrom('BL' as const, 'PL' as const, 'OP' as const, 'BH' as const, 'SH' as const, 'GD' as const, 'OT' as const),
    windows,
    style: fc.constantFrom<RemitOption['style']>('A', 'B', 'E', 'S', 'O'),
    put: fc.constantFrom<RemitOption['type']>('C', 'P', 'O'),
    strikePrice: money,
  })
  .map((draw): RemitProduct => ({
    contractType: draw.isOption ? draw.optionType : draw.plainType,
    commodities: [draw.commodity],
    settlement: draw.settlement,
    deliveryPoints: [draw.point],
    deliveryStartDate: draw.start,
    deliveryEndDate: addDays(draw.start, draw.days),
    duration: draw.duration,
    loadType: draw.loadType,
    profile: [{ windows: draw.windows }],
    ...(draw.isOption
      ? {
          option: {
            style: draw.style,
            type: draw.put,
            // Only an Asian option is exercised once delivery has begun.
            exerciseDates: [addDays(draw.start, draw.style === 'S' ? 3 : -3)],
            strikePrice: draw.strikePrice,
          },
        }
      : {}),
  }));
const venueContract: fc.Arbitrary<VenueContract> = fc.tuple(product, identifier).map(([listed, contractId]) => ({
  ...listed,
  contractId,
  contractName: `Contract <${contractId}> & more`,
  venue: { mic: 'XEEE' },
  tradingHours: { startTime: '07:00:00Z', endTime: '17:00:00Z' },
}));
const clickAndTrade = fc.constantFrom<NonNullable<VenueTradeEvent['clickAndTrade']>>(
  { type: 'LIM', statuses: ['MAC'], duration: 'DAY' },
  { type: 'LIM', conditions: ['FOK', 'AON'], statuses: ['PMA'], duration: 'GTC' },
);

const tradeFacts = { actor, side, at: instant, uti: identifier, totalQuantity: energy, action };
const pricing = fc.oneof(
  fc.record({ price, quantity }),
  steps.map((list) => ({ steps: list })),
);

export const orderEvents: fc.Arbitrary<OrderEvent> = fc
  .tuple(
    fc.record({ actor, side, at: instant, orderId: identifier, contract: venueContract, action, traderId: identifier }),
    pricing,
    fc.option(fc.tuple(venueContract, venueContract), { nil: undefined }),
  )
  .map(([facts, priced, legs]): OrderEvent => ({
    kind: 'order',
    ...facts,
    ...priced,
    order: { type: 'LIM', statuses: ['ACT'], duration: 'DAY' },
    ...(legs === undefined
      ? {}
      : {
          legs: [
            { contract: legs[0], side: 'B' },
            { contract: legs[1], side: 'S' },
          ],
        }),
  }));
export const venueTradeEvents: fc.Arbitrary<VenueTradeEvent> = fc
  .tuple(
    fc.record(
      {
        ...tradeFacts,
        contract: venueContract,
        traderId: identifier,
        clickAndTrade,
        linkedTransactionIds: fc.array(identifier, { maxLength: 2 }),
      },
      { requiredKeys: ['actor', 'side', 'at', 'uti', 'totalQuantity', 'action', 'contract', 'traderId'] },
    ),
    pricing,
  )
  .map(([facts, priced]): VenueTradeEvent => ({ kind: 'venueTrade', ...facts, ...priced }));
export const bilateralTradeEvents: fc.Arbitrary<BilateralTradeEvent> = fc
  .tuple(
    fc.record(
      {
        ...tradeFacts,
        product,
        otherParticipant: other,
        traderId: identifier,
        aggressor: fc.constant('S' as const),
        additionalUtiInfo: identifier,
      },
      { requiredKeys: ['actor', 'side', 'at', 'uti', 'totalQuantity', 'action', 'product', 'otherParticipant', 'traderId'] },
    ),
    pricing,
  )
  .map(([facts, priced]): BilateralTradeEvent => ({ kind: 'bilateralTrade', ...facts, ...priced }));
export const executionEvents: fc.Arbitrary<ExecutionEvent> = fc
  .record({ ...tradeFacts, product, otherParticipant: other, frameworkContractId: identifier, price: money, quantity })
  .map(({ product: { option: _option, ...delivered }, ...facts }): ExecutionEvent => ({ kind: 'execution', ...facts, product: delivered }));

export const frameworkEvents: fc.Arbitrary<FrameworkEvent> = fc
  .record({
    actor,
    side,
    action,
    contractId: identifier,
    contractDate: date,
    isOption: fc.boolean(),
    formula: fc.string({ maxLength: 200, unit: fc.constantFrom('a', ' ', '0', '.', '*', '+', '<', '&', '>', '"', 'é', '€') }),
    fixed: money,
    hasFormula: fc.boolean(),
    estimatedNotional: money,
    intervalDays: fc.integer({ min: 0, max: 90 }),
    capacity: quantity,
    start: date,
    others: fc.tuple(other, other),
  })
  .map((draw): FrameworkEvent => ({
    kind: 'framework',
    actor: draw.actor,
    otherParticipants: draw.others,
    side: draw.side,
    contractId: draw.contractId,
    contractDate: draw.contractDate,
    contractType: draw.isOption ? 'OP' : 'FW_PPA',
    commodities: ['EL', 'NG'],
    price: draw.hasFormula ? { formula: draw.formula } : draw.fixed,
    estimatedNotional: draw.estimatedNotional,
    volumeOptionality: {
      type: 'V',
      frequency: 'M',
      intervals: [{ capacity: draw.capacity, startDate: draw.start, endDate: addDays(draw.start, draw.intervalDays) }],
    },
    fixings: draw.hasFormula ? [{ index: 'TTF DA', type: 'SO', source: 'ICE ENDEX', firstDate: draw.start, lastDate: draw.start }] : [],
    settlement: 'P',
    ...(draw.isOption ? { options: [{ style: 'A', type: 'C', firstExerciseDate: draw.start, strike: draw.fixed }] } : {}),
    deliveryPoints: ['10YDE-RWENET---I', '21YNL----TTF---1'],
    deliveryStartDate: draw.start,
    deliveryEndDate: addDays(draw.start, 365),
    loadType: 'OT',
    action: draw.action,
  }));

/** `units` over ten to the power of `places`, as plain decimal text. */
function scaled(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
  return units < 0 ? `-${text}` : text;
}
