import type { Tx } from '../../db/client.ts';
import { findOpenException, insertException } from '../../db/queries/exceptions.ts';
import type { ExceptionKind, ExceptionsTable } from '../../db/schema.ts';
import { ConflictError } from '../../domain/errors/app-error.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { Role, ServiceContext } from '../context.ts';

/** What waits for a person: why, since now, for whom, until when, and what to do. */
export type OpenExceptionInput = {
  readonly kind: ExceptionKind;
  readonly subjectKind: ExceptionsTable['subject_kind'];
  readonly subjectId: string;
  readonly tradeId?: string;
  readonly reason: string;
  readonly nextAction: string;
  readonly ownerRole: Exclude<Role, 'system'>;
  readonly deadline?: Date;
};

export type OpenedException = { readonly exceptionId: string; readonly opened: boolean };

/**
 * Puts something before a person, in the transaction of the caller. One of a kind is open for a subject at a time: where one is, it is
 * given back unchanged with `opened: false`, so that a repeated step changes nothing. Throws `conflict` where it was resolved at this moment.
 */
export async function openException(ctx: ServiceContext, tx: Tx, input: OpenExceptionInput): Promise<OpenedException> {
  const exceptionId = ctx.ids.next('exc');
  const row = await insertException(tx, {
    tenant_id: ctx.tenantId,
    id: exceptionId,
    kind: input.kind,
    subject_kind: input.subjectKind,
    subject_id: input.subjectId,
    trade_id: input.tradeId ?? null,
    reason: input.reason,
    next_action: input.nextAction,
    owner_role: input.ownerRole,
    since: ctx.clock.now(),
    deadline: input.deadline ?? null,
    state: 'open',
    resolution: null,
    resolved_by: null,
  });
  if (row === undefined) {
    const found = await findOpenException(tx, { tenantId: ctx.tenantId, kind: input.kind, subjectId: input.subjectId });
    if (found === undefined)
      throw new ConflictError({ message: `The exception '${input.kind}' of '${input.subjectId}' was just resolved.` });
    return { exceptionId: found.id, opened: false };
  }
  const { kind, subjectKind, subjectId, ownerRole } = input;
  const after = { state: 'open', kind, subjectKind, subjectId, ownerRole, nextAction: input.nextAction, deadline: input.deadline };
  await writeAudit(ctx, tx, [
    { subjectKind: 'exception', subjectId: exceptionId, revision: 1, action: 'exception.opened', reason: input.reason, after },
  ]);
  return { exceptionId, opened: true };
}
