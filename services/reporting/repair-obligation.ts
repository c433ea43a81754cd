import { type Tx, withTenant } from '../../db/client.ts';
import { findRepairOfRequest, lockObligation, updateObligation } from '../../db/queries/obligations.ts';
import { findLatestSubmission } from '../../db/queries/submissions.ts';
import { ConflictError, ValidationError } from '../../domain/errors/app-error.ts';
import { isStorableText } from '../../domain/trade/storable-text.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { parseOverrides, readOverrides } from './overrides.ts';

export type RepairObligationResult = { readonly obligationId: string; readonly state: 'pending' };

const REASON_LENGTH_MAX = 2000;

/**
 * Takes a person's corrections of report fields, or none to send the same again, and puts the obligation back to `pending`: the next
 * preparation makes a new submission of the same action under a new file name. Corrections add to earlier ones.
 * Called again by the same request it changes nothing.
 *
 * Throws `forbidden`, `not-found`, `validation-failed` (an unknown key, a wrong code, no reason) and `illegal-transition` where the
 * obligation is neither rejected nor invalid.
 */
export async function repairObligation(input: {
  ctx: ServiceContext;
  input: { obligationId: string; overrides: Readonly<Record<string, string>>; reason: string };
}): Promise<RepairObligationResult> {
  const { ctx } = input;
  const { obligationId, reason } = input.input;
  authorise(ctx, { allowed: ['compliance', 'admin'], action: 'repair reports' });
  const corrections = parseOverrides(input.input.overrides);
  assertReason(reason);
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const obligation = await lockObligation(tx, { tenantId: ctx.tenantId, id: obligationId });
    if (await findRepairOfRequest(tx, { tenantId: ctx.tenantId, obligationId, requestId: ctx.requestId })) {
      return { obligationId, state: 'pending' };
    }
    if (obligation.state !== 'rejected' && obligation.state !== 'invalid') {
      throw new ConflictError({
        code: 'illegal-transition',
        message: `The obligation '${obligationId}' is ${obligation.state}. Only a rejected or invalid one can be repaired.`,
        details: { state: obligation.state, allowedFrom: ['rejected', 'invalid'] },
      });
    }
    const before = readOverrides(obligation.overrides);
    const overrides = { ...before, ...corrections };
    const repaired = await updateObligation(tx, obligation, {
      state: 'pending',
      overrides: JSON.stringify(overrides),
      updated_at: ctx.clock.now(),
    });
    await writeAudit(ctx, tx, [
      {
        subjectKind: 'obligation',
        subjectId: obligationId,
        revision: repaired.revision,
        action: 'obligation.repaired',
        reason,
        before: { state: obligation.state, overrides: before },
        after: { state: 'pending', overrides },
      },
    ]);
    await closeExceptions(ctx, tx, { obligationId, reason });
    return { obligationId, state: 'pending' };
  });
}

async function closeExceptions(ctx: ServiceContext, tx: Tx, input: { obligationId: string; reason: string }): Promise<void> {
  const { obligationId } = input;
  const resolution = `Repaired: ${input.reason}`;
  await resolveOpenException(ctx, tx, { kind: 'rejectedReport', subjectId: obligationId, resolution });
  await resolveOpenException(ctx, tx, { kind: 'unreportableTrade', subjectId: obligationId, resolution });
  const submission = await findLatestSubmission(tx, { tenantId: ctx.tenantId, obligationId });
  if (submission !== undefined) await resolveOpenException(ctx, tx, { kind: 'unknownOutcome', subjectId: submission.id, resolution });
}

function assertReason(reason: string): void {
  const { length } = reason.trim();
  if (length >= 1 && length <= REASON_LENGTH_MAX && isStorableText(reason)) return;
  throw new ValidationError([
    {
      field: '/reason',
      code: 'reason.length',
      message: `A repair needs a reason of 1 to ${REASON_LENGTH_MAX} whole characters without U+0000.`,
      fix: 'Say what was wrong and why this corrects it.',
    },
  ]);
}
