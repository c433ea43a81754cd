import { withTenant } from '../../db/client.ts';
import { listTradeVersions } from '../../db/queries/trade-versions.ts';
import { findTrade, findTradeBySource } from '../../db/queries/trades.ts';
import { NotFoundError, invariant } from '../../domain/errors/app-error.ts';
import type { ServiceContext } from '../context.ts';
import { type TradeSummary, type TradeView, tradeSummaryOf, tradeVersionViewOf } from './trade-view.ts';

/** A trade with its terms and versions. Every role may read. Throws `not-found`. */
export async function getTrade({ ctx, input }: { ctx: ServiceContext; input: { tradeId: string } }): Promise<TradeView> {
  const of = { tenantId: ctx.tenantId, tradeId: input.tradeId };
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const row = await findTrade(tx, of);
    if (row === undefined) throw new NotFoundError({ what: 'trade', id: input.tradeId });
    const versions = (await listTradeVersions(tx, of)).map(tradeVersionViewOf);
    const current = versions.find((version) => version.version === row.current_version);
    invariant(current !== undefined, `trade ${row.id} has its current version`);
    return { ...tradeSummaryOf(row), terms: current.terms, versions };
  });
}

/** The trade that an upstream system knows by its own id; nothing where there is none. */
export async function findTradeOfSource({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { sourceSystem: string; sourceTradeId: string };
}): Promise<TradeSummary | undefined> {
  const row = await withTenant(ctx.db, ctx.tenantId, (tx) => findTradeBySource(tx, { tenantId: ctx.tenantId, ...input }));
  return row === undefined ? undefined : tradeSummaryOf(row);
}
