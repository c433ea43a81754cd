import type pg from 'pg';
import type { Violation } from './violation.ts';

/** Tables whose records change, and the audit subject that each is. */
const REVISIONED: readonly [table: string, subject: string, idSql: string][] = [
  ['trades', 'trade', 'id'],
  ['limits', 'limit', 'id'],
  ['reservations', 'reservation', `limit_id || ':' || trade_id || ':v' || trade_version`],
  ['exceptions', 'exception', 'id'],
  ['obligations', 'obligation', 'id'],
  ['submissions', 'submission', 'id'],
  ['settlement_cycles', 'cycle', 'id'],
];

/** Append-only tables: one record, one event. */
const RECORDED_ONCE: readonly [table: string, subject: string, idSql: string][] = [
  ['receipts', 'receipt', 'id'],
  ['invoices', 'invoice', 'id'],
  ['payments', 'payment', 'id'],
  ['approvals', 'approval', `trade_id || ':v' || trade_version`],
];

/** I4: the revisions of every record are 1 … n without a gap, and each has exactly one audit event. */
export async function checkAuditTrail(client: pg.Client): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [table, subject, idSql] of REVISIONED) {
    const { rows } = await client.query<{ id: string; revision: number; events: string; distinct_events: string; last: number | null }>(
      `select t.id, t.revision, count(e.id) as events, count(distinct e.revision) as distinct_events, max(e.revision) as last
       from (select tenant_id, ${idSql} as id, revision from ${table}) t
       left join audit_events e on e.tenant_id = t.tenant_id and e.subject_kind = '${subject}' and e.subject_id = t.id
       group by t.tenant_id, t.id, t.revision
       having count(e.id) <> t.revision or count(distinct e.revision) <> t.revision or coalesce(max(e.revision), 0) <> t.revision`,
    );
    for (const row of rows)
      violations.push({
        invariant: 'I4',
        message: `${subject} ${row.id} has revision ${row.revision} and ${row.events} events (${row.distinct_events} distinct, last ${row.last ?? 'none'})`,
      });
  }
  for (const [table, subject, idSql] of RECORDED_ONCE) {
    const { rows } = await client.query<{ id: string; events: string }>(
      `select t.id, count(e.id) as events from (select tenant_id, ${idSql} as id from ${table}) t
       left join audit_events e on e.tenant_id = t.tenant_id and e.subject_kind = '${subject}' and e.subject_id = t.id
       group by t.tenant_id, t.id having count(e.id) <> 1`,
    );
    for (const row of rows) violations.push({ invariant: 'I4', message: `${subject} ${row.id} has ${row.events} events instead of one` });
  }
  for (const [table, subject, idSql] of [...REVISIONED, ...RECORDED_ONCE]) {
    const { rows } = await client.query<{ id: string }>(
      `select distinct e.subject_id as id from audit_events e where e.subject_kind = '${subject}'
         and not exists (select from (select tenant_id, ${idSql} as id from ${table}) t where t.tenant_id = e.tenant_id and t.id = e.subject_id)`,
    );
    for (const row of rows) violations.push({ invariant: 'I4', message: `there are events of ${subject} ${row.id}, which does not exist` });
  }
  return violations;
}
