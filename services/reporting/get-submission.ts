import { withTenant } from '../../db/client.ts';
import { listAttempts } from '../../db/queries/attempts.ts';
import { listReceiptsOfSubmission } from '../../db/queries/receipts.ts';
import { findSubmission } from '../../db/queries/submissions.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { REPORTING_READERS } from './readers.ts';
import { type ReceiptView, type SubmissionView, receiptView, submissionView } from './views.ts';

/** One attempt to hand over a submission; `outcome` is null while it is under way. */
export type AttemptView = {
  readonly number: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: 'delivered' | 'refused' | 'notSent' | 'unknown' | null;
  readonly detail: string | null;
};

/** Bound receipts shown with a submission. */
const RECEIPTS_SHOWN_MAX = 200;

/** One submission with its attempts and its receipts, oldest first. Throws `forbidden`, `not-found`. */
export async function getSubmission(input: {
  ctx: ServiceContext;
  input: { submissionId: string };
}): Promise<SubmissionView & { readonly attempts: readonly AttemptView[]; readonly receipts: readonly ReceiptView[] }> {
  const { ctx } = input;
  const { submissionId } = input.input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see submissions' });
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const row = await findSubmission(tx, { tenantId, id: submissionId });
    if (row === undefined) throw new NotFoundError({ what: 'submission', id: submissionId });
    const attempts = await listAttempts(tx, { tenantId, submissionId });
    const receipts = await listReceiptsOfSubmission(tx, { tenantId, submissionId, limit: RECEIPTS_SHOWN_MAX });
    return {
      ...submissionView(row),
      attempts: attempts.map(({ number, started_at, finished_at, outcome, detail }) => ({
        number,
        startedAt: started_at.toISOString(),
        finishedAt: finished_at?.toISOString() ?? null,
        outcome,
        detail,
      })),
      receipts: receipts.map(receiptView),
    };
  });
}
