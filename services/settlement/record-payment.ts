import { type Tx, withTenant } from '../../db/client.ts';
import { type InvoiceRow, insertPayment, listInvoicedTradeIds, listInvoicesOfCycles, listPayments } from '../../db/queries/invoices.ts';
import type { PaymentRow } from '../../db/queries/invoices.ts';
import { insertJournals } from '../../db/queries/ledger.ts';
import { type CycleRow, lockCycle } from '../../db/queries/settlement-cycles.ts';
import type { CycleState } from '../../db/schema.ts';
import { ConflictError, type FieldIssue, NotFoundError, ValidationError } from '../../domain/errors/app-error.ts';
import { decimal, isDecimalText } from '../../domain/money/decimal.ts';
import { isBusinessDate } from '../../domain/time/business-date.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { moveCycle } from './move-cycle.ts';
import { paymentPostings } from './payment-postings.ts';
import { settleFinishedTrades } from './settle-finished-trades.ts';

export type PaymentInput = {
  readonly cycleId: string;
  readonly invoiceId: string;
  /** The whole open amount as decimal text, in the currency of the invoice. */
  readonly amount: string;
  /** Value date `YYYY-MM-DD`. */
  readonly valueDate: string;
  /** What the bank's statement calls it, 1 to 140 characters. */
  readonly bankReference: string;
};

const BANK_REFERENCE_LENGTH_MAX = 140;

/**
 * Records that an invoice was paid in full and posts the journal. When the last one of a cycle is paid the cycle is settled, and so is
 * each trade that has nothing else left to do. The same payment recorded again changes nothing.
 *
 * Throws `forbidden`, `not-found`, `validation-failed` (an amount that is not the open one, a date that is none, no reference),
 * `illegal-transition` where the cycle is not invoiced and `conflict` where the invoice was paid by another payment.
 */
export async function recordPayment(input: { ctx: ServiceContext; input: PaymentInput }): Promise<{ state: CycleState }> {
  const { ctx, input: payment } = input;
  authorise(ctx, { allowed: ['backOffice', 'admin'], action: 'record payments' });
  assertShape(payment);
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const { tenantId } = ctx;
    const cycle = await lockCycle(tx, { tenantId, id: payment.cycleId });
    const invoices = await listInvoicesOfCycles(tx, { tenantId, cycleIds: [cycle.id] });
    const invoice = invoices.find(({ id }) => id === payment.invoiceId);
    if (invoice === undefined) throw new NotFoundError({ what: `invoice of the cycle '${cycle.id}'`, id: payment.invoiceId });
    const payments = await listPayments(tx, { tenantId, invoiceIds: invoices.map(({ id }) => id) });
    const paid = payments.find(({ invoice_id }) => invoice_id === invoice.id);
    if (paid !== undefined) {
      assertSamePayment({ paid, payment, invoice });
      return { state: cycle.state };
    }
    assertPayable({ cycle, invoice, payment });
    await storePayment(ctx, tx, { cycle, invoice, payment });
    if (payments.length + 1 < invoices.length) return { state: cycle.state };
    const settled = await moveCycle(ctx, tx, { cycle, to: 'settled' });
    await settleFinishedTrades(ctx, tx, { tradeIds: await listInvoicedTradeIds(tx, { tenantId, cycleId: cycle.id }) });
    return { state: settled.state };
  });
}

async function storePayment(
  ctx: ServiceContext,
  tx: Tx,
  input: { cycle: CycleRow; invoice: InvoiceRow; payment: PaymentInput },
): Promise<void> {
  const { cycle, invoice, payment } = input;
  const id = ctx.ids.next('pay');
  const created_at = ctx.clock.now();
  await insertPayment(tx, {
    tenant_id: ctx.tenantId,
    id,
    invoice_id: invoice.id,
    amount: invoice.total,
    currency: invoice.currency,
    value_date: payment.valueDate,
    bank_reference: payment.bankReference,
    recorded_by: ctx.actor.id,
    created_at,
  });
  const postings = paymentPostings({ document: invoice, reference: payment.bankReference });
  if (postings.length > 0) {
    await insertJournals(tx, [
      {
        head: {
          tenant_id: ctx.tenantId,
          id: ctx.ids.next('jrn'),
          source_kind: 'payment',
          source_id: id,
          value_date: payment.valueDate,
          created_at,
        },
        postings: postings.map((posting) => ({ ...posting, counterpartyId: cycle.counterparty_id })),
      },
    ]);
  }
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'payment',
      subjectId: id,
      revision: 1,
      action: 'payment.recorded',
      after: { ...payment, invoiceNumber: invoice.invoice_number, currency: invoice.currency },
    },
  ]);
}

function assertShape(payment: PaymentInput): void {
  const issues: FieldIssue[] = [];
  if (!isDecimalText(payment.amount)) {
    const fix = 'Give the amount as a decimal string, e.g. "687084.00".';
    issues.push({ field: '/amount', code: 'decimal.shape', message: `'${payment.amount}' is not an amount.`, fix });
  }
  if (!isBusinessDate(payment.valueDate)) {
    const fix = 'Give the value date, e.g. "2027-02-22".';
    issues.push({ field: '/valueDate', code: 'date.shape', message: `'${payment.valueDate}' is not a date.`, fix });
  }
  if (payment.bankReference.trim() === '' || payment.bankReference.length > BANK_REFERENCE_LENGTH_MAX) {
    const message = `A bank reference has 1 to ${BANK_REFERENCE_LENGTH_MAX} characters.`;
    issues.push({ field: '/bankReference', code: 'text.length', message, fix: 'Give the reference from the statement of the bank.' });
  }
  if (issues.length > 0) throw new ValidationError(issues);
}

function assertPayable(input: { cycle: CycleRow; invoice: InvoiceRow; payment: PaymentInput }): void {
  const { cycle, invoice, payment } = input;
  if (cycle.state !== 'invoiced') {
    throw new ConflictError({
      code: 'illegal-transition',
      message: `The settlement cycle '${cycle.id}' is ${cycle.state}; a payment is recorded while it is invoiced.`,
      details: { state: cycle.state, allowedFrom: ['invoiced'] },
    });
  }
  if (decimal(payment.amount).equals(decimal(invoice.total))) return;
  throw new ValidationError([
    {
      field: '/amount',
      code: 'payment.notTheOpenAmount',
      message: `${invoice.invoice_number} has ${invoice.total} ${invoice.currency} open, not ${payment.amount}.`,
      fix: `Record a payment of ${invoice.total} ${invoice.currency}; parts of it are settled with the counterparty first.`,
    },
  ]);
}

function assertSamePayment(input: { paid: PaymentRow; payment: PaymentInput; invoice: InvoiceRow }): void {
  const { paid, payment, invoice } = input;
  const isSame =
    decimal(paid.amount).equals(decimal(payment.amount)) &&
    paid.value_date === payment.valueDate &&
    paid.bank_reference === payment.bankReference;
  if (isSame) return;
  throw new ConflictError({
    message: `${invoice.invoice_number} was paid already by '${paid.bank_reference}' on ${paid.value_date}.`,
    details: { paymentId: paid.id, bankReference: paid.bank_reference },
  });
}
