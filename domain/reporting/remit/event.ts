import type { DecimalText } from '../../money/decimal.ts';
import type { BusinessDate, InstantText } from '../../time/business-date.ts';
import type { LocalTimeText } from '../../time/zone.ts';
import type { ReportAction } from '../action.ts';
import type { RemitDuration } from './delivery-dates.ts';

/**
 * What can happen under REMIT and has to be reported, in the vocabulary of TRUM and free of any schema: the input of the functions that
 * build records. Decimals are exact text; instants carry `Z` or an offset; dates and times of delivery are local to the market.
 *
 * @source ACER TRUM v6.0 chapters 4 and 5
 */
export type RemitEvent = OrderEvent | VenueTradeEvent | BilateralTradeEvent | ExecutionEvent | FrameworkEvent;

/** A party by one of the kinds of code that both tables take. */
export type RemitParty =
  | { readonly ace: string }
  | { readonly lei: string }
  | { readonly bic: string }
  | { readonly eic: string }
  | { readonly gln: string };

export type RemitVenue = { readonly mic: string } | { readonly lei: string } | { readonly ace: string };

export type RemitCommodity = 'EL' | 'NG' | 'LG';
export type RemitSettlement = 'P' | 'C' | 'O';
/** Field 11: buy, sell, or both at once. */
export type RemitSide = 'B' | 'S' | 'C';
/** Field 10: principal, or agent for a beneficiary. */
export type RemitCapacity = 'P' | 'A';
export type RemitLoadType = 'BL' | 'PL' | 'OP' | 'BH' | 'SH' | 'GD' | 'OT';
type PlainContractType = 'AU' | 'CO' | 'FW' | 'FU' | 'OP' | 'OP_FW' | 'OP_FU' | 'OP_SW' | 'OP_SP' | 'SP' | 'SW' | 'SWG' | 'OT';
type ExchangeContractType = 'FW_EFP' | 'FW_EFS' | 'FU_EFP' | 'FU_EFS';
type LngContractType = `${'FW' | 'FU' | 'OP' | 'SP' | 'SW'}_${'DES' | 'FOB'}`;
type PpaContractType = `${'SO' | 'FW' | 'FU' | 'OP' | 'SP' | 'SW'}_PPA`;
/** Field 23; LNG cargoes end in DES or FOB, power purchase agreements in PPA. */
export type RemitContractType = PlainContractType | ExchangeContractType | LngContractType | `SWG_${'DES' | 'FOB'}` | PpaContractType;
/** Table 2 field 13. */
export type FrameworkContractType = Exclude<PlainContractType, 'AU' | 'CO' | 'OP_SP' | 'SWG'> | LngContractType | PpaContractType | 'SO';
export type RemitCurrency =
  | 'BGN'
  | 'CHF'
  | 'CZK'
  | 'DKK'
  | 'EUR'
  | 'EUX'
  | 'GBX'
  | 'GBP'
  | 'HRK'
  | 'HUF'
  | 'ISK'
  | 'NOK'
  | 'PCT'
  | 'PLN'
  | 'RON'
  | 'SEK'
  | 'USD'
  | 'OTH';
export type RemitCapacityUnit =
  | `${'KWh' | 'MWh' | 'GWh'}/${'h' | 'd'}`
  | 'KW'
  | 'MW'
  | 'GW'
  | `${'Therm' | 'KTherm' | 'MTherm' | 'cm' | 'mcm' | 'Btu' | 'MMBtu' | 'MJ' | '100MJ' | 'MMJ' | 'GJ'}/d`;
export type RemitEnergyUnit =
  | 'KWh'
  | 'MWh'
  | 'GWh'
  | 'Therm'
  | 'KTherm'
  | 'MTherm'
  | 'cm'
  | 'mcm'
  | 'Btu'
  | 'MMBtu'
  | 'MJ'
  | '100MJ'
  | 'MMJ'
  | 'GJ';

export type RemitMoney = { readonly value: DecimalText; readonly currency: RemitCurrency };
/** Power, or energy a day: fields 40 and 55. */
export type RemitQuantity = { readonly value: DecimalText; readonly unit: RemitCapacityUnit };
/** Energy over the whole delivery: field 41. */
export type RemitEnergy = { readonly value: DecimalText; readonly unit: RemitEnergyUnit };

/** A run inside a day by the local clock; `24:00:00` is its end. */
export type RemitWindow = { readonly from: LocalTimeText; readonly to: LocalTimeText };

/** Fields 49, 50, 53 and 54 of one part of a profile. `days` are TRUM's codes, e.g. `WD` or `MOtoFR`. */
export type RemitDeliveryWindows = {
  readonly startDate?: BusinessDate;
  readonly endDate?: BusinessDate;
  readonly days?: readonly string[];
  readonly windows: readonly [RemitWindow, ...RemitWindow[]];
};

/** Fields 44 to 47. An Asian option, style S, may be exercised after delivery starts. */
export type RemitOption = {
  readonly style: 'A' | 'B' | 'E' | 'S' | 'O';
  readonly type: 'C' | 'P' | 'O';
  readonly exerciseDates?: readonly BusinessDate[];
  readonly strikePrice?: RemitMoney;
};

/** What is delivered, when and where: fields 23 to 26 and 44 to 54. `deliveryEndDate` is the one that is reported. */
export type RemitProduct = {
  readonly contractType: RemitContractType;
  readonly commodities: readonly [RemitCommodity] | readonly [RemitCommodity, RemitCommodity];
  readonly settlement: RemitSettlement;
  readonly deliveryPoints: readonly [string, ...string[]];
  readonly deliveryStartDate: BusinessDate;
  readonly deliveryEndDate: BusinessDate;
  readonly duration: RemitDuration;
  readonly loadType: RemitLoadType;
  readonly profile: readonly [RemitDeliveryWindows, ...RemitDeliveryWindows[]];
  readonly option?: RemitOption;
};

/** A product as a venue lists it. */
export type VenueContract = RemitProduct & {
  readonly contractId: string;
  readonly contractName: string;
  readonly venue: RemitVenue;
  /** With zone, e.g. `07:00:00Z`. */
  readonly tradingHours: { readonly startTime: string; readonly endTime: string };
  readonly lastTradingAt?: InstantText;
};

/** An index by which a price is fixed; `value` is what is known of it, e.g. the premium. Nothing stands for "not known", never zero. */
export type RemitIndex = { readonly name: string; readonly value?: DecimalText; readonly currency?: RemitCurrency };

/**
 * A price, one or more indices, or both, as a swap of fixed against floating has. With an index and no price the notional amount is
 * left blank.
 */
export type RemitPrice =
  | { readonly fixed: RemitMoney; readonly indices?: readonly [RemitIndex, ...RemitIndex[]] }
  | { readonly fixed?: never; readonly indices: readonly [RemitIndex, ...RemitIndex[]] };

/** One step of an auction curve or a shaped profile, fields 49, 50 and 53 to 57. */
export type RemitStep = {
  readonly startDate?: BusinessDate;
  readonly endDate?: BusinessDate;
  readonly days?: string;
  readonly windows: readonly [RemitWindow, ...RemitWindow[]];
  readonly quantity?: RemitQuantity;
  readonly price?: RemitMoney;
};

/** Who acts, and for whom. An agent names the beneficiary. */
export type RemitActor =
  | { readonly participant: RemitParty; readonly capacity: 'P'; readonly beneficiary?: RemitParty }
  | { readonly participant: RemitParty; readonly capacity: 'A'; readonly beneficiary: RemitParty };

export type OrderType =
  | 'BLO'
  | 'CON'
  | 'COM'
  | 'EXC'
  | 'FHR'
  | 'IOI'
  | 'LIM'
  | 'LIN'
  | 'LIS'
  | 'MAR'
  | 'MTL'
  | 'SMA'
  | 'SPR'
  | 'STP'
  | 'VBL'
  | 'OTH';
export type OrderCondition = 'AON' | 'FAF' | 'FAK' | 'FOK' | 'HVO' | 'MEV' | 'OCO' | 'PRE' | 'PRI' | 'PTR' | 'SLO' | 'OTH';
export type OrderStatus = 'ACT' | 'COV' | 'EXP' | 'MAC' | 'PMA' | 'REF' | 'SUS' | 'WIT' | 'OTH';
export type OrderDuration = 'DAY' | 'GTC' | 'GTD' | 'GTT' | 'SES' | 'OTH';

/** Fields 14 to 20. */
export type OrderTerms = {
  readonly type: OrderType;
  readonly conditions?: readonly OrderCondition[];
  readonly statuses: readonly [OrderStatus, ...OrderStatus[]];
  readonly minimumExecuteVolume?: RemitQuantity;
  readonly trigger?: { readonly price: RemitMoney; readonly contractId?: string };
  readonly undisclosedVolume?: RemitQuantity;
  readonly duration: OrderDuration;
  readonly expiresAt?: InstantText;
};

/** One leg of a spread order: its own contract and its own direction. */
export type SpreadLeg = { readonly contract: VenueContract; readonly side: RemitSide };

export type OrderEvent = {
  readonly kind: 'order';
  readonly actor: RemitActor;
  readonly traderId: string;
  readonly side: RemitSide;
  readonly orderId: string;
  readonly previousOrderId?: string;
  readonly order: OrderTerms;
  readonly contract: VenueContract;
  /** Legs of a spread; `contract` is then the spread as the venue lists it. */
  readonly legs?: readonly [SpreadLeg, SpreadLeg, ...SpreadLeg[]];
  readonly at: InstantText;
  readonly originalEntryAt?: InstantText;
  readonly linkedOrderIds?: readonly string[];
  /** Absent for market orders, and where `steps` carry the prices. */
  readonly price?: RemitPrice;
  readonly quantity?: RemitQuantity;
  readonly steps?: readonly RemitStep[];
  readonly action: ReportAction;
};

/** What every trade has, fields 30 to 43. `totalQuantity` is in the unit by which the price is meant. */
type TradeFacts = {
  readonly actor: RemitActor;
  readonly side: RemitSide;
  readonly at: InstantText;
  readonly uti: string;
  /** The UTI under which the trade was reported before, where it was changed. */
  readonly additionalUtiInfo?: string;
  readonly quantity?: RemitQuantity;
  readonly totalQuantity: RemitEnergy;
  readonly steps?: readonly RemitStep[];
  readonly action: ReportAction;
};

type OpenTradeFacts = TradeFacts & {
  readonly traderId: string;
  /** Absent where `steps` carry the prices. */
  readonly price?: RemitPrice;
  /** Where it is not price times quantity; for options and steps nothing is worked out. */
  readonly notional?: RemitMoney;
  readonly linkedTransactionIds?: readonly string[];
  readonly terminatedAt?: InstantText;
};

export type VenueTradeEvent = OpenTradeFacts & {
  readonly kind: 'venueTrade';
  readonly contract: VenueContract;
  readonly otherParticipant?: RemitParty;
  /** Initiator, aggressor, or sleeve. */
  readonly aggressor?: 'I' | 'A' | 'S';
  /** A click on a quote that never was an order of ours: the fields of the order stand in the trade. */
  readonly clickAndTrade?: OrderTerms;
  readonly linkedOrderIds?: readonly string[];
  readonly voiceBrokered?: boolean;
};

export type BilateralTradeEvent = OpenTradeFacts & {
  readonly kind: 'bilateralTrade';
  readonly product: RemitProduct;
  readonly otherParticipant: RemitParty;
  readonly aggressor?: 'I' | 'A' | 'S';
  readonly voiceBrokered?: boolean;
};

/** Price and quantity of a delivery under a framework became final; one record for each delivery point. */
export type ExecutionEvent = TradeFacts & {
  readonly kind: 'execution';
  readonly product: Omit<RemitProduct, 'option'>;
  readonly otherParticipant: RemitParty;
  /** Contract id under which the framework was reported in Table 2. */
  readonly frameworkContractId: string;
  readonly price: RemitMoney;
};

export type RemitFrequency = 'X' | 'H' | 'D' | 'W' | 'M' | 'Q' | 'S' | 'A' | 'O';

/** A non-standard contract: price or volume is open. */
export type FrameworkEvent = {
  readonly kind: 'framework';
  readonly actor: RemitActor;
  readonly otherParticipants: readonly [RemitParty, ...RemitParty[]];
  readonly side: RemitSide;
  readonly contractId: string;
  readonly contractDate: BusinessDate;
  readonly contractType: FrameworkContractType;
  readonly commodities: readonly [RemitCommodity] | readonly [RemitCommodity, RemitCommodity];
  readonly price?: RemitMoney | { readonly formula: string };
  /** Left out where it cannot be estimated, never zero. */
  readonly estimatedNotional?: RemitMoney;
  readonly totalQuantity?: RemitEnergy;
  readonly volumeOptionality?: {
    readonly type: 'V' | 'F' | 'M' | 'C' | 'O';
    readonly frequency?: RemitFrequency;
    readonly intervals?: readonly { readonly capacity: RemitQuantity; readonly startDate: BusinessDate; readonly endDate: BusinessDate }[];
  };
  readonly typeOfIndexPrice?: 'F' | 'I' | 'C' | 'O';
  readonly fixings?: readonly FrameworkFixing[];
  readonly settlement: RemitSettlement;
  readonly options?: readonly FrameworkOption[];
  readonly deliveryPoints: readonly [string, ...string[]];
  readonly deliveryStartDate: BusinessDate;
  readonly deliveryEndDate: BusinessDate;
  readonly loadType: RemitLoadType;
  readonly action: ReportAction;
};

/** Table 2 fields 25 to 30. */
export type FrameworkFixing = {
  readonly index: string;
  readonly type?: FrameworkContractType;
  readonly source?: string;
  readonly firstDate?: BusinessDate;
  readonly lastDate?: BusinessDate;
  readonly frequency?: RemitFrequency;
};

/** Table 2 fields 32 to 40. */
export type FrameworkOption = {
  readonly style: RemitOption['style'];
  readonly type: RemitOption['type'];
  readonly firstExerciseDate?: BusinessDate;
  readonly lastExerciseDate?: BusinessDate;
  readonly exerciseFrequency?: RemitFrequency;
  readonly strike?: RemitMoney | { readonly index: string; readonly type?: FrameworkContractType; readonly source?: string };
};
