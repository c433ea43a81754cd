import { withTenant } from '../../db/client.ts';
import { getSubmissionWithDocument } from '../../db/queries/submissions.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { REPORTING_READERS } from './readers.ts';
import type { DocumentView } from './views.ts';

/** The exact bytes of a submission, as sent or to be sent. Throws `forbidden`, `not-found`. */
export async function getSubmissionDocument(input: { ctx: ServiceContext; input: { submissionId: string } }): Promise<DocumentView> {
  const { ctx } = input;
  authorise(ctx, { allowed: REPORTING_READERS, action: 'see submissions' });
  const row = await withTenant(ctx.db, ctx.tenantId, (tx) =>
    getSubmissionWithDocument(tx, { tenantId: ctx.tenantId, id: input.input.submissionId }),
  );
  return { fileName: row.file_name, sha256: row.sha256, bytes: row.document };
}
