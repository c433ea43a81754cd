import { type Tx, withTenant } from '../../db/client.ts';
import { type ObligationRow, lockObligation, updateObligation } from '../../db/queries/obligations.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { type NextWarning, nextWarning, passedPercent } from './next-warning.ts';

/**
 * Notes that 50, 80 or 100 % of the time to the deadline have passed, each once: at 80 an exception says that the deadline is at risk,
 * at 100 that it was missed. Gives back when to look again; null where the obligation is done or the breach is noted.
 * Called again it changes nothing. Throws `not-found`.
 */
export async function noteDeadline(input: {
  ctx: ServiceContext;
  input: { obligationId: string };
}): Promise<{ deadline: NextWarning | null }> {
  const { ctx } = input;
  authorise(ctx, { allowed: [], action: 'note deadlines' });
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const obligation = await lockObligation(tx, { tenantId: ctx.tenantId, id: input.input.obligationId });
    if (obligation.state === 'accepted' || obligation.state === 'withdrawn') return { deadline: null };
    const noted = await notePassed(ctx, tx, obligation);
    return { deadline: nextWarningOf(ctx, noted) };
  });
}

/** When the deadline of this obligation has to be looked at next. */
export function nextWarningOf(ctx: ServiceContext, obligation: ObligationRow): NextWarning | null {
  return nextWarning({
    createdAt: obligation.created_at,
    dueAt: obligation.due_at,
    warnedPercent: obligation.warned_percent,
    now: ctx.clock.now(),
  });
}

async function notePassed(ctx: ServiceContext, tx: Tx, obligation: ObligationRow): Promise<ObligationRow> {
  const now = ctx.clock.now();
  const percent = passedPercent({ createdAt: obligation.created_at, dueAt: obligation.due_at, now });
  if (percent <= obligation.warned_percent) return obligation;
  const noted = await updateObligation(tx, obligation, {
    warned_percent: percent,
    updated_at: now,
    ...(percent === 100 ? { breached_at: now } : {}),
  });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'obligation',
      subjectId: noted.id,
      revision: noted.revision,
      action: percent === 100 ? 'obligation.deadlineBreached' : 'obligation.deadlineNoted',
      before: { warnedPercent: obligation.warned_percent },
      after: { warnedPercent: percent, dueAt: noted.due_at.toISOString() },
    },
  ]);
  if (percent === 80) await openAtRisk(ctx, tx, noted);
  if (percent === 100) await openBreach(ctx, tx, noted);
  return noted;
}

async function openAtRisk(ctx: ServiceContext, tx: Tx, obligation: ObligationRow): Promise<void> {
  await openException(ctx, tx, {
    kind: 'deadlineAtRisk',
    ...subjectOf(obligation),
    reason: `The report of ${obligation.uti} (${obligation.action}) is due ${obligation.due_at.toISOString()} and is ${obligation.state}; 80 % of the time has passed.`,
    nextAction: 'Look at what the report waits for and clear it, or prepare the contingency plan of the RRM.',
    ownerRole: 'compliance',
    deadline: obligation.due_at,
  });
}

async function openBreach(ctx: ServiceContext, tx: Tx, obligation: ObligationRow): Promise<void> {
  await resolveOpenException(ctx, tx, { kind: 'deadlineAtRisk', subjectId: obligation.id, resolution: 'The deadline has passed.' });
  await openException(ctx, tx, {
    kind: 'deadlineBreached',
    ...subjectOf(obligation),
    reason: `The report of ${obligation.uti} (${obligation.action}) was due ${obligation.due_at.toISOString()} by ${obligation.rule} and is ${obligation.state}.`,
    nextAction: 'Follow the contingency plan, tell the authority where it wants to be told, and go on until the report is accepted.',
    ownerRole: 'compliance',
    deadline: obligation.due_at,
  });
}

function subjectOf(obligation: ObligationRow): { subjectKind: 'obligation'; subjectId: string; tradeId: string } {
  return { subjectKind: 'obligation', subjectId: obligation.id, tradeId: obligation.trade_id };
}
