import { withTenant } from '../../db/client.ts';
import { type TradeFilters, listTrades as listRows } from '../../db/queries/trades.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { type TradeSummary, tradeSummaryOf } from './trade-view.ts';

/** Trades, newest first. Every role may read. Throws `validation-failed` on a bad cursor or limit. */
export async function listTrades({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { filters: TradeFilters; page: PageRequest };
}): Promise<Page<TradeSummary>> {
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, (tx) =>
    loadPage({
      tenantId,
      list: `trades ${JSON.stringify(input.filters)}`,
      page: input.page,
      load: async (bounds) => (await listRows(tx, { tenantId, filters: input.filters, ...bounds })).map(tradeSummaryOf),
      positionOf: (trade) => ({ at: new Date(trade.createdAt), id: trade.id }),
    }),
  );
}
