import type { Tx } from '../../db/client.ts';
import { type LockedTrade, getVersionTerms, moveTrade } from '../../db/queries/booking.ts';
import type { TradeState, TradeTerms } from '../../domain/trade/trade-terms.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { releaseReservations } from '../risk/release-reservations.ts';

/**
 * Refuses a locked version in the caller's transaction: what it holds is released, and the trade stands again as the version booked
 * before left it, or is rejected where none was.
 */
export async function endVersion(ctx: ServiceContext, tx: Tx, input: { trade: LockedTrade; reason: string }): Promise<void> {
  const { trade, reason } = input;
  const { tradeId, version } = trade;
  const { tradeState, restored } = await standingWithout(ctx, tx, trade);
  const at = ctx.clock.now();
  const revision = await moveTrade(tx, {
    tenantId: ctx.tenantId,
    trade,
    tradeState,
    versionState: 'rejected',
    at,
    ...(restored === undefined ? {} : { restored }),
  });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'trade',
      subjectId: tradeId,
      revision,
      action: 'trade.rejected',
      reason,
      before: { state: trade.tradeState, version, versionState: trade.versionState },
      after: { state: tradeState, version, versionState: 'rejected' },
    },
  ]);
  await releaseReservations(ctx, tx, { tradeId, version });
}

/** Where the trade stands without the refused version, and the terms that are in force again. */
async function standingWithout(
  ctx: ServiceContext,
  tx: Tx,
  { tradeId, bookedVersion }: LockedTrade,
): Promise<{ tradeState: TradeState; restored?: TradeTerms }> {
  if (bookedVersion === undefined) return { tradeState: 'rejected' };
  const { kind, terms } = await getVersionTerms(tx, { tenantId: ctx.tenantId, tradeId, version: bookedVersion });
  return { tradeState: kind === 'cancel' ? 'cancelled' : 'booked', restored: terms };
}
