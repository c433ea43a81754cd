import type { InvoiceRow, PaymentRow } from '../../db/queries/invoices.ts';
import type { CycleRow } from '../../db/queries/settlement-cycles.ts';
import type { CycleState } from '../../db/schema.ts';
import type { Role } from '../context.ts';

/** Who may read cycles, invoices and the ledger. */
export const SETTLEMENT_READERS: readonly Role[] = ['upstream', 'compliance', 'backOffice', 'auditor', 'admin'];

export type CycleInvoiceView = {
  readonly id: string;
  readonly invoiceNumber: string;
  readonly kind: InvoiceRow['kind'];
  readonly direction: 'sell' | 'buy';
  readonly commodity: 'power' | 'gas';
  readonly currency: string;
  readonly net: string;
  readonly vat: string;
  readonly total: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly sha256: string;
  /** Null while it is open. */
  readonly payment: { readonly id: string; readonly valueDate: string; readonly bankReference: string } | null;
};

export type CycleView = {
  readonly id: string;
  readonly counterpartyId: string;
  readonly agreementId: string;
  readonly deliveryMonth: string;
  readonly state: CycleState;
  readonly closesAt: string;
  readonly invoiceOn: string;
  readonly blockedReason: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly invoices: readonly CycleInvoiceView[];
};

export function cycleView(input: { cycle: CycleRow; invoices: readonly InvoiceRow[]; payments: readonly PaymentRow[] }): CycleView {
  const { cycle } = input;
  const invoices = input.invoices.filter(({ cycle_id }) => cycle_id === cycle.id);
  return {
    id: cycle.id,
    counterpartyId: cycle.counterparty_id,
    agreementId: cycle.agreement_id,
    deliveryMonth: cycle.delivery_month,
    state: cycle.state,
    closesAt: cycle.closes_at.toISOString(),
    invoiceOn: cycle.invoice_on,
    blockedReason: cycle.blocked_reason,
    revision: cycle.revision,
    createdAt: cycle.created_at.toISOString(),
    updatedAt: cycle.updated_at.toISOString(),
    invoices: invoices.map((invoice) =>
      cycleInvoiceView({ invoice, payment: input.payments.find(({ invoice_id }) => invoice_id === invoice.id) }),
    ),
  };
}

function cycleInvoiceView(input: { invoice: InvoiceRow; payment: PaymentRow | undefined }): CycleInvoiceView {
  const { invoice, payment } = input;
  return {
    id: invoice.id,
    invoiceNumber: invoice.invoice_number,
    kind: invoice.kind,
    direction: invoice.direction,
    commodity: invoice.commodity,
    currency: invoice.currency,
    net: invoice.net,
    vat: invoice.vat,
    total: invoice.total,
    issuedOn: invoice.issued_on,
    dueOn: invoice.due_on,
    sha256: invoice.sha256,
    payment: payment === undefined ? null : { id: payment.id, valueDate: payment.value_date, bankReference: payment.bank_reference },
  };
}
