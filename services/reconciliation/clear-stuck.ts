import { withTenant } from '../../db/client.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import type { StuckSubject } from './report-stuck.ts';

/** Closes the exception of a workflow that goes on again. Changes nothing where none is open. */
export async function clearStuck({ ctx, input }: { ctx: ServiceContext; input: { subject: StuckSubject; step: string } }): Promise<void> {
  authorise(ctx, { allowed: [], action: 'clear a workflow that was stuck' });
  const { subject, step } = input;
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    await resolveOpenException(ctx, tx, {
      kind: 'workflowFailed',
      subjectId: subject.id,
      resolution: `The step '${step}' has succeeded; the workflow goes on.`,
    });
  });
}
