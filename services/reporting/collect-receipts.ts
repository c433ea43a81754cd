import type { Channel } from '../../adapters/channels/channel.ts';
import { withTenant } from '../../db/client.ts';
import { findChannelCursor, saveChannelCursor } from '../../db/queries/channel-cursors.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { storeReceiptIn } from './store-receipt.ts';

/** Messages read by one call; the caller goes on where `more` is true. */
const RECEIPTS_PER_CALL_MAX = 100;

export type CollectReceiptsResult = {
  /** Messages that were not known before. */
  readonly stored: number;
  /** True where the channel may hold more already. */
  readonly more: boolean;
};

/**
 * Fetches the messages after the stored cursor and stores each with its cursor in one transaction, so that a crash neither loses nor
 * skips one. Throws `unavailable` where the channel cannot be read.
 */
export async function collectReceipts(input: { ctx: ServiceContext; deps: { channel: Channel } }): Promise<CollectReceiptsResult> {
  const { ctx, deps } = input;
  const { channel } = deps;
  authorise(ctx, { allowed: [], action: 'collect receipts' });
  const of = { tenantId: ctx.tenantId, channelId: channel.id };
  const after = await withTenant(ctx.db, ctx.tenantId, (tx) => findChannelCursor(tx, of));
  const envelopes = await channel.listReceipts({ limit: RECEIPTS_PER_CALL_MAX, ...(after === undefined ? {} : { after }) });
  let stored = 0;
  for (const { cursor, messageId, fileName, bytes } of envelopes.slice(0, RECEIPTS_PER_CALL_MAX)) {
    const { state } = await withTenant(ctx.db, ctx.tenantId, async (tx) => {
      const result = await storeReceiptIn(ctx, tx, { channelId: channel.id, messageId, fileName, bytes });
      await saveChannelCursor(tx, { ...of, cursor, at: ctx.clock.now() });
      return result;
    });
    if (state !== 'duplicate') stored += 1;
  }
  return { stored, more: envelopes.length >= RECEIPTS_PER_CALL_MAX };
}
