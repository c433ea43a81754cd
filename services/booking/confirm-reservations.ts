import type { Tx } from '../../db/client.ts';
import type { LockedTrade } from '../../db/queries/booking.ts';
import { applyLimitDeltas } from '../../db/queries/limits.ts';
import { type ReservationState, moveReservations } from '../../db/queries/reservations.ts';
import { confirmDeltas } from '../../domain/risk/reservation.ts';
import type { AuditEntry } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { limitEntries } from '../risk/limit-entries.ts';
import { reservationSubjectId } from '../risk/take-reservations.ts';

/**
 * Turns what a version holds into use in place of what the booked version before it used, in the caller's transaction.
 * Gives the audit entries of what changed; where no limit concerns the trade there are none.
 */
export async function confirmReservations(ctx: ServiceContext, tx: Tx, trade: LockedTrade): Promise<readonly AuditEntry[]> {
  const { tenantId } = ctx;
  const { tradeId, version, bookedVersion } = trade;
  const at = ctx.clock.now();
  const of = { tenantId, tradeId, at };
  const held = await moveReservations(tx, { ...of, version, from: 'held', to: 'confirmed' });
  const previous =
    bookedVersion === undefined ? [] : await moveReservations(tx, { ...of, version: bookedVersion, from: 'confirmed', to: 'released' });
  // Last, as the lock on a limit is what bookings wait for.
  const changed = await applyLimitDeltas(tx, { tenantId, deltas: confirmDeltas({ held, previous }), keepBounds: false, at });
  return [
    ...limitEntries({ changed, action: 'limit.confirmed', tradeId, version }),
    ...held.map(({ limitId, revision }) => movedEntry({ limitId, revision, tradeId, version, from: 'held', to: 'confirmed' })),
    ...previous.map(({ limitId, revision }) =>
      movedEntry({ limitId, revision, tradeId, version: bookedVersion ?? version, from: 'confirmed', to: 'released' }),
    ),
  ];
}

function movedEntry(input: {
  limitId: string;
  revision: number;
  tradeId: string;
  version: number;
  from: ReservationState;
  to: ReservationState;
}): AuditEntry {
  return {
    subjectKind: 'reservation',
    subjectId: reservationSubjectId(input),
    revision: input.revision,
    action: `reservation.${input.to}`,
    before: { state: input.from },
    after: { state: input.to },
  };
}
