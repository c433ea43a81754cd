import { z } from 'zod';
import { withTenant } from '../../db/client.ts';
import {
  type WaitingTradeRow,
  listCyclesOfTrades,
  listOpenExceptionsOfTrades,
  listOpenObligationsOfTrades,
  listWaitingTrades,
} from '../../db/queries/waiting-facts.ts';
import { NotFoundError, invariant } from '../../domain/errors/app-error.ts';
import { type TradeFacts, type Waiting, explainWaiting } from '../../domain/trade/explain-waiting.ts';
import type { TradeState } from '../../domain/trade/trade-terms.ts';
import type { ServiceContext } from '../context.ts';
import { PAGE_SIZE_MAX } from '../pagination.ts';

/** Where a trade stands and what it waits for. */
export type TradeExplanation = Waiting & { readonly tradeId: string; readonly state: TradeState };

const stateSchema = z.enum(['captured', 'checking', 'held', 'rejected', 'booked', 'cancelled', 'settled']);

/** Says in one line what a trade waits for, since when, who must act and until when. Every role may ask. Throws `not-found`. */
export async function explainTrade({ ctx, input }: { ctx: ServiceContext; input: { tradeId: string } }): Promise<TradeExplanation> {
  const [explanation] = await explainTrades({ ctx, input: { tradeIds: [input.tradeId] } });
  if (explanation === undefined) throw new NotFoundError({ what: 'trade', id: input.tradeId });
  return explanation;
}

/** As `explainTrade` for up to 200 trades with four queries; in the order asked for, those that do not exist left out. */
export async function explainTrades({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeIds: readonly string[] };
}): Promise<readonly TradeExplanation[]> {
  invariant(input.tradeIds.length <= PAGE_SIZE_MAX, `at most ${PAGE_SIZE_MAX} trades are explained at once`);
  const facts = await loadFacts(ctx, input.tradeIds);
  return input.tradeIds.flatMap((tradeId) => {
    const of = facts.get(tradeId);
    return of === undefined ? [] : [{ tradeId, state: of.state, ...explainWaiting(of) }];
  });
}

async function loadFacts(ctx: ServiceContext, tradeIds: readonly string[]): Promise<ReadonlyMap<string, TradeFacts>> {
  const of = { tenantId: ctx.tenantId, tradeIds };
  const loaded = await withTenant(ctx.db, ctx.tenantId, async (tx) => ({
    trades: await listWaitingTrades(tx, of),
    exceptions: Map.groupBy(await listOpenExceptionsOfTrades(tx, of), (row) => row.trade_id ?? ''),
    obligations: Map.groupBy(await listOpenObligationsOfTrades(tx, of), (row) => row.trade_id),
    cycles: Map.groupBy(await listCyclesOfTrades(tx, of), (row) => row.trade_id),
  }));
  return new Map(loaded.trades.map((trade) => [trade.id, factsOf(trade, loaded)]));
}

type Loaded = {
  readonly exceptions: ReadonlyMap<string, Awaited<ReturnType<typeof listOpenExceptionsOfTrades>>>;
  readonly obligations: ReadonlyMap<string, Awaited<ReturnType<typeof listOpenObligationsOfTrades>>>;
  readonly cycles: ReadonlyMap<string, Awaited<ReturnType<typeof listCyclesOfTrades>>>;
};

function factsOf(trade: WaitingTradeRow, loaded: Loaded): TradeFacts {
  return {
    state: stateSchema.parse(trade.state),
    stateSince: trade.state_since.toISOString(),
    version: trade.current_version,
    exceptions: (loaded.exceptions.get(trade.id) ?? []).map((row) => ({
      kind: row.kind,
      ownerRole: row.owner_role,
      since: row.since.toISOString(),
      deadline: row.deadline?.toISOString() ?? null,
      reason: row.reason,
      nextAction: row.next_action,
    })),
    obligations: (loaded.obligations.get(trade.id) ?? []).map((row) => ({
      uti: row.uti,
      action: row.action,
      state: row.state,
      dueAt: row.due_at.toISOString(),
      since: row.updated_at.toISOString(),
    })),
    cycles: (loaded.cycles.get(trade.id) ?? []).map((row) => ({
      deliveryMonth: row.delivery_month,
      state: row.state,
      closesAt: row.closes_at.toISOString(),
      blockedReason: row.blocked_reason,
      since: row.updated_at.toISOString(),
      unpaid: row.unpaid,
    })),
  };
}
