import { sql } from 'kysely';
import type { Db } from '../client.ts';
import type { CaptureKey, CaptureRow } from './capture-trade.ts';

/** One capture of a batch: what it writes, and the finished answer under its key. */
export type KeyedCapture = { readonly row: CaptureRow; readonly key: CaptureKey };

/**
 * Writes many captures of one tenant as `insertCapturedTrade` writes one: a single statement, a single implicit transaction, all or
 * nothing. Gives the ids of the trades that were made; those whose key was taken are not among them and left no row. No two captures of
 * a batch may have the same route and key. Any constraint that one capture breaks refuses the whole batch with the database's own error.
 *
 * The rows travel as one JSON text, so that the statement is the same for every size of batch and is planned once a connection. Keys are
 * claimed in their order, so that two batches that meet wait for each other instead of dying in a deadlock.
 */
export async function insertCapturedTrades(
  db: Db,
  input: { tenantId: string; captures: readonly KeyedCapture[] },
): Promise<ReadonlySet<string>> {
  const rows = JSON.stringify(input.captures.map(({ row, key }) => ({ ...row, ...key })));
  const result = await sql<{ id: string }>`/* prepared: capture_trades */
    with tenant as materialized (select set_config('app.tenant_id', ${input.tenantId}, true) as tenant_id),
    input as materialized (
      select tenant.tenant_id, r.* from tenant, json_to_recordset(${rows}::json) as r ("tradeId" text, "sourceSystem" text,
        "sourceTradeId" text, "counterpartyId" text, "bookId" text, "traderId" text, "agreementId" text, market text, commodity text,
        "deliveryStartDate" date, "deliveryEndDate" date, terms text, "termsSha256" text, "createdBy" text, role text, "requestId" text,
        now timestamptz, "auditId" uuid, "auditAfter" text, "outboxId" text, "outboxPayload" text,
        route text, key text, fingerprint text, status int, headers text, body text, "expiresAt" timestamptz)
      order by route, key
    ),
    claim as (
      insert into idempotency_keys (tenant_id, route, key, fingerprint, status, headers, body, created_at, expires_at)
      select tenant_id, route, key, fingerprint, status, headers::jsonb, body, now, "expiresAt" from input
      on conflict do nothing returning tenant_id, route, key
    ),
    claimed as materialized (select input.* from input join claim using (tenant_id, route, key)),
    trade as (
      insert into trades (tenant_id, id, source_system, source_trade_id, current_version, state, state_since, counterparty_id, book_id,
        trader_id, agreement_id, market, commodity, delivery_start_date, delivery_end_date, revision, created_at, updated_at)
      select tenant_id, "tradeId", "sourceSystem", "sourceTradeId", 1, 'captured', now, "counterpartyId", "bookId", "traderId",
        "agreementId", market, commodity, "deliveryStartDate", "deliveryEndDate", 1, now, now from claimed
      returning id
    ),
    version as (
      insert into trade_versions (tenant_id, trade_id, version, kind, terms, terms_sha256, state, created_by, request_id, created_at)
      select tenant_id, "tradeId", 1, 'new', terms::jsonb, "termsSha256", 'captured', "createdBy", "requestId", now from claimed
    ),
    audit as (
      insert into audit_events (tenant_id, id, recorded_at, subject_kind, subject_id, revision, action, actor, role, request_id, after)
      select tenant_id, "auditId", now, 'trade', "tradeId", 1, 'trade.captured', "createdBy", role, "requestId", "auditAfter"::jsonb
      from claimed
    ),
    message as (
      insert into outbox (tenant_id, id, kind, payload, created_at)
      select tenant_id, "outboxId", 'startTrade', "outboxPayload"::jsonb, now from claimed
    )
    select id from trade`.execute(db);
  return new Set(result.rows.map(({ id }) => id));
}
