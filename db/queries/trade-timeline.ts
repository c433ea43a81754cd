import { sql } from 'kysely';
import type { Tx } from '../client.ts';

export type TimelineRow = {
  readonly at: Date;
  readonly stage: 'capture' | 'risk' | 'compliance' | 'decision' | 'reporting' | 'settlement' | 'exception' | 'audit';
  readonly what: string;
  readonly who: string;
  readonly evidence_kind: string;
  readonly evidence_id: string;
};

/** Everything on record about one trade, oldest first, at most `limit` entries. */
export async function listTradeTimeline(
  tx: Tx,
  input: { tenantId: string; tradeId: string; limit: number },
): Promise<readonly TimelineRow[]> {
  const { tenantId, tradeId } = input;
  const result = await sql<TimelineRow>`
    with own_obligations as materialized (select * from obligations where tenant_id = ${tenantId} and trade_id = ${tradeId}),
    own_submissions as materialized (
      select s.tenant_id, s.id, s.file_name, s.state, s.number, s.sha256, s.created_at, o.uti from submissions s
      join own_obligations o on o.tenant_id = s.tenant_id and o.id = s.obligation_id),
    own_receipts as materialized (
      select r.id, r.stage, r.status, r.message_id, r.received_at, s.file_name from receipts r
      join own_submissions s on s.tenant_id = r.tenant_id and s.id = r.submission_id),
    own_exceptions as materialized (select * from exceptions where tenant_id = ${tenantId} and trade_id = ${tradeId}),
    own_cycles as materialized (
      select c.* from settlement_cycles c join trades t on t.tenant_id = c.tenant_id and t.counterparty_id = c.counterparty_id
        and t.agreement_id = c.agreement_id
      where t.tenant_id = ${tenantId} and t.id = ${tradeId} and t.booked_version is not null
        and c.delivery_month between to_char(t.delivery_start_date, 'YYYY-MM') and to_char(t.delivery_end_date, 'YYYY-MM')),
    own_invoices as materialized (
      select i.id, i.invoice_number, i.kind, i.total, i.currency, i.due_on, i.created_at, i.tenant_id from invoices i
      where i.tenant_id = ${tenantId} and i.id in (select l.invoice_id from invoice_lines l where l.tenant_id = ${tenantId} and l.trade_id = ${tradeId})),
    subjects as materialized (
      select 'trade' as kind, ${tradeId}::text as id
      union all select 'obligation', id from own_obligations union all select 'submission', id from own_submissions
      union all select 'receipt', id from own_receipts union all select 'exception', id from own_exceptions
      union all select 'cycle', id from own_cycles union all select 'invoice', id from own_invoices),
    entries as (
      select v.created_at as at, 'capture' as stage, 10 as rank,
        'version ' || v.version || ' (' || v.kind || ')' || coalesce(': ' || v.reason, '') as what,
        v.created_by as who, 'tradeVersion' as evidence_kind, v.trade_id || '/v' || v.version as evidence_id
      from trade_versions v where v.tenant_id = ${tenantId} and v.trade_id = ${tradeId}
      union all
      select d.created_at, d.stage, 30, d.rule_id || ' v' || d.rule_version || ': ' || d.outcome || '. ' || d.explanation, 'system', 'decision',
        d.trade_id || '/v' || d.trade_version || '/' || d.stage || '/' || d.rule_id
      from decisions d where d.tenant_id = ${tenantId} and d.trade_id = ${tradeId}
      union all
      select r.created_at, 'risk', 20, 'reservation on ' || r.limit_id || ': ' || r.amount || ', ' || r.state
        || case when r.is_override then ' by override' else '' end, 'system', 'reservation', r.limit_id || '/' || r.trade_id || '/v' || r.trade_version
      from reservations r where r.tenant_id = ${tenantId} and r.trade_id = ${tradeId}
      union all
      select a.decided_at, 'decision', 40, a.decision || ': ' || a.reason, a.decided_by, 'approval', a.trade_id || '/v' || a.trade_version
      from approvals a where a.tenant_id = ${tenantId} and a.trade_id = ${tradeId}
      union all
      select e.since, 'exception', 35, e.kind || ' for ' || e.owner_role || ': ' || e.reason, 'system', 'exception', e.id from own_exceptions e
      union all
      select e.resolved_at, 'exception', 36, e.kind || ' resolved: ' || e.resolution, e.resolved_by, 'exception', e.id
      from own_exceptions e where e.state = 'resolved'
      union all
      select o.created_at, 'reporting', 50, o.regime || ' ' || o.action || ' of ' || o.uti || ', due ' || to_char(o.due_on, 'YYYY-MM-DD') || ': ' || o.reason,
        'system', 'obligation', o.id from own_obligations o
      union all
      select s.created_at, 'reporting', 60, 'submission ' || s.number || ' ' || s.file_name || ', SHA-256 ' || s.sha256, 'system', 'submission', s.id
      from own_submissions s
      union all
      select a.started_at, 'reporting', 61, 'attempt ' || a.number || ': ' || coalesce(a.outcome, 'not finished') || coalesce(', ' || a.detail, ''), 'system',
        'submission', a.submission_id from attempts a join own_submissions s on s.tenant_id = a.tenant_id and s.id = a.submission_id
      union all
      select r.received_at, 'reporting', 70, coalesce(r.stage, 'unknown') || ' ' || coalesce(r.status, 'unread') || ' for ' || r.file_name, 'regulator',
        'receipt', r.id from own_receipts r
      union all
      select c.created_at, 'settlement', 80, 'cycle of ' || c.delivery_month || ', ' || c.state, 'system', 'cycle', c.id from own_cycles c
      union all
      select i.created_at, 'settlement', 90, i.kind || ' ' || i.invoice_number || ' of ' || i.total || ' ' || i.currency || ', due '
        || to_char(i.due_on, 'YYYY-MM-DD'), 'system', 'invoice', i.id from own_invoices i
      union all
      select p.created_at, 'settlement', 95, 'payment of ' || p.amount || ' ' || p.currency || ' with value date ' || to_char(p.value_date, 'YYYY-MM-DD'),
        p.recorded_by, 'payment', p.id from payments p join own_invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id
      union all
      select e.recorded_at, 'audit', 99, e.action || ', ' || e.subject_kind || ' revision ' || e.revision, e.actor, 'auditEvent', e.id::text
      from audit_events e join subjects on subjects.kind = e.subject_kind and subjects.id = e.subject_id where e.tenant_id = ${tenantId})
    select at, stage, what, who, evidence_kind, evidence_id from entries order by at, rank, evidence_id limit ${input.limit}`.execute(tx);
  return result.rows;
}
