import type { Commodity, MarketCode } from '../trade/trade-terms.ts';
import type { ZoneName } from '../time/zone.ts';

/** When a market's peak product delivers, by its local clock. */
export type PeakHours = {
  /** ISO weekdays, Monday is 1. */
  readonly firstWeekday: number;
  readonly lastWeekday: number;
  /** From this hour … */
  readonly fromHour: number;
  /** … to this one, not included. */
  readonly toHour: number;
  /** True where peak delivers on public holidays too. */
  readonly includesHolidays: boolean;
};

/** A place of delivery with its own clock, code and products. */
export type Market = {
  readonly code: MarketCode;
  readonly name: string;
  readonly commodity: Commodity;
  /** The zone whose clock delivery follows; the company's own zone plays no part. */
  readonly zone: ZoneName;
  /** Local hour at which a delivery day begins: 0 for power, 6 for gas. A gas day is named by the date on which it begins. */
  readonly dayStartHour: number;
  /** EIC that a report names unless the trade names another one of `acceptedDeliveryPoints`. */
  readonly deliveryPoint: string;
  /** EICs of this market that ACER's list accepts, the preferred one first. */
  readonly acceptedDeliveryPoints: readonly string[];
  /** Absent where the market has no peak product (gas). */
  readonly peak?: PeakHours;
  readonly currency: 'EUR';
  /** Unit of capacity. */
  readonly unit: 'MW';
  /** Unit in which a price is quoted. */
  readonly priceUnit: 'EUR/MWh';
};

export const MARKET_CODES = ['DE', 'FR', 'TTF', 'THE'] as const satisfies readonly MarketCode[];

/** @source EEX contract specifications for power futures, peak: Mon-Fri 08:00-20:00, public holidays included (pxe.cz, CME German Power Peak) */
const EEX_PEAK: PeakHours = { firstWeekday: 1, lastWeekday: 5, fromHour: 8, toHour: 20, includesHolidays: true };

/** What all four share today: currency and units of EEX and ICE Endex contracts. */
const EUR_PER_MWH = { currency: 'EUR', unit: 'MW', priceUnit: 'EUR/MWh' } as const;

/**
 * Every market, by code. Delivery points are on ACER's list of accepted EICs.
 * @source ACER, List of Accepted EICs, 5 July 2024 (TRUM Annex VI, field 48)
 */
export const MARKETS: Readonly<Record<MarketCode, Market>> = {
  /**
   * The first point is Amprion's control area, as the list has no code for the zone DE-LU; then TransnetBW, TenneT DE, 50Hertz.
   * @source ACER, List of Accepted EICs, 5 July 2024
   */
  DE: {
    code: 'DE',
    name: 'German power',
    commodity: 'power',
    zone: 'Europe/Berlin',
    dayStartHour: 0,
    deliveryPoint: '10YDE-RWENET---I',
    acceptedDeliveryPoints: ['10YDE-RWENET---I', '10YDE-ENBW-----N', '10YDE-EON------1', '10YDE-VE-------2'],
    peak: EEX_PEAK,
    ...EUR_PER_MWH,
  },
  /** @source ACER, List of Accepted EICs, 5 July 2024 */
  FR: {
    code: 'FR',
    name: 'French power',
    commodity: 'power',
    zone: 'Europe/Paris',
    dayStartHour: 0,
    deliveryPoint: '10YFR-RTE------C',
    acceptedDeliveryPoints: ['10YFR-RTE------C'],
    peak: EEX_PEAK,
    ...EUR_PER_MWH,
  },
  /** @source Regulation (EU) 2017/459, gas day: 5:00 to 5:00 UTC in winter, 4:00 to 4:00 UTC in summer, so 06:00 local */
  TTF: {
    code: 'TTF',
    name: 'Dutch gas, Title Transfer Facility',
    commodity: 'gas',
    zone: 'Europe/Amsterdam',
    dayStartHour: 6,
    deliveryPoint: '21YNL----TTF---1',
    acceptedDeliveryPoints: ['21YNL----TTF---1'],
    ...EUR_PER_MWH,
  },
  /** @source as TTF; the market areas NCG and GASPOOL became Trading Hub Europe on 1 October 2021 */
  THE: {
    code: 'THE',
    name: 'German gas, Trading Hub Europe',
    commodity: 'gas',
    zone: 'Europe/Berlin',
    dayStartHour: 6,
    deliveryPoint: '37Y005053MH0000R',
    acceptedDeliveryPoints: ['37Y005053MH0000R'],
    ...EUR_PER_MWH,
  },
};

export function isMarketCode(text: string): text is MarketCode {
  return (MARKET_CODES as readonly string[]).includes(text);
}

/** The market of a code; there is one for every code. */
export function marketOf(code: MarketCode): Market {
  return MARKETS[code];
}
