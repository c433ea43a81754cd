import type { FieldIssue } from '../errors/app-error.ts';
import { type DecimalText, ZERO, decimal, sum } from '../money/decimal.ts';

/** A line as EN 16931 sees it. */
export type En16931Line = { readonly quantity: DecimalText; readonly unitPrice: DecimalText; readonly net: DecimalText };
export type En16931Subtotal = { readonly base: DecimalText; readonly ratePercent: DecimalText; readonly vat: DecimalText };

/** VAT may miss base times rate by less than this. @source EN 16931 schematron, BR-CO-17 */
const VAT_TOLERANCE = '1';
/** @source Peppol BIS 3.0, PEPPOL-EN16931-R120 */
const LINE_TOLERANCE = '0.02';

/** A line with the sign on the quantity: its unit price is zero or more. @source EN 16931-1, BR-27 */
export function en16931Line(line: En16931Line): En16931Line {
  if (!decimal(line.unitPrice).isNegative()) return line;
  const turned = (text: DecimalText): DecimalText => decimal(text).negated().toFixed();
  return { quantity: turned(line.quantity), unitPrice: turned(line.unitPrice), net: line.net };
}

/** What a receiver refuses: a negative unit price, a line or totals that do not add up, VAT out of tolerance. */
export function en16931Issues(document: {
  lines: readonly En16931Line[];
  subtotals: readonly En16931Subtotal[];
  net: DecimalText;
  vat: DecimalText;
  total: DecimalText;
}): readonly FieldIssue[] {
  const issues: FieldIssue[] = [];
  const add = (field: string, code: string, message: string): void => {
    issues.push({ field, code, message, fix: 'Correct the figure; totals are sums of the rounded lines.' });
  };
  for (const [place, line] of document.lines.entries()) {
    if (decimal(line.unitPrice).isNegative()) add(`/lines/${place}/unitPrice`, 'BR-27', `The unit price ${line.unitPrice} is negative.`);
    const off = decimal(line.quantity).times(decimal(line.unitPrice)).minus(decimal(line.net)).abs();
    if (off.greaterThan(decimal(LINE_TOLERANCE))) add(`/lines/${place}/net`, 'PEPPOL-EN16931-R120', `The line misses ${off.toFixed()}.`);
    if (decimal(line.net).decimalPlaces() > 2) add(`/lines/${place}/net`, 'BR-DEC-23', `${line.net} has more than two decimals.`);
  }
  const lines = sum(document.lines.map(({ net }) => decimal(net)));
  if (!lines.equals(decimal(document.net))) add('/net', 'BR-CO-10', `The lines come to ${lines.toFixed()}, not ${document.net}.`);
  for (const [place, { base, ratePercent, vat }] of document.subtotals.entries()) {
    const off = decimal(base).times(decimal(ratePercent)).dividedBy(100).minus(decimal(vat)).abs();
    if (off.greaterThanOrEqualTo(decimal(VAT_TOLERANCE))) {
      add(`/subtotals/${place}/vat`, 'BR-CO-17', `The VAT ${vat} misses base times rate by ${off.toFixed()}.`);
    }
  }
  const vat = sum(document.subtotals.map((subtotal) => decimal(subtotal.vat)));
  if (!vat.equals(decimal(document.vat))) add('/vat', 'BR-CO-14', `The subtotals come to ${vat.toFixed()}, not ${document.vat}.`);
  const total = sum([decimal(document.net), decimal(document.vat), ZERO]);
  if (!total.equals(decimal(document.total))) add('/total', 'BR-CO-15', `Net and VAT come to ${total.toFixed()}, not ${document.total}.`);
  return issues;
}
