import { withTenant } from '../../db/client.ts';
import { listReceiptsOfSubmission } from '../../db/queries/receipts.ts';
import { findSubmission } from '../../db/queries/submissions.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { REPORTING_READERS } from './readers.ts';
import { type ReceiptView, receiptView } from './views.ts';

const RECEIPTS_LISTED_MAX = 200;

/** The receipts bound to a submission, oldest first, at most 200. Throws `forbidden`, `not-found`. */
export async function listSubmissionReceipts(input: {
  ctx: ServiceContext;
  input: { submissionId: string };
}): Promise<readonly ReceiptView[]> {
  const { ctx } = input;
  const { submissionId } = input.input;
  const { tenantId } = ctx;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see receipts' });
  return await withTenant(ctx.db, tenantId, async (tx) => {
    if ((await findSubmission(tx, { tenantId, id: submissionId })) === undefined) {
      throw new NotFoundError({ what: 'submission', id: submissionId });
    }
    const rows = await listReceiptsOfSubmission(tx, { tenantId, submissionId, limit: RECEIPTS_LISTED_MAX });
    return rows.map(receiptView);
  });
}
