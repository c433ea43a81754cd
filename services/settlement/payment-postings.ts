import { assertNever } from '../../domain/errors/app-error.ts';
import { isCurrency } from '../../domain/money/currency.ts';
import { decimal, fixedText } from '../../domain/money/decimal.ts';
import { type Posting, journalOfPayment } from '../../domain/settlement/ledger.ts';

/** The document that is paid, as far as the ledger cares. Its total is zero or more. */
export type PaidDocument = {
  readonly kind: 'invoice' | 'selfBill' | 'creditNote' | 'selfBillCreditNote';
  readonly currency: string;
  readonly total: string;
};

/**
 * Movements that close the open item of a document through the bank. What we pay goes through payments in transit and out again, as a
 * statement of the bank is what is recorded here. Empty for a document over nothing.
 */
export function paymentPostings(input: { document: PaidDocument; reference: string }): readonly Posting[] {
  const { document, reference } = input;
  const { currency } = document;
  if (!isCurrency(currency)) throw new Error(`'${currency}' is not a currency in which we settle`);
  if (decimal(document.total).isZero()) return [];
  const event = { amount: document.total, currency, reference };
  switch (document.kind) {
    case 'invoice':
      return journalOfPayment({ kind: 'received', ...event }).postings;
    case 'creditNote':
      // We pay back what stands as a negative receivable: the movements of a receipt, turned around.
      return journalOfPayment({ kind: 'received', ...event }).postings.map((posting) => ({
        ...posting,
        amount: fixedText(decimal(posting.amount).negated(), 2),
      }));
    case 'selfBill':
      return [...journalOfPayment({ kind: 'released', ...event }).postings, ...journalOfPayment({ kind: 'booked', ...event }).postings];
    case 'selfBillCreditNote':
      return journalOfPayment({ kind: 'returned', ...event }).postings;
    default:
      return assertNever(document.kind);
  }
}
