import { withTenant } from '../../db/client.ts';
import { findObligation } from '../../db/queries/obligations.ts';
import { listSubmissions } from '../../db/queries/submissions.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { REPORTING_READERS } from './readers.ts';
import { type ObligationView, type SubmissionView, obligationView, submissionView } from './views.ts';

/** Submissions shown with an obligation; older ones are in the list of submissions. */
const SUBMISSIONS_SHOWN_MAX = 50;

/** One obligation with its submissions, newest first. Throws `forbidden`, `not-found`. */
export async function getObligation(input: {
  ctx: ServiceContext;
  input: { obligationId: string };
}): Promise<ObligationView & { readonly submissions: readonly SubmissionView[] }> {
  const { ctx } = input;
  const { obligationId } = input.input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see obligations' });
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const row = await findObligation(tx, { tenantId, id: obligationId });
    if (row === undefined) throw new NotFoundError({ what: 'obligation', id: obligationId });
    const submissions = await listSubmissions(tx, { tenantId, filter: { obligationId }, limit: SUBMISSIONS_SHOWN_MAX });
    return { ...obligationView(row), submissions: submissions.map(submissionView) };
  });
}
