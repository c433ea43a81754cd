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
 * Fetches the messages after the stored cursor, stores each in a transaction of its own, and then how far it came. A crash in between
 * neither loses nor skips a message: it is read again, and known by its id and bytes. Throws `unavailable` where the channel cannot be read.
 */
export async function collectReceipts(input: { ctx: ServiceContext; deps: { channel: Channel } }): Promise<CollectReceiptsResult> {
  const { ctx, deps } = input;
  const { channel } = deps;
  authorise(ctx, { allowed: [], action: 'collect receipts' });
  const of = { tenantId: ctx.tenantId, channelId: channel.id };
  const after = await withTenant(ctx.db, ctx.tenantId, (tx) => findChannelCursor(tx, of));
  const envelopes = await channel.listReceipts({ limit: RECEIPTS_PER_CALL_MAX, ...(after === undefined ? {} : { after }) });
  const page = envelopes.slice(0, RECEIPTS_PER_CALL_MAX);
  let stored = 0;
  let reached: string | undefined;
  try {
    for (const { cursor, messageId, fileName, bytes } of page) {
      const { state } = await withTenant(ctx.db, ctx.tenantId, (tx) =>
        storeReceiptIn(ctx, tx, { channelId: channel.id, messageId, fileName, bytes }),
      );
      reached = cursor;
      if (state !== 'duplicate') stored += 1;
    }
  } finally {
    await saveReached(ctx, { ...of, cursor: reached });
  }
  return { stored, more: envelopes.length >= RECEIPTS_PER_CALL_MAX };
}

/** What is stored is passed, also where a later message of the page could not be stored. */
async function saveReached(ctx: ServiceContext, input: { tenantId: string; channelId: string; cursor: string | undefined }): Promise<void> {
  const { cursor } = input;
  if (cursor === undefined) return;
  await withTenant(ctx.db, ctx.tenantId, (tx) => saveChannelCursor(tx, { ...input, cursor, at: ctx.clock.now() }));
}
