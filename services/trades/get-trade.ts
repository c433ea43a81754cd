import { withTenant } from '../../db/client.ts';
import { listTradeVersions } from '../../db/queries/trade-versions.ts';
import { findTrade, findTradeBySource } from '../../db/queries/trades.ts';
import { NotFoundError, invariant } from '../../domain/errors/app-error.ts';
import type { ServiceContext } from '../context.ts';
import { type TradeSummary, type TradeVersionView, type TradeView, tradeSummaryOf, tradeVersionViewOf } from './trade-view.ts';

/**
 * A trade with its versions, and the terms of the current one; where that was rejected, the terms that are in force again.
 * Every role may read. Throws `not-found`.
 */
export async function getTrade({ ctx, input }: { ctx: ServiceContext; input: { tradeId: string } }): Promise<TradeView> {
  const of = { tenantId: ctx.tenantId, tradeId: input.tradeId };
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const row = await findTrade(tx, of);
    if (row === undefined) throw new NotFoundError({ what: 'trade', id: input.tradeId });
    const versions = (await listTradeVersions(tx, of)).map(tradeVersionViewOf);
    const latest = versionOf(versions, row.current_version);
    const standing = latest.state === 'rejected' && row.booked_version !== null ? versionOf(versions, row.booked_version) : latest;
    return { ...tradeSummaryOf(row), terms: standing.terms, versions };
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

function versionOf(versions: readonly TradeVersionView[], version: number): TradeVersionView {
  const found = versions.find((candidate) => candidate.version === version);
  invariant(found !== undefined, `the trade has its version ${version}`);
  return found;
}
