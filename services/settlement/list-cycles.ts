import { type Tx, withTenant } from '../../db/client.ts';
import { listInvoicesOfCycles, listPayments } from '../../db/queries/invoices.ts';
import { type CycleFilter, type CycleRow, listCycles as listRows } from '../../db/queries/settlement-cycles.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { type CycleView, SETTLEMENT_READERS, cycleView } from './views.ts';

/** One page of settlement cycles with their invoices, newest first. Throws `forbidden`, and `validation-failed` for a wrong cursor. */
export async function listCycles(input: {
  ctx: ServiceContext;
  input: { filter: CycleFilter; page: PageRequest };
}): Promise<Page<CycleView>> {
  const { ctx } = input;
  const { filter, page } = input.input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: SETTLEMENT_READERS, action: 'see settlement cycles' });
  return await loadPage({
    tenantId,
    list: `cycles ${JSON.stringify(filter)}`,
    page,
    load: async (bounds) =>
      await withTenant(ctx.db, tenantId, async (tx) => {
        const cycles = await listRows(tx, { tenantId, filter, ...bounds });
        return await withInvoices(tx, { tenantId, cycles });
      }),
    positionOf: ({ createdAt, id }) => ({ at: new Date(createdAt), id }),
  });
}

/** Adds invoices and payments to cycles, in two queries for all of them. */
export async function withInvoices(tx: Tx, input: { tenantId: string; cycles: readonly CycleRow[] }): Promise<CycleView[]> {
  const { tenantId, cycles } = input;
  const invoices = await listInvoicesOfCycles(tx, { tenantId, cycleIds: cycles.map(({ id }) => id) });
  const payments = await listPayments(tx, { tenantId, invoiceIds: invoices.map(({ id }) => id) });
  return cycles.map((cycle) => cycleView({ cycle, invoices, payments }));
}
