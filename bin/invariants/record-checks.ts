import type pg from 'pg';
import type { Evidence, Violation } from './violation.ts';

/** I3: every journal sums to zero per currency, nothing is posted twice, a printed total is the sum of its lines. */
export async function checkMoney(client: pg.Client): Promise<Violation[]> {
  const questions: readonly [string, string][] = [
    [
      'postings of a currency do not sum to zero',
      `select currency as what from postings group by tenant_id, currency having sum(amount) <> 0`,
    ],
    [
      'a journal does not sum to zero',
      `select journal_id as what from postings group by tenant_id, journal_id, currency having sum(amount) <> 0`,
    ],
    ['a document is posted twice', `select source_id as what from journals group by tenant_id, source_kind, source_id having count(*) > 1`],
    [
      'an invoice has no journal',
      `select i.id as what from invoices i where i.total <> 0 and not exists (select from journals j where j.tenant_id = i.tenant_id and j.source_kind = 'invoice' and j.source_id = i.id)`,
    ],
    [
      'the lines of an invoice do not sum to its net',
      `select i.id as what from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id group by i.tenant_id, i.id, i.net having abs(sum(l.net)) <> abs(i.net)`,
    ],
    [
      'invoice numbers have a gap',
      `select series as what from invoices group by tenant_id, series, year having max(number) <> count(*) or min(number) <> 1`,
    ],
    [
      'an invoice is paid in another amount',
      `select p.invoice_id as what from payments p join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id where abs(p.amount) <> abs(i.total)`,
    ],
  ];
  return await ask(client, 'I3', questions);
}

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
  return violations;
}

/** I8: no record names another tenant's record, and no file sent for one tenant carries another's code. */
export async function checkTenantsApart(client: pg.Client): Promise<Violation[]> {
  return await ask(client, 'I8', [
    [
      'a submission carries the code of another tenant',
      `select s.id as what from submissions s join tenants o on o.id <> s.tenant_id
       where position(o.reporting_entity_acer_code in convert_from(s.document, 'UTF8')) > 0
         and not exists (select from counterparties c where c.tenant_id = s.tenant_id and c.acer_code = o.reporting_entity_acer_code)`,
    ],
    [
      'a receipt is bound to a file that it does not name',
      `select r.id as what from receipts r join submissions s on s.tenant_id = r.tenant_id and s.id = r.submission_id where r.file_name <> s.file_name`,
    ],
  ]);
}

/** Connections that one embedded stack may hold at most: five processes with their pools. */
const CONNECTIONS_MAX = 120;

/** I9: nothing piles up: no transaction left open, no backlog once quiet, connections within their bounds, limits never below zero. */
export async function checkBounds(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const questions: [string, string][] = [
    [
      'a transaction was left open',
      `select pid::text as what from pg_stat_activity where state like 'idle in transaction%' and now() - state_change > interval '10 seconds'`,
    ],
    [
      'too many connections',
      `select count(*)::text as what from pg_stat_activity where datname = current_database() having count(*) > ${CONNECTIONS_MAX}`,
    ],
    [
      'reservations and a limit disagree',
      `select l.id as what from limits l left join reservations r on r.tenant_id = l.tenant_id and r.limit_id = l.id
       group by l.tenant_id, l.id, l.used, l.reserved
       having l.used <> coalesce(sum(r.amount) filter (where r.state = 'confirmed'), 0) or l.reserved <> coalesce(sum(r.held) filter (where r.state = 'held'), 0)`,
    ],
  ];
  if (evidence.quiescent)
    questions.push([
      'the outbox is not empty',
      `select count(*)::text as what from outbox where dispatched_at is null having count(*) > 0`,
    ]);
  return await ask(client, 'I9', questions);
}

async function ask(
  client: pg.Client,
  invariant: Violation['invariant'],
  questions: readonly (readonly [string, string])[],
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [meaning, question] of questions) {
    const { rows } = await client.query<{ what: string }>(question);
    for (const { what } of rows) violations.push({ invariant, message: `${meaning}: ${what}` });
  }
  return violations;
}
