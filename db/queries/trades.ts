import { type Selectable, sql } from 'kysely';
import type { Tx } from '../client.ts';
import type { TradesTable } from '../schema.ts';

export type TradeRow = Selectable<TradesTable>;

export async function findTrade(tx: Tx, input: { tenantId: string; tradeId: string }): Promise<TradeRow | undefined> {
  return await tx
    .selectFrom('trades')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.tradeId)
    .executeTakeFirst();
}

export async function findTradeBySource(
  tx: Tx,
  input: { tenantId: string; sourceSystem: string; sourceTradeId: string },
): Promise<TradeRow | undefined> {
  return await tx
    .selectFrom('trades')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('source_system', '=', input.sourceSystem)
    .where('source_trade_id', '=', input.sourceTradeId)
    .executeTakeFirst();
}

export type TradeFilters = {
  readonly state?: string;
  readonly counterpartyId?: string;
  readonly market?: string;
  readonly sourceTradeId?: string;
  /** Included. */
  readonly createdFrom?: Date;
  /** Not included. */
  readonly createdTo?: Date;
};

/** Newest first, then by id; `after` is the last row of the page before. */
export async function listTrades(
  tx: Tx,
  input: { tenantId: string; filters: TradeFilters; limit: number; after?: { at: Date; id: string } },
): Promise<readonly TradeRow[]> {
  const { filters, after } = input;
  let query = tx.selectFrom('trades').selectAll().where('tenant_id', '=', input.tenantId);
  if (filters.state !== undefined) query = query.where('state', '=', filters.state);
  if (filters.counterpartyId !== undefined) query = query.where('counterparty_id', '=', filters.counterpartyId);
  if (filters.market !== undefined) query = query.where('market', '=', filters.market);
  if (filters.sourceTradeId !== undefined) query = query.where('source_trade_id', '=', filters.sourceTradeId);
  if (filters.createdFrom !== undefined) query = query.where('created_at', '>=', filters.createdFrom);
  if (filters.createdTo !== undefined) query = query.where('created_at', '<', filters.createdTo);
  if (after !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id})`);
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}

/** The columns of a trade that repeat its current terms. */
export type TradeTermsColumns = Pick<TradesTable, 'book_id' | 'trader_id' | 'agreement_id'> & {
  readonly delivery_start_date: string;
  readonly delivery_end_date: string;
};

/** Moves a booked trade of this revision on to its next version; false where it is not at that revision or not booked any more. */
export async function updateTradeToNextVersion(
  tx: Tx,
  input: { tenantId: string; tradeId: string; expectedRevision: number; version: number; columns: TradeTermsColumns; now: Date },
): Promise<boolean> {
  const result = await tx
    .updateTable('trades')
    .set({
      ...input.columns,
      current_version: input.version,
      state: 'checking',
      state_since: input.now,
      updated_at: input.now,
      revision: input.expectedRevision + 1,
    })
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.tradeId)
    .where('revision', '=', input.expectedRevision)
    .where('state', '=', 'booked')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
