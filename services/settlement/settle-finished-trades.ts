import type { Tx } from '../../db/client.ts';
import { listFinishedTradeIds, lockBookedTrades, settleTrades } from '../../db/queries/settlement-cycles.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';

/**
 * Marks those of the trades as settled that have nothing left to do: every report accepted, every month paid or empty.
 * The trades are locked before they are looked at, so that of the last payment and the last acceptance, made in parallel, the later
 * one sees the other.
 */
export async function settleFinishedTrades(ctx: ServiceContext, tx: Tx, input: { tradeIds: readonly string[] }): Promise<void> {
  const { tenantId } = ctx;
  const booked = await lockBookedTrades(tx, { tenantId, tradeIds: input.tradeIds });
  const finished = await listFinishedTradeIds(tx, { tenantId, tradeIds: booked.map(({ id }) => id) });
  const settled = await settleTrades(tx, { tenantId, tradeIds: finished, at: ctx.clock.now() });
  await writeAudit(
    ctx,
    tx,
    settled.map(({ id, revision }) => ({
      subjectKind: 'trade',
      subjectId: id,
      revision,
      action: 'trade.settled',
      before: { state: 'booked' },
      after: { state: 'settled' },
    })),
  );
}
