import type { Insertable, Selectable } from 'kysely';
import type { Tx } from '../client.ts';
import type { TradeVersionsTable } from '../schema.ts';

export type TradeVersionRow = Selectable<TradeVersionsTable>;

export async function findTradeVersion(
  tx: Tx,
  input: { tenantId: string; tradeId: string; version: number },
): Promise<TradeVersionRow | undefined> {
  return await tx
    .selectFrom('trade_versions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('version', '=', input.version)
    .executeTakeFirst();
}

/** At most this many versions of one trade are read. */
export const TRADE_VERSIONS_MAX = 1_000;

/** Every version, oldest first. */
export async function listTradeVersions(tx: Tx, input: { tenantId: string; tradeId: string }): Promise<readonly TradeVersionRow[]> {
  return await tx
    .selectFrom('trade_versions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .orderBy('version')
    .limit(TRADE_VERSIONS_MAX)
    .execute();
}

export async function insertTradeVersion(tx: Tx, row: Insertable<TradeVersionsTable>): Promise<void> {
  await tx.insertInto('trade_versions').values(row).execute();
}
