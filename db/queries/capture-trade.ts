import { sql } from 'kysely';
import type { Db } from '../client.ts';

/** Everything that one capture writes. The texts are JSON where the column is jsonb. */
export type CaptureRow = {
  readonly tenantId: string;
  readonly tradeId: string;
  readonly sourceSystem: string;
  readonly sourceTradeId: string;
  readonly counterpartyId: string;
  readonly bookId: string;
  readonly traderId: string;
  readonly agreementId: string;
  readonly market: string;
  readonly commodity: string;
  readonly deliveryStartDate: string;
  readonly deliveryEndDate: string;
  readonly terms: string;
  readonly termsSha256: string;
  readonly createdBy: string;
  readonly role: string;
  readonly requestId: string;
  readonly now: Date;
  readonly auditId: string;
  readonly auditAfter: string;
  readonly outboxId: string;
  readonly outboxPayload: string;
};

/** The finished answer under an idempotency key, stored with the effect it answers for. */
export type CaptureKey = {
  readonly route: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  readonly expiresAt: Date;
};

/**
 * Writes a trade, its first version, the audit event, the outbox message and, where one is given, the idempotency key with its answer:
 * one statement, so one round trip and one implicit transaction. Gives false where the key is taken; then nothing was written.
 * Row-level security needs the tenant's name before the first row: every insert takes its tenant id from `set_config` itself, so it
 * cannot run earlier. A trade that exists and reference data that do not exist raise the database's own errors (23505, 23503).
 */
export async function insertCapturedTrade(db: Db, input: { row: CaptureRow; key?: CaptureKey }): Promise<boolean> {
  const { row, key } = input;
  const claim =
    key === undefined
      ? sql`select id as tenant_id from tenant`
      : sql`insert into idempotency_keys (tenant_id, route, key, fingerprint, status, headers, body, created_at, expires_at)
          select id, ${key.route}, ${key.key}, ${key.fingerprint}, ${key.status}::int, ${key.headers}::jsonb, ${key.body},
            ${row.now}::timestamptz, ${key.expiresAt}::timestamptz from tenant
          on conflict do nothing returning tenant_id`;
  const result = await sql<{ captured: string }>`/* prepared: ${sql.raw(key === undefined ? 'capture_trade' : 'capture_trade_with_key')} */
    with tenant as materialized (select set_config('app.tenant_id', ${row.tenantId}, true) as id),
    claim as (${claim}),
    trade as (
      insert into trades (tenant_id, id, source_system, source_trade_id, current_version, state, state_since, counterparty_id, book_id,
        trader_id, agreement_id, market, commodity, delivery_start_date, delivery_end_date, revision, created_at, updated_at)
      select tenant_id, ${row.tradeId}, ${row.sourceSystem}, ${row.sourceTradeId}, 1, 'captured', ${row.now}::timestamptz,
        ${row.counterpartyId}, ${row.bookId}, ${row.traderId}, ${row.agreementId}, ${row.market}, ${row.commodity},
        ${row.deliveryStartDate}::date, ${row.deliveryEndDate}::date, 1, ${row.now}::timestamptz, ${row.now}::timestamptz
      from claim returning tenant_id, id
    ),
    version as (
      insert into trade_versions (tenant_id, trade_id, version, kind, terms, terms_sha256, state, created_by, request_id, created_at)
      select tenant_id, id, 1, 'new', ${row.terms}::jsonb, ${row.termsSha256}, 'captured', ${row.createdBy}, ${row.requestId},
        ${row.now}::timestamptz from trade
    ),
    audit as (
      insert into audit_events (tenant_id, id, recorded_at, subject_kind, subject_id, revision, action, actor, role, request_id, after)
      select tenant_id, ${row.auditId}::uuid, ${row.now}::timestamptz, 'trade', id, 1, 'trade.captured', ${row.createdBy}, ${row.role},
        ${row.requestId}, ${row.auditAfter}::jsonb from trade
    ),
    message as (
      insert into outbox (tenant_id, id, kind, payload, created_at)
      select tenant_id, ${row.outboxId}, 'startTrade', ${row.outboxPayload}::jsonb, ${row.now}::timestamptz from trade
    )
    select count(*) as captured from trade`.execute(db);
  return result.rows[0]?.captured === '1';
}
