import { withTenant } from '../../db/client.ts';
import { type SubmissionFilter, listSubmissions as listRows } from '../../db/queries/submissions.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { REPORTING_READERS } from './readers.ts';
import { type SubmissionView, submissionView } from './views.ts';

/** One page of submissions, newest first. Throws `forbidden`, and `validation-failed` for a cursor that is not of this list. */
export async function listSubmissions(input: {
  ctx: ServiceContext;
  input: { filter: SubmissionFilter; page: PageRequest };
}): Promise<Page<SubmissionView>> {
  const { ctx } = input;
  const { filter, page } = input.input;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see submissions' });
  return await loadPage({
    tenantId: ctx.tenantId,
    list: `submissions ${JSON.stringify(filter)}`,
    page,
    load: async (bounds) => {
      const rows = await withTenant(ctx.db, ctx.tenantId, (tx) => listRows(tx, { tenantId: ctx.tenantId, filter, ...bounds }));
      return rows.map(submissionView);
    },
    positionOf: ({ createdAt, id }) => ({ at: new Date(createdAt), id }),
  });
}
