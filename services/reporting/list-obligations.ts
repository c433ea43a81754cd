import { withTenant } from '../../db/client.ts';
import { type ObligationFilter, listObligations as listRows } from '../../db/queries/obligations.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { REPORTING_READERS } from './readers.ts';
import { type ObligationView, obligationView } from './views.ts';

/** One page of obligations, newest first. Throws `forbidden`, and `validation-failed` for a cursor that is not of this list. */
export async function listObligations(input: {
  ctx: ServiceContext;
  input: { filter: ObligationFilter; page: PageRequest };
}): Promise<Page<ObligationView>> {
  const { ctx } = input;
  const { filter, page } = input.input;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see obligations' });
  return await loadPage({
    tenantId: ctx.tenantId,
    list: `obligations ${JSON.stringify(filter)}`,
    page,
    load: async (bounds) => {
      const rows = await withTenant(ctx.db, ctx.tenantId, (tx) => listRows(tx, { tenantId: ctx.tenantId, filter, ...bounds }));
      return rows.map(obligationView);
    },
    positionOf: ({ createdAt, id }) => ({ at: new Date(createdAt), id }),
  });
}
