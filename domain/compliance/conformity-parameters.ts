import { AppError } from '../errors/app-error.ts';
import type { DecimalText } from '../money/decimal.ts';
import { type BusinessDate, businessDate, lastDayOf, monthOf } from '../time/business-date.ts';
import type { Commodity, TradeTerms } from '../trade/trade-terms.ts';

/**
 * How finely a product cuts the month that the curve quotes. The mean of a month says much about a product of whole months, less about
 * a day or a weekend, and little about an hour, whose price may be negative in a month that is dear.
 */
export type ProductGranularity = 'months' | 'days' | 'hours';

/** How far a price may lie from the curve, and how old the curve may be. The wider of the two bands rules. */
export type ConformityParameters = {
  readonly validFrom: BusinessDate;
  readonly commodity: Commodity;
  readonly granularity: ProductGranularity;
  /** Share of the curve's amount. */
  readonly toleranceShare: DecimalText;
  /** Floor of the band: it rules where the curve is near zero or negative. */
  readonly toleranceEurPerMwh: DecimalText;
  /** A price outside the band is held from so many bands on, and passes with a warning before. 1 holds at once. */
  readonly holdFromBands: DecimalText;
  readonly quoteAgeDaysMax: number;
};

const QUOTE_AGE_DAYS_MAX = 31;

/**
 * Newest last.
 * @source MaRisk BTO 2.2.2 asks for a check against the market without naming figures; these are the firm's, wide enough for monthly
 *   quotes. For days the band is wider, as weekends and single days lie apart from their month's mean; for hours one band is
 *   the month's price itself or 100 EUR/MWh, so that an hour below zero is noted and a slipped decimal point is held
 */
const CONFORMITY_PARAMETERS: readonly ConformityParameters[] = [
  parameters({ commodity: 'power', granularity: 'months', share: '0.15', floor: '5', holdFromBands: '1' }),
  parameters({ commodity: 'power', granularity: 'days', share: '0.3', floor: '20', holdFromBands: '2' }),
  parameters({ commodity: 'power', granularity: 'hours', share: '1', floor: '100', holdFromBands: '2' }),
  parameters({ commodity: 'gas', granularity: 'months', share: '0.15', floor: '5', holdFromBands: '1' }),
  parameters({ commodity: 'gas', granularity: 'days', share: '0.2', floor: '5', holdFromBands: '2' }),
  parameters({ commodity: 'gas', granularity: 'hours', share: '0.3', floor: '10', holdFromBands: '2' }),
];

/** The parameters in force on a trade date for one kind of product. Throws `reference-data-missing` before the first. */
export function conformityParametersOn(
  tradeDate: BusinessDate,
  product: { readonly commodity: Commodity; readonly granularity: ProductGranularity },
): ConformityParameters {
  const { commodity, granularity } = product;
  const inForce = CONFORMITY_PARAMETERS.findLast(
    (row) => row.commodity === commodity && row.granularity === granularity && row.validFrom <= tradeDate,
  );
  if (inForce !== undefined) return inForce;
  throw new AppError({
    code: 'reference-data-missing',
    message: `No parameters of market conformity are known for ${commodity} by ${granularity} traded on ${tradeDate}.`,
    details: { tradeDate, ...product },
  });
}

/** `hours` for shapes, `months` for a period from the first to the last day of a month, `days` for all between. */
export function granularityOf(terms: Pick<TradeTerms, 'profile' | 'deliveryStartDate' | 'deliveryEndDate'>): ProductGranularity {
  if (terms.profile === 'shaped') return 'hours';
  const isWholeMonths = terms.deliveryStartDate.endsWith('-01') && terms.deliveryEndDate === lastDayOf(monthOf(terms.deliveryEndDate));
  return isWholeMonths ? 'months' : 'days';
}

function parameters(input: {
  commodity: Commodity;
  granularity: ProductGranularity;
  share: DecimalText;
  floor: DecimalText;
  holdFromBands: DecimalText;
}): ConformityParameters {
  const { commodity, granularity, share, floor, holdFromBands } = input;
  return {
    validFrom: businessDate('2000-01-01'),
    commodity,
    granularity,
    toleranceShare: share,
    toleranceEurPerMwh: floor,
    holdFromBands,
    quoteAgeDaysMax: QUOTE_AGE_DAYS_MAX,
  };
}
