import type pg from 'pg';
import { ask } from './ask.ts';
import type { Question } from './ask.ts';
import type { Evidence, Violation } from './violation.ts';

/** I8: no record names another tenant's record, and no file sent for one tenant carries another's code. */
export async function checkTenantsApart(client: pg.Client): Promise<Violation[]> {
  return await ask(client, 'I8', [
    [
      'a submission carries the code of another tenant',
      `select s.id as what from submissions s join tenants o on o.id <> s.tenant_id
       where position(convert_to(o.reporting_entity_acer_code, 'UTF8') in s.document) > 0
         and not exists (select from counterparties c where c.tenant_id = s.tenant_id and c.acer_code = o.reporting_entity_acer_code)`,
    ],
    [
      'a receipt is bound to a file that it does not name',
      `select r.id as what from receipts r join submissions s on s.tenant_id = r.tenant_id and s.id = r.submission_id where r.file_name <> s.file_name`,
    ],
    [
      'a submission goes out in another sender’s name',
      `select s.id as what from submissions s join tenants t on t.id = s.tenant_id where position(t.reporting_entity_acer_code in s.file_name) = 0`,
    ],
    [
      'a table with rows of tenants is not closed by row-level security, also to its owner',
      `select c.relname as what from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
    ],
    [
      'the application role is not bound by row-level security',
      `select rolname as what from pg_roles where rolname = 'energyopti_app' and (rolsuper or rolbypassrls)`,
    ],
  ]);
}

/** Connections that one embedded stack may hold at most: five processes with their pools. */
const CONNECTIONS_MAX = 120;

/** I9: nothing piles up: no transaction left open, no backlog once quiet, connections within their bounds, limits never below zero. */
export async function checkBounds(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const questions: Question[] = [
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
