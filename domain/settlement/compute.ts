import { ValidationError } from '../errors/app-error.ts';
import { amountText, roundToCurrency } from '../money/currency.ts';
import { type DecimalText, decimal, sum } from '../money/decimal.ts';
import type { BusinessDate, YearMonth } from '../time/business-date.ts';
import { dueDateOf } from './due-date.ts';
import { type SettlementLine, settleMonth } from './settlement-line.ts';
import { parseSettlementRequest, pricedTermsOf } from './settlement-request.ts';
import { type VatCategory, chargeableDateOf, vatOf, vatTreatmentOf } from './vat.ts';

/**
 * What one trade comes to in one delivery month. Amounts are the seller's claim, whichever side is ours, and carry the decimals of the
 * currency; a negative one is owed by the seller.
 */
export type SettlementResult = {
  readonly month: YearMonth;
  readonly currency: string;
  readonly hours: DecimalText;
  readonly energyMwh: DecimalText;
  /** Quarter-hours with delivery. */
  readonly intervals: number;
  readonly lines: readonly Pick<SettlementLine, 'text' | 'energyMwh' | 'price' | 'net' | 'formula'>[];
  readonly net: DecimalText;
  readonly vat: DecimalText;
  readonly vatTreatment: {
    readonly category: VatCategory;
    readonly ratePercent: DecimalText;
    readonly text?: string;
    readonly legalBasis: string;
  };
  readonly total: DecimalText;
  readonly dueOn: BusinessDate;
  /** Fixings that the price waits for; a fixed price waits for none. */
  readonly missingFixings: readonly string[];
};

/**
 * Computes what `settlement compute` prints, from JSON that may hold anything. Throws ValidationError naming every field that is wrong,
 * and AppError `reference-data-missing` where no VAT rule or calendar is known.
 */
export function computeSettlement(input: unknown): SettlementResult {
  const request = parseSettlementRequest(input);
  const { terms, month, invoiceReceivedOn } = request;
  const { currency, agreement } = terms;
  const line = settleMonth({ terms: pricedTermsOf(request), month, ...agreement });
  if (line === undefined) throw nothingDelivered(month);
  const treatment = vatTreatmentOf({ ...terms.vat, commodity: terms.commodity, chargeableOn: chargeableDateOf(month) });
  const net = decimal(line.net);
  const amount = vatOf({ base: net, ratePercent: treatment.ratePercent });
  const vat = roundToCurrency({ amount, currency, rounding: agreement.rounding });
  const { hours, quarterHours, ...printed } = line;
  return {
    month,
    currency,
    hours,
    energyMwh: line.energyMwh,
    intervals: quarterHours,
    lines: [printed],
    net: line.net,
    vat: amountText(vat, currency),
    vatTreatment: {
      category: treatment.category,
      ratePercent: treatment.ratePercent,
      ...(treatment.text === undefined ? {} : { text: treatment.text }),
      legalBasis: treatment.legalBasis,
    },
    total: amountText(sum([net, vat]), currency),
    dueOn: dueDateOf({
      deliveryMonth: month,
      ...(invoiceReceivedOn === undefined ? {} : { receivedOn: invoiceReceivedOn }),
      terms: agreement,
    }),
    missingFixings: [],
  };
}

function nothingDelivered(month: YearMonth): ValidationError {
  return new ValidationError([
    {
      field: '/month',
      code: 'settlement.nothingDelivered',
      message: `The profile delivers nothing in ${month}.`,
      fix: 'Give a month in which the shape or profile has hours.',
    },
  ]);
}
