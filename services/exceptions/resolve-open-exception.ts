import type { Tx } from '../../db/client.ts';
import { findOpenException, updateExceptionResolved } from '../../db/queries/exceptions.ts';
import type { ExceptionKind } from '../../db/schema.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';

/**
 * Closes what a step has cleared by itself, in the transaction of the caller. Gives the exception's id, or nothing where none of this kind
 * is open for the subject; so a repeated step changes nothing.
 */
export async function resolveOpenException(
  ctx: ServiceContext,
  tx: Tx,
  input: { kind: ExceptionKind; subjectId: string; resolution: string },
): Promise<string | undefined> {
  const found = await findOpenException(tx, { tenantId: ctx.tenantId, kind: input.kind, subjectId: input.subjectId });
  if (found === undefined) return undefined;
  const revision = await updateExceptionResolved(tx, {
    tenantId: ctx.tenantId,
    exceptionId: found.id,
    resolution: input.resolution,
    resolvedBy: ctx.actor.id,
    now: ctx.clock.now(),
  });
  if (revision === undefined) return undefined;
  const entry = { subjectKind: 'exception', subjectId: found.id, revision, action: 'exception.resolved' } as const;
  await writeAudit(ctx, tx, [{ ...entry, reason: input.resolution, before: { state: 'open' }, after: { state: 'resolved' } }]);
  return found.id;
}
