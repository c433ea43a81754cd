import type { Currency } from '../money/currency.ts';
import type { CalendarName } from '../time/calendar.ts';
import { type BusinessDate, addDays } from '../time/business-date.ts';
import { type ZoneName, startOfDayMs } from '../time/zone.ts';
import type { Commodity } from '../trade/trade-terms.ts';

/**
 * Markets in which delivery is computed. Those of `MARKET_CODES` are also traded and reported; the others are settled only.
 * A venue with hours of its own has a code of its own: `PL-TGE`, `RO-OPCOM`. `RO-GAS` is the Romanian gas market.
 */
export const SETTLEMENT_MARKET_CODES = [
  'DE',
  'AT',
  'FR',
  'BE',
  'NL',
  'CH',
  'CZ',
  'HU',
  'SK',
  'IT',
  'ES',
  'PT',
  'NO',
  'SE',
  'DK',
  'FI',
  'PL',
  'PL-TGE',
  'RO',
  'RO-OPCOM',
  'GB',
  'TTF',
  'THE',
  'PEG',
  'PSV',
  'ZTP',
  'CEGH',
  'PVB',
  'NBP',
  'RO-GAS',
] as const;
export type SettlementMarketCode = (typeof SETTLEMENT_MARKET_CODES)[number];

/** Blocks of hours that the market alone defines. `overnight` is EFA 1 and 2, `extendedPeak` EFA 3 to 6. */
export const BLOCK_PROFILES = ['peak', 'efa1', 'efa2', 'efa3', 'efa4', 'efa5', 'efa6', 'overnight', 'extendedPeak'] as const;
export type BlockProfile = (typeof BLOCK_PROFILES)[number];

/** When a block delivers, by the local clock; `toHour` is not included. */
export type BlockHours = {
  /** ISO weekdays of the delivery day, Monday is 1. */
  readonly firstWeekday: number;
  readonly lastWeekday: number;
  readonly fromHour: number;
  readonly toHour: number;
  /** True where the block begins on the evening before its delivery day. */
  readonly startsOnPreviousDate?: boolean;
  /** Calendar on whose closing days the block does not deliver; absent where it delivers on holidays too. */
  readonly closedOn?: CalendarName;
};

/** A market as settlement sees it: its clock, its day, its blocks, its money. */
export type SettlementMarket = {
  readonly code: SettlementMarketCode;
  readonly name: string;
  readonly commodity: Commodity;
  /** The zone whose clock delivery follows; it may differ from that of the country (PT follows Madrid, RO power CET). */
  readonly zone: ZoneName;
  /** Local hour at which a delivery day begins. */
  readonly dayStartHour: number;
  /** True for GB power, whose day begins at 23:00 on the date before. */
  readonly dayStartsOnPreviousDate: boolean;
  readonly blocks: Readonly<Partial<Record<BlockProfile, BlockHours>>>;
  readonly currency: Currency;
  /** Unit in which the market quotes; settlement prices are per MWh. */
  readonly quotedIn: string;
};

/** @source EEX contract specifications (pxe.cz), CME German Power Peak: Monday to Friday 08-20, public holidays included */
const EEX_PEAK: BlockHours = { firstWeekday: 1, lastWeekday: 5, fromHour: 8, toHour: 20 };
/** @source TGE contract terms, PEAK5: 07-22 on working days only */
const TGE_PEAK5: BlockHours = { firstWeekday: 1, lastWeekday: 5, fromHour: 7, toHour: 22, closedOn: 'PL' };
/** @source opcom.ro, forward peak: 06-22 Monday to Friday */
const OPCOM_PEAK: BlockHours = { firstWeekday: 1, lastWeekday: 5, fromHour: 6, toHour: 22 };

/** @source EFA calendar; ice.com UK base and peak: delivery day 23-23, peak Monday to Friday 07-19, bank holidays included */
const GB_BLOCKS: SettlementMarket['blocks'] = {
  peak: { firstWeekday: 1, lastWeekday: 5, fromHour: 7, toHour: 19 },
  efa1: { ...everyDay(23, 3), startsOnPreviousDate: true },
  efa2: everyDay(3, 7),
  efa3: everyDay(7, 11),
  efa4: everyDay(11, 15),
  efa5: everyDay(15, 19),
  efa6: everyDay(19, 23),
  overnight: { ...everyDay(23, 7), startsOnPreviousDate: true },
  extendedPeak: everyDay(7, 23),
};

/** Every market, by code. @source EEX, OMIE (MIBEL by the Madrid clock), Nord Pool, TGE, OPCOM and ICE contract terms */
const SETTLEMENT_MARKETS: Readonly<Record<SettlementMarketCode, SettlementMarket>> = {
  DE: power('DE', 'German power', 'Europe/Berlin'),
  AT: power('AT', 'Austrian power', 'Europe/Vienna'),
  FR: power('FR', 'French power', 'Europe/Paris'),
  BE: power('BE', 'Belgian power', 'Europe/Brussels'),
  NL: power('NL', 'Dutch power', 'Europe/Amsterdam'),
  CH: power('CH', 'Swiss power', 'Europe/Zurich'),
  CZ: power('CZ', 'Czech power', 'Europe/Prague'),
  HU: power('HU', 'Hungarian power', 'Europe/Budapest'),
  SK: power('SK', 'Slovak power', 'Europe/Bratislava'),
  IT: power('IT', 'Italian power', 'Europe/Rome'),
  ES: power('ES', 'Spanish power', 'Europe/Madrid'),
  PT: power('PT', 'Portuguese power', 'Europe/Madrid'),
  NO: power('NO', 'Norwegian power', 'Europe/Oslo'),
  SE: power('SE', 'Swedish power', 'Europe/Stockholm'),
  DK: power('DK', 'Danish power', 'Europe/Copenhagen'),
  // The Nordic market day is CET though Finland keeps EET.
  FI: power('FI', 'Finnish power', 'Europe/Stockholm'),
  PL: power('PL', 'Polish power', 'Europe/Warsaw'),
  'PL-TGE': {
    ...power('PL-TGE', 'Polish power (TGE)', 'Europe/Warsaw'),
    blocks: { peak: TGE_PEAK5 },
    currency: 'PLN',
    quotedIn: 'PLN/MWh',
  },
  // The Romanian market day is CET though the country keeps EET.
  RO: power('RO', 'Romanian power', 'Europe/Berlin'),
  'RO-OPCOM': {
    ...power('RO-OPCOM', 'Romanian power (OPCOM)', 'Europe/Berlin'),
    blocks: { peak: OPCOM_PEAK },
    currency: 'RON',
    quotedIn: 'RON/MWh',
  },
  GB: {
    ...power('GB', 'British power', 'Europe/London'),
    dayStartHour: 23,
    dayStartsOnPreviousDate: true,
    blocks: GB_BLOCKS,
    currency: 'GBP',
    quotedIn: 'GBP/MWh',
  },
  TTF: gas('TTF', 'Dutch gas, Title Transfer Facility', 'Europe/Amsterdam'),
  THE: gas('THE', 'German gas, Trading Hub Europe', 'Europe/Berlin'),
  PEG: gas('PEG', "French gas, Point d'Échange de Gaz", 'Europe/Paris'),
  PSV: gas('PSV', 'Italian gas, Punto di Scambio Virtuale', 'Europe/Rome'),
  ZTP: gas('ZTP', 'Belgian gas, Zeebrugge Trading Point', 'Europe/Brussels'),
  CEGH: gas('CEGH', 'Austrian gas, Central European Gas Hub', 'Europe/Vienna'),
  PVB: gas('PVB', 'Spanish gas, Punto Virtual de Balance', 'Europe/Madrid'),
  /** @source Uniform Network Code modification 0461: gas day 05:00 to 05:00 local since 1 October 2015 */
  NBP: {
    ...gas('NBP', 'British gas, National Balancing Point', 'Europe/London'),
    dayStartHour: 5,
    currency: 'GBP',
    quotedIn: 'p/th',
  },
  /** @source opcom.ro: gas day 07:00 to 07:00 EET */
  'RO-GAS': { ...gas('RO-GAS', 'Romanian gas', 'Europe/Bucharest'), dayStartHour: 7, currency: 'RON', quotedIn: 'RON/MWh' },
};

export function isSettlementMarketCode(text: string): text is SettlementMarketCode {
  return (SETTLEMENT_MARKET_CODES as readonly string[]).includes(text);
}

/** The market of a code; there is one for every code. */
export function settlementMarketOf(code: SettlementMarketCode): SettlementMarket {
  return SETTLEMENT_MARKETS[code];
}

/** Milliseconds since 1970 at which the delivery day named by `date` begins. For gas it is named by the date on which it begins. */
export function deliveryDayStartMs(market: SettlementMarket, date: BusinessDate): number {
  const begins = market.dayStartsOnPreviousDate ? addDays(date, -1) : date;
  return startOfDayMs({ date: begins, zone: market.zone, hour: market.dayStartHour });
}

function power(code: SettlementMarketCode, name: string, zone: ZoneName): SettlementMarket {
  return {
    code,
    name,
    zone,
    commodity: 'power',
    dayStartHour: 0,
    dayStartsOnPreviousDate: false,
    blocks: { peak: EEX_PEAK },
    currency: 'EUR',
    quotedIn: 'EUR/MWh',
  };
}

/** @source Regulation (EU) 2017/459, gas day: 05:00 to 05:00 UTC in winter, 04:00 to 04:00 UTC in summer, so 06:00 CET/CEST */
function gas(code: SettlementMarketCode, name: string, zone: ZoneName): SettlementMarket {
  return {
    code,
    name,
    zone,
    commodity: 'gas',
    dayStartHour: 6,
    dayStartsOnPreviousDate: false,
    blocks: {},
    currency: 'EUR',
    quotedIn: 'EUR/MWh',
  };
}

function everyDay(fromHour: number, toHour: number): BlockHours {
  return { firstWeekday: 1, lastWeekday: 7, fromHour, toHour };
}
