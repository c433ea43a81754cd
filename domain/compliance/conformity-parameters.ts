import { AppError } from '../errors/app-error.ts';
import type { DecimalText } from '../money/decimal.ts';
import { type BusinessDate, businessDate } from '../time/business-date.ts';

/** How far a price may lie from the curve, and how old the curve may be. The wider of the two bands rules. */
export type ConformityParameters = {
  readonly validFrom: BusinessDate;
  /** Share of the curve's amount. */
  readonly toleranceShare: DecimalText;
  /** Floor of the band: it rules where the curve is near zero or negative. */
  readonly toleranceEurPerMwh: DecimalText;
  readonly quoteAgeDaysMax: number;
};

/**
 * Newest last.
 * @source MaRisk BTO 2.2.2 asks for a check against the market without naming figures; these are the firm's, wide enough for monthly quotes
 */
const CONFORMITY_PARAMETERS: readonly ConformityParameters[] = [
  { validFrom: businessDate('2000-01-01'), toleranceShare: '0.15', toleranceEurPerMwh: '5', quoteAgeDaysMax: 31 },
];

/** The parameters in force on a trade date. Throws `reference-data-missing` before the first. */
export function conformityParametersOn(tradeDate: BusinessDate): ConformityParameters {
  const inForce = CONFORMITY_PARAMETERS.findLast(({ validFrom }) => validFrom <= tradeDate);
  if (inForce !== undefined) return inForce;
  throw new AppError({
    code: 'reference-data-missing',
    message: `No parameters of market conformity are known for trades of ${tradeDate}.`,
    details: { tradeDate },
  });
}
