import { withTenant } from '../../db/client.ts';
import { getCycle as getRow } from '../../db/queries/settlement-cycles.ts';
import { invariant } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { withInvoices } from './list-cycles.ts';
import { type CycleView, SETTLEMENT_READERS } from './views.ts';

/** One settlement cycle with its invoices and payments. Throws `forbidden`, `not-found`. */
export async function getCycle(input: { ctx: ServiceContext; input: { cycleId: string } }): Promise<CycleView> {
  const { ctx } = input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: SETTLEMENT_READERS, action: 'see settlement cycles' });
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const cycle = await getRow(tx, { tenantId, id: input.input.cycleId });
    const [view] = await withInvoices(tx, { tenantId, cycles: [cycle] });
    invariant(view !== undefined, 'a cycle has a view');
    return view;
  });
}
