import type { Tx } from '../../db/client.ts';
import { applyLimitDeltas } from '../../db/queries/limits.ts';
import { moveReservations } from '../../db/queries/reservations.ts';
import { releaseDeltas } from '../../domain/risk/reservation.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { limitEntries } from './limit-entries.ts';
import { reservationSubjectId } from './take-reservations.ts';

/** Gives back what a version holds of every limit, in the caller's transaction. Where it holds nothing, nothing changes. */
export async function releaseReservations(ctx: ServiceContext, tx: Tx, input: { tradeId: string; version: number }): Promise<void> {
  const { tenantId } = ctx;
  const { tradeId, version } = input;
  const at = ctx.clock.now();
  const released = await moveReservations(tx, { tenantId, tradeId, version, from: 'held', to: 'released', at });
  if (released.length === 0) return;
  const changed = await applyLimitDeltas(tx, { tenantId, deltas: releaseDeltas(released), keepBounds: false, at });
  await writeAudit(ctx, tx, [
    ...limitEntries({ changed, action: 'limit.released', tradeId, version }),
    ...released.map(({ limitId, revision }) => ({
      subjectKind: 'reservation' as const,
      subjectId: reservationSubjectId({ limitId, tradeId, version }),
      revision,
      action: 'reservation.released',
      before: { state: 'held' },
      after: { state: 'released' },
    })),
  ]);
}
