import { withTenant } from '../../db/client.ts';
import { findReceiptWithDocument } from '../../db/queries/receipts.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { REPORTING_READERS } from './readers.ts';
import { type DocumentView, type ReceiptView, receiptView } from './views.ts';

/** One receipt, bound or quarantined, with its exact bytes. Throws `forbidden`, `not-found`. */
export async function getReceipt(input: {
  ctx: ServiceContext;
  input: { receiptId: string };
}): Promise<{ readonly receipt: ReceiptView; readonly document: DocumentView }> {
  const { ctx } = input;
  const { receiptId } = input.input;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see receipts' });
  const row = await withTenant(ctx.db, ctx.tenantId, (tx) => findReceiptWithDocument(tx, { tenantId: ctx.tenantId, id: receiptId }));
  if (row === undefined) throw new NotFoundError({ what: 'receipt', id: receiptId });
  // Its own name: the one it carries is that of the file it judges.
  return { receipt: receiptView(row), document: { fileName: `${row.id}.receipt`, sha256: row.sha256, bytes: row.document } };
}
