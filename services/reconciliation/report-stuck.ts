import { withTenant } from '../../db/client.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';

/** What a workflow is about, as exceptions name it. */
export type StuckSubject = { readonly kind: 'trade' | 'obligation' | 'cycle'; readonly id: string; readonly tradeId?: string };

const REASON_LENGTH_MAX = 2_000;

/**
 * Puts before a person that a workflow cannot go on by itself: which step, and what went wrong. The workflow keeps trying.
 * Called again while the exception is open it changes nothing.
 */
export async function reportStuck({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { subject: StuckSubject; step: string; problem: string };
}): Promise<{ exceptionId: string }> {
  authorise(ctx, { allowed: [], action: 'report a workflow that is stuck' });
  const { subject, step, problem } = input;
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const { exceptionId } = await openException(ctx, tx, {
      kind: 'workflowFailed',
      subjectKind: subject.kind,
      subjectId: subject.id,
      ...(subject.tradeId !== undefined && { tradeId: subject.tradeId }),
      reason: `${stuckAt(step)} ${problem}`.slice(0, REASON_LENGTH_MAX),
      nextAction: 'Remove the cause. The step is tried again by itself, and this exception closes when it succeeds.',
      ownerRole: subject.kind === 'cycle' ? 'backOffice' : 'compliance',
    });
    return { exceptionId };
  });
}

/** How the reason of an alarm begins, by which its step is known again. */
export function stuckAt(step: string): string {
  return `The step '${step}' does not succeed:`;
}
