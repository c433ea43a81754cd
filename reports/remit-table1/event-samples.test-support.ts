import type {
  BilateralTradeEvent,
  ExecutionEvent,
  FrameworkEvent,
  OrderEvent,
  RemitDeliveryWindows,
  RemitProduct,
  VenueContract,
  VenueTradeEvent,
} from '../../domain/reporting/remit/event.ts';
import { sleeveTrades, spreadTrades } from '../../domain/reporting/remit/linked-events.ts';
import { businessDate } from '../../domain/time/business-date.ts';

const DE = '10YDE-RWENET---I';
const FR = '10YFR-RTE------C';
const TTF = '21YNL----TTF---1';
const OURS = { participant: { ace: 'A0045821W.IT' }, capacity: 'P' } as const;
const OTHER = { ace: 'C0643778W.EU' } as const;
const THIRD = { lei: '549300FR3U1PB1Y6LV13' } as const;
const EUR = (value: string) => ({ value, currency: 'EUR' }) as const;
const MW = (value: string) => ({ value, unit: 'MW' }) as const;
const MWH = (value: string) => ({ value, unit: 'MWh' }) as const;

const ALL_DAY: readonly [RemitDeliveryWindows] = [{ windows: [{ from: '00:00:00', to: '24:00:00' }] }];
const GAS_DAY: readonly [RemitDeliveryWindows] = [{ windows: [{ from: '06:00:00', to: '06:00:00' }] }];

/** October 2027 base: 31 days, one hour twice, 745 hours. */
const BASE_OCTOBER: RemitProduct = {
  contractType: 'FW',
  commodities: ['EL'],
  settlement: 'P',
  deliveryPoints: [DE],
  deliveryStartDate: businessDate('2027-10-01'),
  deliveryEndDate: businessDate('2027-10-31'),
  duration: 'M',
  loadType: 'BL',
  profile: ALL_DAY,
};
/** TTF, November 2027: 30 gas days, 720 hours. */
const TTF_NOVEMBER: RemitProduct = {
  ...BASE_OCTOBER,
  commodities: ['NG'],
  deliveryPoints: [TTF],
  deliveryStartDate: businessDate('2027-11-01'),
  deliveryEndDate: businessDate('2027-12-01'),
  loadType: 'GD',
  profile: GAS_DAY,
};
const LISTED: VenueContract = {
  ...BASE_OCTOBER,
  contractType: 'FU',
  contractId: 'DEBM-2027-10',
  contractName: 'DE Base Oct-27',
  venue: { mic: 'XEEE' },
  tradingHours: { startTime: '07:00:00Z', endTime: '17:00:00Z' },
  lastTradingAt: '2027-09-29T16:00:00+02:00',
};
const LISTED_FR: VenueContract = { ...LISTED, contractId: 'FRBM-2027-10', contractName: 'FR Base Oct-27', deliveryPoints: [FR] };

/** Ten megawatts for October: 10 × 745 MWh at 85.25 are 635,112.50 EUR. */
const VENUE_TRADE: VenueTradeEvent = {
  kind: 'venueTrade',
  actor: OURS,
  traderId: 'EEX-7',
  side: 'B',
  contract: LISTED,
  at: '2026-09-29T08:00:00+02:00',
  uti: 'UTI-VENUE',
  price: { fixed: EUR('85.25') },
  quantity: MW('10'),
  totalQuantity: MWH('7450'),
  action: 'N',
};
/** Three megawatts for October: 3 × 745 MWh at 80.40 are 179,694 EUR. */
const BILATERAL: BilateralTradeEvent = {
  kind: 'bilateralTrade',
  actor: OURS,
  traderId: 'trader-1',
  side: 'S',
  product: BASE_OCTOBER,
  otherParticipant: OTHER,
  at: '2026-09-29T09:30:00Z',
  uti: 'UTI-BIL',
  price: { fixed: EUR('80.40') },
  quantity: MW('3'),
  totalQuantity: MWH('2235'),
  action: 'N',
};
const ORDER: OrderEvent = {
  kind: 'order',
  actor: OURS,
  traderId: 'EEX-7',
  side: 'B',
  orderId: 'ORDER-1',
  order: { type: 'LIM', statuses: ['ACT'], duration: 'DAY' },
  contract: LISTED,
  at: '2026-09-29T05:59:00Z',
  price: { fixed: EUR('85.25') },
  quantity: MW('10'),
  action: 'N',
};

/** Two hours of a day-ahead auction, 4 October 2027. */
const AUCTION: VenueContract = {
  ...LISTED,
  contractType: 'AU',
  contractId: 'NA',
  contractName: 'AUCTION',
  deliveryStartDate: businessDate('2027-10-04'),
  deliveryEndDate: businessDate('2027-10-04'),
  duration: 'D',
  loadType: 'BH',
  profile: [{ windows: [{ from: '17:00:00', to: '19:00:00' }] }],
  lastTradingAt: '2027-10-03T12:00:00+02:00',
};
const HOUR_18 = [{ from: '17:00:00', to: '18:00:00' }] as const;
const HOUR_19 = [{ from: '18:00:00', to: '19:00:00' }] as const;

const GAS_OPTION: VenueContract = {
  ...LISTED,
  ...TTF_NOVEMBER,
  contractType: 'OP_FW',
  contractId: 'TTF-NOV27-C30',
  contractName: 'TTF Nov-27 Call 30',
  option: { style: 'E', type: 'C', exerciseDates: [businessDate('2027-10-27')], strikePrice: EUR('30') },
};

const GENERATOR = { participant: { ace: 'A0045821W.IT' }, capacity: 'A', beneficiary: { ace: 'A0001984K.DE' } } as const;

const EXECUTION: ExecutionEvent = {
  kind: 'execution',
  actor: OURS,
  side: 'B',
  product: BASE_OCTOBER,
  otherParticipant: OTHER,
  at: '2027-11-05T10:00:00Z',
  uti: 'UTI-EXEC-2027-10',
  frameworkContractId: 'FRAME-2027-01',
  price: EUR('78.12345'),
  quantity: MW('7'),
  totalQuantity: MWH('5215'),
  action: 'N',
};

/** Every kind once with figures that were worked by hand. Key: name of the golden file. */
export const EVENT_SAMPLES = {
  'order-limit': [ORDER],
  /** Iceberg with trigger: shows 10 of 50 MW, active at 84, good till a date. */
  'order-iceberg-trigger': [
    {
      ...ORDER,
      orderId: 'ORDER-2',
      previousOrderId: 'ORDER-1',
      order: {
        type: 'STP',
        conditions: ['HVO', 'PTR'],
        statuses: ['ACT'],
        minimumExecuteVolume: MW('5'),
        trigger: { price: EUR('84'), contractId: 'DEBM-2027-10' },
        undisclosedVolume: MW('40'),
        duration: 'GTD',
        expiresAt: '2026-10-02T16:00:00Z',
      },
      originalEntryAt: '2026-09-29T05:30:00Z',
      linkedOrderIds: ['ORDER-3'],
      quantity: MW('50'),
      action: 'M',
    },
  ],
  'click-and-trade': [{ ...VENUE_TRADE, aggressor: 'A', clickAndTrade: { type: 'LIM', statuses: ['MAC'], duration: 'DAY' } }],
  sleeve: [
    ...sleeveTrades({
      terms: BILATERAL,
      bought: { from: OTHER, uti: 'UTI-SLEEVE-1' },
      sold: { to: THIRD, uti: 'UTI-SLEEVE-2' },
    }),
  ],
  /** The spread DE over FR at -2.15; it trades as two legs at 85.25 and 87.40 (651,130 EUR). */
  'spread-with-legs': [
    {
      ...ORDER,
      orderId: 'ORDER-SPREAD',
      order: { type: 'SPR', statuses: ['ACT'], duration: 'SES' },
      contract: { ...LISTED, contractType: 'SP', contractId: 'DEFR-2027-10', contractName: 'DE-FR Oct-27', deliveryPoints: [DE, FR] },
      legs: [
        { contract: LISTED, side: 'B' },
        { contract: LISTED_FR, side: 'S' },
      ],
      price: { fixed: EUR('-2.15') },
    },
    ...spreadTrades({
      terms: { ...VENUE_TRADE, linkedOrderIds: ['ORDER-SPREAD'] },
      legs: [
        { contract: LISTED, side: 'B', uti: 'UTI-LEG-DE', price: { fixed: EUR('85.25') }, totalQuantity: MWH('7450') },
        { contract: LISTED_FR, side: 'S', uti: 'UTI-LEG-FR', price: { fixed: EUR('87.40') }, totalQuantity: MWH('7450') },
      ],
    }),
  ],
  /** A curve for hours 18 and 19: 50 MW up to 20 EUR, 10 MW up to 120.5; the trade gets 30 MW at 43.21 and 20 MW at 38.9. */
  'auction-steps': [
    {
      kind: 'order',
      actor: OURS,
      traderId: 'EEX-7',
      side: 'B',
      orderId: 'ORDER-AUCTION',
      order: { type: 'LIM', statuses: ['ACT'], duration: 'DAY' },
      contract: AUCTION,
      at: '2027-10-03T09:30:00Z',
      steps: [
        { windows: HOUR_18, quantity: MW('50'), price: EUR('20') },
        { windows: HOUR_18, quantity: MW('10'), price: EUR('120.5') },
        { windows: HOUR_19, quantity: MW('50'), price: EUR('20') },
      ],
      action: 'N',
    },
    {
      kind: 'venueTrade',
      actor: OURS,
      traderId: 'EEX-7',
      side: 'B',
      contract: AUCTION,
      at: '2027-10-03T10:45:00Z',
      uti: 'UTI-AUCTION',
      // 30 × 43.21 + 20 × 38.9 = 1,296.30 + 778.
      notional: EUR('2074.30'),
      totalQuantity: MWH('50'),
      steps: [
        { windows: HOUR_18, quantity: MW('30'), price: EUR('43.21') },
        { windows: HOUR_19, quantity: MW('20'), price: EUR('38.9') },
      ],
      linkedOrderIds: ['ORDER-AUCTION'],
      action: 'N',
    },
  ],
  /** A European call on November gas, strike 30, premium 1.2: the notional amount is given, 30 × 7,200 MWh. */
  'option-european-call': [
    {
      ...VENUE_TRADE,
      uti: 'UTI-OPTION',
      contract: GAS_OPTION,
      price: { fixed: EUR('1.2') },
      notional: EUR('216000'),
      totalQuantity: MWH('7200'),
    },
  ],
  /** An Asian put, exercised after delivery has started. */
  'option-asian-put': [
    {
      ...BILATERAL,
      uti: 'UTI-ASIAN',
      product: {
        ...TTF_NOVEMBER,
        contractType: 'OP_SW',
        settlement: 'C',
        option: { style: 'S', type: 'P', exerciseDates: [businessDate('2027-11-30')], strikePrice: EUR('28.5') },
      },
      price: { fixed: EUR('0.875') },
      totalQuantity: MWH('2160'),
    },
  ],
  /** Fixed 31.5 against the monthly index: 31.5 × 7,200 MWh are 226,800 EUR. */
  'swap-fixed-for-floating': [
    {
      ...BILATERAL,
      uti: 'UTI-SWAP',
      product: { ...TTF_NOVEMBER, contractType: 'SW', settlement: 'C' },
      price: { fixed: EUR('31.5'), indices: [{ name: 'TTF Month Index' }] },
      quantity: MW('10'),
      totalQuantity: MWH('7200'),
    },
  ],
  /** TTF day-ahead plus 0.25, and a second index without a premium: no price, no notional amount. */
  'index-pricing': [
    {
      ...BILATERAL,
      uti: 'UTI-INDEX',
      product: TTF_NOVEMBER,
      price: { indices: [{ name: 'TTF DA', value: '0.25', currency: 'EUR' }, { name: 'THE DA' }] },
      totalQuantity: MWH('2160'),
    },
  ],
  /** 7 × 745 MWh at 78.12345: 407,413.79175 EUR. */
  'execution-of-framework': [EXECUTION],
  'agent-for-beneficiary': [{ ...BILATERAL, uti: 'UTI-AGENT', actor: GENERATOR, voiceBrokered: true }],
  /** A cargo, ex ship: 3,400,000 MMBtu at 11.35 USD are 38,590,000 USD. */
  'lng-cargo': [
    {
      ...BILATERAL,
      uti: 'UTI-LNG',
      product: {
        ...TTF_NOVEMBER,
        contractType: 'FW_DES',
        commodities: ['LG'],
        deliveryPoints: ['21W000000000081Y'],
        deliveryStartDate: businessDate('2027-11-10'),
        deliveryEndDate: businessDate('2027-11-12'),
        duration: 'O',
        loadType: 'OT',
        profile: ALL_DAY,
      },
      price: { fixed: { value: '11.35', currency: 'USD' } },
      quantity: { value: '3400000', unit: 'MMBtu/d' },
      totalQuantity: { value: '3400000', unit: 'MMBtu' },
    },
  ],
  /** Ten megawatts of wind for 2027 as produced: 21,900 MWh at 55 are 1,204,500 EUR. */
  'ppa-as-produced': [
    {
      ...BILATERAL,
      uti: 'UTI-PPA',
      product: {
        ...BASE_OCTOBER,
        contractType: 'FW_PPA',
        deliveryStartDate: businessDate('2027-01-01'),
        deliveryEndDate: businessDate('2027-12-31'),
        duration: 'Y',
        loadType: 'SH',
      },
      price: { fixed: EUR('55') },
      quantity: MW('10'),
      totalQuantity: MWH('21900'),
      additionalUtiInfo: 'UTI-TEMPORARY',
      action: 'M',
    },
  ],
} as const satisfies Readonly<Record<string, readonly (OrderEvent | VenueTradeEvent | BilateralTradeEvent | ExecutionEvent)[]>>;

const FRAMEWORK: FrameworkEvent = {
  kind: 'framework',
  actor: OURS,
  otherParticipants: [OTHER],
  side: 'B',
  contractId: 'FRAME-2027-01',
  contractDate: businessDate('2026-09-28'),
  contractType: 'FW',
  commodities: ['EL'],
  price: { formula: '0.95 * EPEX DE DA + 1.5 EUR per MWh, floor 20 & cap < 180' },
  volumeOptionality: { type: 'V', frequency: 'M' },
  typeOfIndexPrice: 'I',
  fixings: [
    {
      index: 'EPEX DE DA',
      type: 'SO',
      source: 'EPEX SPOT',
      firstDate: businessDate('2026-12-31'),
      lastDate: businessDate('2027-12-30'),
      frequency: 'D',
    },
  ],
  settlement: 'P',
  deliveryPoints: [DE],
  deliveryStartDate: businessDate('2027-01-01'),
  deliveryEndDate: businessDate('2027-12-31'),
  loadType: 'SH',
  action: 'N',
};

const OPTIONAL_GAS: FrameworkEvent = {
  ...FRAMEWORK,
  contractId: 'SWING:2027_gas',
  contractType: 'OP',
  commodities: ['NG'],
  otherParticipants: [OTHER, THIRD],
  price: EUR('29.75'),
  fixings: [],
  typeOfIndexPrice: 'F',
  // At most 50 MW × 8,760 h × 29.75.
  estimatedNotional: EUR('13030500'),
  totalQuantity: MWH('438000'),
  volumeOptionality: {
    type: 'V',
    frequency: 'D',
    intervals: [
      { capacity: MW('50'), startDate: businessDate('2027-01-01'), endDate: businessDate('2027-03-31') },
      { capacity: MW('20'), startDate: businessDate('2027-04-01'), endDate: businessDate('2027-12-31') },
    ],
  },
  options: [
    {
      style: 'A',
      type: 'C',
      firstExerciseDate: businessDate('2026-12-31'),
      lastExerciseDate: businessDate('2027-12-30'),
      exerciseFrequency: 'D',
      strike: EUR('29.75'),
    },
    { style: 'O', type: 'O', strike: { index: 'TTF DA', type: 'SO', source: 'ICE ENDEX' } },
  ],
  deliveryPoints: [TTF, '37Y005053MH0000R'],
  deliveryEndDate: businessDate('2028-01-01'),
  loadType: 'GD',
  actor: GENERATOR,
};

/** Frameworks with figures that were worked by hand; the last one is ended by agreement. Key: name of the golden file. */
export const FRAMEWORK_SAMPLES = {
  'framework-power-indexed': [FRAMEWORK],
  'framework-gas-optional': [OPTIONAL_GAS],
  'framework-terminated': [
    { ...FRAMEWORK, contractDate: businessDate('2027-06-15'), deliveryEndDate: businessDate('2027-06-30'), action: 'C' },
  ],
} as const satisfies Readonly<Record<string, readonly FrameworkEvent[]>>;
