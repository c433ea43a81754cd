import { withTenant } from '../../db/client.ts';
import { getInvoiceRow, listPayments } from '../../db/queries/invoices.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { SETTLEMENT_READERS } from './views.ts';

export type InvoiceView = {
  readonly id: string;
  readonly cycleId: string;
  readonly invoiceNumber: string;
  /** The document as it was drawn: an `Invoice` of `domain/settlement/invoice.ts`. */
  readonly model: unknown;
  readonly sha256: string;
  readonly paidOn: string | null;
};

/** One invoice with the model from which its PDF was drawn. Throws `forbidden`, `not-found`. */
export async function getInvoice(input: { ctx: ServiceContext; input: { invoiceId: string } }): Promise<InvoiceView> {
  const { ctx } = input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: SETTLEMENT_READERS, action: 'see invoices' });
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const row = await getInvoiceRow(tx, { tenantId, id: input.input.invoiceId });
    const [payment] = await listPayments(tx, { tenantId, invoiceIds: [row.id] });
    return {
      id: row.id,
      cycleId: row.cycle_id,
      invoiceNumber: row.invoice_number,
      model: row.model,
      sha256: row.sha256,
      paidOn: payment?.value_date ?? null,
    };
  });
}
