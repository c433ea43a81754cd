import type { Tx } from '../../db/client.ts';
import type { LockedTrade } from '../../db/queries/booking.ts';
import { applyLimitDeltas, lockConcernedLimits } from '../../db/queries/limits.ts';
import { insertReservations, listReservations } from '../../db/queries/reservations.ts';
import { exposureOf } from '../../domain/risk/exposure.ts';
import { type LimitState, type LimitVerdict, askOf, judgeLimit, worstLimitOutcome } from '../../domain/risk/limit.ts';
import { reserveDeltas } from '../../domain/risk/reservation.ts';
import type { AuditEntry } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { limitEntries } from './limit-entries.ts';

export type TakenReservations = { readonly verdicts: readonly LimitVerdict[]; readonly entries: readonly AuditEntry[] };

/**
 * Locks the limits that concern a version, judges it, and reserves what it asks of each of them in the caller's transaction.
 * A breach reserves nothing, unless a person let it pass (`mayExceed`): then the reservations beyond a bound are marked as overrides.
 * Gives one verdict a limit, in the order of limit ids; none where no limit concerns the trade. The caller writes the audit entries.
 */
export async function takeReservations(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; mayExceed: boolean },
): Promise<TakenReservations> {
  const { tenantId } = ctx;
  const { tradeId, version, terms, bookedVersion } = input.trade;
  const exposure = exposureOf(terms);
  const earlier = bookedVersion === undefined ? [] : await listReservations(tx, { tenantId, tradeId });
  const confirmed = new Map(
    earlier.filter((reservation) => reservation.state === 'confirmed').map(({ limitId, amount }) => [limitId, amount]),
  );
  const limits = await lockConcernedLimits(tx, { tenantId, subject: terms });
  const verdicts = limits.map((limit) => {
    const used = confirmed.get(limit.id);
    return judgeLimit({ limit, ask: askOf({ limit, exposure, ...(used === undefined ? {} : { confirmed: used }) }) });
  });
  if (worstLimitOutcome(verdicts) === 'breach' && !input.mayExceed) return { verdicts, entries: [] };
  const at = ctx.clock.now();
  const reservations = verdicts.map(({ ask, outcome }) => ({ ...ask, isOverride: outcome === 'breach' }));
  const deltas = reserveDeltas(reservations);
  const changed = await applyLimitDeltas(tx, { tenantId, deltas, keepBounds: !input.mayExceed, at });
  await insertReservations(tx, { tenantId, tradeId, version, reservations, at });
  const entries = [
    ...limitEntries({ changed, action: 'limit.reserved', tradeId, version }),
    ...verdicts.map(({ ask, outcome }) => reservationEntry({ ask, outcome, tradeId, version })),
  ];
  return { verdicts, entries };
}

/** The id under which the audit trail names a reservation: limit, trade and version. */
export function reservationSubjectId(input: { limitId: LimitState['id']; tradeId: string; version: number }): string {
  return `${input.limitId}:${input.tradeId}:v${input.version}`;
}

function reservationEntry(input: Pick<LimitVerdict, 'ask' | 'outcome'> & { tradeId: string; version: number }): AuditEntry {
  const { ask, outcome, tradeId, version } = input;
  return {
    subjectKind: 'reservation',
    subjectId: reservationSubjectId({ limitId: ask.limitId, tradeId, version }),
    revision: 1,
    action: 'reservation.held',
    after: { state: 'held', amount: ask.amount, held: ask.held, isOverride: outcome === 'breach' },
  };
}
