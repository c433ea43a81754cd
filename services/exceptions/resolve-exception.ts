import { type Tx, withTenant } from '../../db/client.ts';
import { type ExceptionRow, findException, updateExceptionResolved } from '../../db/queries/exceptions.ts';
import { AppError, ConflictError, NotFoundError, ValidationError } from '../../domain/errors/app-error.ts';
import { reasonIssues } from '../../domain/trade/trade-file-row.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type ExceptionView, exceptionViewOf } from './exception-view.ts';

/**
 * A person closes an exception with a reason. Idempotent for the same person and reason.
 * Throws `forbidden` (its owner's role, compliance or admin), `not-found`, `validation-failed` without a reason, `precondition-failed`
 * where `expectedRevision` is not the present one, `illegal-transition` for a held trade (it wants a decision) or one already resolved.
 */
export async function resolveException({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { exceptionId: string; reason: string; expectedRevision?: number };
}): Promise<ExceptionView> {
  authorise(ctx, { allowed: ['compliance', 'backOffice', 'admin'], action: 'resolve an exception' });
  const issues = reasonIssues(input.reason);
  if (issues.length > 0) throw new ValidationError(issues);
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const row = await findException(tx, { tenantId: ctx.tenantId, exceptionId: input.exceptionId });
    if (row === undefined) throw new NotFoundError({ what: 'exception', id: input.exceptionId });
    authorise(ctx, { allowed: ['compliance', 'admin', ...ownerRole(row)], action: 'resolve this exception' });
    if (row.state === 'resolved' && row.resolution === input.reason && row.resolved_by === ctx.actor.id) return exceptionViewOf(row);
    refuseWhatCannotBeResolved(row, input);
    return await resolveIn(tx, ctx, { row, reason: input.reason });
  });
}

function ownerRole(row: ExceptionRow): readonly ('backOffice' | 'compliance')[] {
  return row.owner_role === 'backOffice' ? ['backOffice'] : ['compliance'];
}

function refuseWhatCannotBeResolved(row: ExceptionRow, input: { expectedRevision?: number }): void {
  if (row.state === 'resolved') {
    throw new ConflictError({
      code: 'illegal-transition',
      message: `The exception '${row.id}' was resolved by ${row.resolved_by}.`,
      details: { allowed: [], why: 'It is resolved.' },
    });
  }
  if (row.kind === 'heldTrade') {
    throw new ConflictError({
      code: 'illegal-transition',
      message: 'A held trade waits for a decision; its exception ends with that.',
      details: { allowed: ['approve', 'reject'], why: row.next_action },
    });
  }
  if (input.expectedRevision !== undefined && input.expectedRevision !== row.revision) throw staleException(row);
}

async function resolveIn(tx: Tx, ctx: ServiceContext, { row, reason }: { row: ExceptionRow; reason: string }): Promise<ExceptionView> {
  const now = ctx.clock.now();
  const revision = await updateExceptionResolved(tx, {
    tenantId: ctx.tenantId,
    exceptionId: row.id,
    expectedRevision: row.revision,
    resolution: reason,
    resolvedBy: ctx.actor.id,
    now,
  });
  if (revision === undefined) throw staleException(row);
  const entry = { subjectKind: 'exception', subjectId: row.id, revision, action: 'exception.resolved' } as const;
  await writeAudit(ctx, tx, [{ ...entry, reason, before: { state: 'open' }, after: { state: 'resolved' } }]);
  return exceptionViewOf({ ...row, state: 'resolved', resolution: reason, resolved_by: ctx.actor.id, resolved_at: now, revision });
}

function staleException(row: ExceptionRow): AppError {
  return new AppError({
    code: 'precondition-failed',
    message: `The exception '${row.id}' was changed meanwhile. Read it again.`,
    details: { revision: row.revision },
  });
}
