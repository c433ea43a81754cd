import type { TradeVersionRow } from '../../db/queries/trade-versions.ts';
import type { TradeRow } from '../../db/queries/trades.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';

/** A trade in a list: where it stands, without its terms. Instants are RFC 3339 in UTC. */
export type TradeSummary = {
  readonly id: string;
  readonly sourceSystem: string;
  readonly sourceTradeId: string;
  readonly state: string;
  readonly stateSince: string;
  readonly currentVersion: number;
  readonly bookedVersion: number | null;
  readonly counterpartyId: string;
  readonly bookId: string;
  readonly traderId: string;
  readonly agreementId: string;
  readonly market: string;
  readonly commodity: string;
  readonly deliveryStartDate: string;
  readonly deliveryEndDate: string;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** One set of terms and what became of it. */
export type TradeVersionView = {
  readonly version: number;
  readonly kind: 'new' | 'amend' | 'cancel';
  readonly state: string;
  readonly terms: TradeTerms;
  readonly termsSha256: string;
  readonly reason: string | null;
  readonly createdBy: string;
  readonly requestId: string;
  readonly createdAt: string;
};

/** A trade with every version, oldest first, and the terms of the current one, or those in force where that was rejected. */
export type TradeView = TradeSummary & { readonly terms: TradeTerms; readonly versions: readonly TradeVersionView[] };

export function tradeSummaryOf(row: TradeRow): TradeSummary {
  return {
    id: row.id,
    sourceSystem: row.source_system,
    sourceTradeId: row.source_trade_id,
    state: row.state,
    stateSince: row.state_since.toISOString(),
    currentVersion: row.current_version,
    bookedVersion: row.booked_version,
    counterpartyId: row.counterparty_id,
    bookId: row.book_id,
    traderId: row.trader_id,
    agreementId: row.agreement_id,
    market: row.market,
    commodity: row.commodity,
    deliveryStartDate: row.delivery_start_date,
    deliveryEndDate: row.delivery_end_date,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function tradeVersionViewOf(row: TradeVersionRow): TradeVersionView {
  return {
    version: row.version,
    kind: row.kind,
    state: row.state,
    terms: readStoredTerms(row.terms),
    termsSha256: row.terms_sha256,
    reason: row.reason,
    createdBy: row.created_by,
    requestId: row.request_id,
    createdAt: row.created_at.toISOString(),
  };
}
