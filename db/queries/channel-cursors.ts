import type { Db, Tx } from '../client.ts';

type OfChannel = { readonly tenantId: string; readonly channelId: string };

/** Where reading of a channel's receipts goes on; undefined before the first. */
export async function findChannelCursor(db: Db, input: OfChannel): Promise<string | undefined> {
  const row = await db
    .selectFrom('channel_cursors')
    .select('cursor')
    .where('tenant_id', '=', input.tenantId)
    .where('channel_id', '=', input.channelId)
    .executeTakeFirst();
  return row?.cursor;
}

export async function saveChannelCursor(tx: Tx, input: OfChannel & { cursor: string; at: Date }): Promise<void> {
  await tx
    .insertInto('channel_cursors')
    .values({ tenant_id: input.tenantId, channel_id: input.channelId, cursor: input.cursor, updated_at: input.at })
    .onConflict((oc) => oc.columns(['tenant_id', 'channel_id']).doUpdateSet({ cursor: input.cursor, updated_at: input.at }))
    .execute();
}
