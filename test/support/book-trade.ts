import { withTenant } from '../../db/client.ts';
import { lockTradeVersion, moveTrade } from '../../db/queries/booking.ts';
import { writeAudit } from '../../services/audit/write-audit.ts';
import type { ServiceContext } from '../../services/context.ts';

/** Brings a captured version into the books by the same writes as the booking service, without its checks. Gives the trade's revision. */
export async function bookTrade(ctx: ServiceContext, input: { tradeId: string; version: number }): Promise<number> {
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, ...input });
    const at = ctx.clock.now();
    const revision = await moveTrade(tx, { tenantId, trade, tradeState: 'booked', versionState: 'booked', isBooking: true, at });
    await writeAudit(ctx, tx, [{ subjectKind: 'trade', subjectId: input.tradeId, revision, action: 'trade.booked' }]);
    return revision;
  });
}
