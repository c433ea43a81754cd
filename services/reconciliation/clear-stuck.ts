import { withTenant } from '../../db/client.ts';
import { findOpenException } from '../../db/queries/exceptions.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { type StuckSubject, stuckAt } from './report-stuck.ts';

/** Closes the exception that this step of a workflow has raised. Changes nothing where none is open, or another step is stuck. */
export async function clearStuck({ ctx, input }: { ctx: ServiceContext; input: { subject: StuckSubject; step: string } }): Promise<void> {
  authorise(ctx, { allowed: [], action: 'clear a workflow that was stuck' });
  const { subject, step } = input;
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const alarm = await findOpenException(tx, { tenantId: ctx.tenantId, kind: 'workflowFailed', subjectId: subject.id });
    if (alarm === undefined || !alarm.reason.startsWith(stuckAt(step))) return;
    await resolveOpenException(ctx, tx, {
      kind: 'workflowFailed',
      subjectId: subject.id,
      resolution: `The step '${step}' has succeeded; the workflow goes on.`,
    });
  });
}
