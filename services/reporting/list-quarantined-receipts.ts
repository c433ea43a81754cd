import { withTenant } from '../../db/client.ts';
import { listQuarantinedReceipts as listRows } from '../../db/queries/receipts.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { REPORTING_READERS } from './readers.ts';
import { type ReceiptView, receiptView } from './views.ts';

/** One page of receipts that were not believed, newest first. Throws `forbidden`, and `validation-failed` for a wrong cursor. */
export async function listQuarantinedReceipts(input: { ctx: ServiceContext; input: { page: PageRequest } }): Promise<Page<ReceiptView>> {
  const { ctx } = input;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see receipts' });
  return await loadPage({
    tenantId: ctx.tenantId,
    list: 'quarantined receipts',
    page: input.input.page,
    load: async (bounds) => {
      const rows = await withTenant(ctx.db, ctx.tenantId, (tx) => listRows(tx, { tenantId: ctx.tenantId, ...bounds }));
      return rows.map(receiptView);
    },
    positionOf: ({ receivedAt, id }) => ({ at: new Date(receivedAt), id }),
  });
}
