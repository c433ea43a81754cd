import { withTenant } from '../../db/client.ts';
import { type TimelineRow, listTradeTimeline } from '../../db/queries/trade-timeline.ts';
import { findTrade } from '../../db/queries/trades.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import type { ServiceContext } from '../context.ts';

/** One thing that happened to a trade, with the record that proves it. `at` is RFC 3339 in UTC. */
export type TimelineEntry = {
  readonly at: string;
  readonly stage: TimelineRow['stage'];
  readonly what: string;
  readonly who: string;
  readonly evidence: { readonly kind: string; readonly id: string };
};

export const TIMELINE_ENTRIES_MAX = 2_000;

/**
 * The whole way of one trade, oldest first: versions, decisions, reservations, approvals, exceptions, obligations, submissions with their
 * attempts, receipts, cycles, invoices, payments and audit events. At most 2,000 entries; `truncated` says that there are more.
 * Every role may read. Throws `not-found`.
 */
export async function getTradeTimeline({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string };
}): Promise<{ tradeId: string; entries: readonly TimelineEntry[]; truncated: boolean }> {
  const of = { tenantId: ctx.tenantId, tradeId: input.tradeId };
  const rows = await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    if ((await findTrade(tx, of)) === undefined) throw new NotFoundError({ what: 'trade', id: input.tradeId });
    return await listTradeTimeline(tx, { ...of, limit: TIMELINE_ENTRIES_MAX + 1 });
  });
  const entries = rows.slice(0, TIMELINE_ENTRIES_MAX).map(entryOf);
  return { tradeId: input.tradeId, entries, truncated: rows.length > TIMELINE_ENTRIES_MAX };
}

function entryOf(row: TimelineRow): TimelineEntry {
  return {
    at: row.at.toISOString(),
    stage: row.stage,
    what: row.what,
    who: row.who,
    evidence: { kind: row.evidence_kind, id: row.evidence_id },
  };
}
