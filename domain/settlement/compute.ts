import { ValidationError } from '../errors/app-error.ts';
import { amountText, roundToCurrency } from '../money/currency.ts';
import { type DecimalText, decimal, sum } from '../money/decimal.ts';
import type { BusinessDate, YearMonth } from '../time/business-date.ts';
import { dueDateOf } from './due-date.ts';
import { type SettlementLine, settleMonth } from './settlement-line.ts';
import type { MissingFixing } from './pricing/fixing-book.ts';
import { fixingsOf, formulaOf } from './pricing/request-pricing.ts';
import { settleByFormula } from './pricing/settle-by-formula.ts';
import { type SettlementRequest, deliveryTermsOf, parseSettlementRequest } from './settlement-request.ts';
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
  /** Null where fixings are missing: nothing is invoiced before they are there. */
  readonly net: DecimalText | null;
  readonly vat: DecimalText | null;
  readonly vatTreatment: {
    readonly category: VatCategory;
    readonly ratePercent: DecimalText;
    readonly text?: string;
    readonly legalBasis: string;
  };
  readonly total: DecimalText | null;
  readonly dueOn: BusinessDate;
  /** Fixings that the price waits for, run by run; a fixed price waits for none. */
  readonly missingFixings: readonly MissingFixing[];
};

/**
 * Computes what `settlement compute` prints, from JSON that may hold anything. Where a fixing is missing the month is held: no line, no
 * amounts (null), and every missing run of time by name. Throws ValidationError naming every field that is wrong, and AppError
 * `reference-data-missing` where no VAT rule or calendar is known.
 */
export function computeSettlement(input: unknown): SettlementResult {
  const request = parseSettlementRequest(input);
  const { terms, month, invoiceReceivedOn } = request;
  const { agreement } = terms;
  const { line, missing } = pricedLineOf(request);
  const treatment = vatTreatmentOf({ ...terms.vat, commodity: terms.commodity, chargeableOn: chargeableDateOf(month) });
  const { hours, quarterHours, ...printed } = line;
  const isHeld = missing.length > 0;
  return {
    month,
    currency: terms.currency,
    hours,
    energyMwh: line.energyMwh,
    intervals: quarterHours,
    lines: isHeld ? [] : [printed],
    ...(isHeld ? { net: null, vat: null } : { net: line.net, vat: vatAmountOf(request, line.net, treatment.ratePercent) }),
    vatTreatment: {
      category: treatment.category,
      ratePercent: treatment.ratePercent,
      ...(treatment.text === undefined ? {} : { text: treatment.text }),
      legalBasis: treatment.legalBasis,
    },
    total: isHeld ? null : totalOf(request, line.net, treatment.ratePercent),
    dueOn: dueDateOf({
      deliveryMonth: month,
      ...(invoiceReceivedOn === undefined ? {} : { receivedOn: invoiceReceivedOn }),
      terms: agreement,
    }),
    missingFixings: missing,
  };
}

function vatAmountOf({ terms }: SettlementRequest, net: DecimalText, ratePercent: DecimalText): DecimalText {
  const amount = vatOf({ base: decimal(net), ratePercent });
  return amountText(roundToCurrency({ amount, currency: terms.currency, rounding: terms.agreement.rounding }), terms.currency);
}

function totalOf(request: SettlementRequest, net: DecimalText, ratePercent: DecimalText): DecimalText {
  return amountText(sum([decimal(net), decimal(vatAmountOf(request, net, ratePercent))]), request.terms.currency);
}

/** The line of the month, and the fixings that it waits for. */
function pricedLineOf(request: SettlementRequest): { line: SettlementLine; missing: readonly MissingFixing[] } {
  const { terms, month } = request;
  const delivery = { ...deliveryTermsOf(request), currency: terms.currency };
  const { book, indexOf } = fixingsOf(request);
  const { fixed } = terms.price;
  const line =
    fixed === undefined
      ? settleByFormula({ terms: { ...delivery, ...formulaOf(request, indexOf) }, month, book, indexOf, ...terms.agreement })
      : settleMonth({ terms: { ...delivery, price: { fixed } }, month, ...terms.agreement });
  if (line === undefined) throw nothingDelivered(month);
  return { line, missing: book.missing };
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
