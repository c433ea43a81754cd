import type { CalendarName } from '../time/calendar.ts';
import type { YearMonth } from '../time/business-date.ts';
import type { SettlementMarketCode } from './settlement-markets.ts';

/**
 * How the mean of an index over a period is formed. `time`: by length, for values per quarter-hour or hour. `day`: every delivery day
 * counts once (a gas index). `publication`: every open day of the calendar counts once (an assessment). `month`: one value a month.
 */
export type IndexAveraging = 'time' | 'day' | 'publication' | 'month';

/** A published price as contracts refer to it. */
export type MarketIndex = {
  readonly name: string;
  /** Unit of a value, e.g. `EUR/MWh`, `p/th`, `EUR/t`; a reference rate is foreign currency per euro, `GBP/EUR`. */
  readonly unit: string;
  readonly averaging: IndexAveraging;
  /** `hour`: an interval takes the arithmetic mean of its hour. */
  readonly resolution: 'quarterHour' | 'hour' | 'day' | 'month';
  /** Days on which a `publication` index is published. */
  readonly calendar?: CalendarName;
  /** Whose delivery days the dates of its fixings name. */
  readonly market: SettlementMarketCode;
  /** The index whose fixings it is the mean of, where it has none of its own. */
  readonly meanOf?: string;
};

/** An index that got another name: from this delivery month on its old name means the new one. */
export type IndexAlias = { readonly alias: string; readonly name: string; readonly fromMonth: string };

const SDAC_MARKETS = ['DE', 'AT', 'FR', 'BE', 'NL', 'CZ', 'HU', 'SK', 'IT', 'ES', 'PT', 'NO', 'SE', 'DK', 'FI', 'PL', 'RO'] as const;
const EURO_HUBS = ['TTF', 'THE', 'PEG', 'PSV', 'ZTP', 'CEGH', 'PVB'] as const;
const ECB_CURRENCIES = ['GBP', 'PLN', 'RON', 'CZK', 'HUF', 'CHF', 'NOK', 'SEK', 'DKK', 'USD'] as const;
const INTRADAY_NAMES = ['IDA1', 'IDA2', 'IDA3', 'ID1', 'ID3', 'IDFULL'] as const;

/**
 * Indices known without being declared: day-ahead `DE_DA` per quarter-hour and `DE_DA60`, its mean by hour, for every SDAC zone;
 * intraday `DE_IDA1` … `DE_IDFULL`; `DE_REBAP`; gas `TTF_EGSI` per gas day, `TTF_DA` and `TTF_MA` assessed; `NBP_DA`, `NBP_MA` in pence;
 * `EUA` per tonne; `BRENT`; ECB reference rates `ECB_GBP` …
 *
 * @source epexspot.com and eex.com index descriptions; support.montel.energy on the 60-minute index; ecb.europa.eu reference rates
 */
export const MARKET_INDICES: readonly MarketIndex[] = [
  ...SDAC_MARKETS.flatMap((market): MarketIndex[] => [
    { name: `${market}_DA`, unit: 'EUR/MWh', averaging: 'time', resolution: 'quarterHour', market },
    { name: `${market}_DA60`, unit: 'EUR/MWh', averaging: 'time', resolution: 'hour', market, meanOf: `${market}_DA` },
    ...INTRADAY_NAMES.map((name): MarketIndex => ({
      name: `${market}_${name}`,
      unit: 'EUR/MWh',
      averaging: 'time',
      resolution: 'quarterHour',
      market,
    })),
  ]),
  { name: 'DE_REBAP', unit: 'EUR/MWh', averaging: 'time', resolution: 'quarterHour', market: 'DE' },
  { name: 'GB_DA', unit: 'GBP/MWh', averaging: 'time', resolution: 'hour', market: 'GB' },
  ...EURO_HUBS.flatMap((market): MarketIndex[] => [
    { name: `${market}_EGSI`, unit: 'EUR/MWh', averaging: 'day', resolution: 'day', market },
    { name: `${market}_DA`, unit: 'EUR/MWh', averaging: 'publication', resolution: 'day', calendar: 'GB', market },
    { name: `${market}_MA`, unit: 'EUR/MWh', averaging: 'month', resolution: 'month', market },
  ]),
  { name: 'CEGHIX', unit: 'EUR/MWh', averaging: 'day', resolution: 'day', market: 'CEGH' },
  { name: 'NBP_DA', unit: 'p/th', averaging: 'publication', resolution: 'day', calendar: 'GB', market: 'NBP' },
  { name: 'NBP_MA', unit: 'p/th', averaging: 'month', resolution: 'month', market: 'NBP' },
  { name: 'EUA', unit: 'EUR/t', averaging: 'publication', resolution: 'day', calendar: 'TARGET', market: 'DE' },
  { name: 'BRENT', unit: 'USD/bbl', averaging: 'publication', resolution: 'day', calendar: 'GB', market: 'GB' },
  ...ECB_CURRENCIES.map((code): MarketIndex => ({
    name: `ECB_${code}`,
    unit: `${code}/EUR`,
    averaging: 'publication',
    resolution: 'day',
    calendar: 'TARGET',
    market: 'DE',
  })),
];

/** @source Trading Hub Europe: NetConnect Germany and GASPOOL merged on 1 October 2021 */
export const INDEX_ALIASES: readonly IndexAlias[] = (['NCG', 'GASPOOL'] as const).flatMap((hub) =>
  (['EGSI', 'DA', 'MA'] as const).map((kind) => ({ alias: `${hub}_${kind}`, name: `THE_${kind}`, fromMonth: '2021-10' })),
);

/** The known index of a name, or the one that its name became by the delivery month; undefined where there is none. */
export function knownIndex(input: { name: string; month: YearMonth }): MarketIndex | undefined {
  const alias = INDEX_ALIASES.find((row) => row.alias === input.name && row.fromMonth <= input.month);
  const name = alias?.name ?? input.name;
  return MARKET_INDICES.find((index) => index.name === name);
}
