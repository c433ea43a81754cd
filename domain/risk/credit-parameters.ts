import { AppError } from '../errors/app-error.ts';
import type { DecimalText } from '../money/decimal.ts';
import { type BusinessDate, businessDate } from '../time/business-date.ts';

/** How much of a trade's notional stands at risk with its counterparty, as shares of one. */
export type CreditParameters = {
  /** First trade date on which these hold. */
  readonly validFrom: BusinessDate;
  /** Where the counterparty will owe us the notional (a sale at a price above zero): it is undelivered or unpaid until the bank says so. */
  readonly owedShare: DecimalText;
  /** Where we will owe: what replacing the trade in the market may cost, should the counterparty fail. */
  readonly replacementShare: DecimalText;
  readonly source: string;
};

/**
 * Newest last.
 * @source owed share: EFET General Agreement (Power) § 13, payment follows the month of delivery, so the whole sale stands open
 * @source replacement share: Basel II Annex 4 § 92(i), current exposure method, add-on of "other commodities" up to one year; our
 *   assumption is the same share for longer tenors
 */
const CREDIT_PARAMETERS: readonly CreditParameters[] = [
  { validFrom: businessDate('2000-01-01'), owedShare: '1', replacementShare: '0.1', source: 'EFET GA § 13; Basel II Annex 4 § 92(i)' },
];

/** The parameters in force on a trade date. Throws `reference-data-missing` before the first. */
export function creditParametersOn(tradeDate: BusinessDate): CreditParameters {
  const inForce = CREDIT_PARAMETERS.findLast(({ validFrom }) => validFrom <= tradeDate);
  if (inForce !== undefined) return inForce;
  throw new AppError({
    code: 'reference-data-missing',
    message: `No credit parameters are known for trades of ${tradeDate}.`,
    details: { tradeDate },
  });
}
