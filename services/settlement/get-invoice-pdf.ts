import { withTenant } from '../../db/client.ts';
import { getInvoiceDocument } from '../../db/queries/invoices.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { SETTLEMENT_READERS } from './views.ts';

/** The PDF of an invoice, byte for byte as it was issued. Throws `forbidden`, `not-found`. */
export async function getInvoicePdf(input: {
  ctx: ServiceContext;
  input: { invoiceId: string };
}): Promise<{ readonly fileName: string; readonly sha256: string; readonly bytes: Uint8Array }> {
  const { ctx } = input;
  authorise(ctx, { allowed: SETTLEMENT_READERS, action: 'see invoices' });
  const row = await withTenant(ctx.db, ctx.tenantId, (tx) => getInvoiceDocument(tx, { tenantId: ctx.tenantId, id: input.input.invoiceId }));
  return { fileName: `${row.invoice_number}.pdf`, sha256: row.sha256, bytes: row.document };
}
