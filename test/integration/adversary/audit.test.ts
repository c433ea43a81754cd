import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../db/client.ts';
import { sql } from 'kysely';
import { migrateToLatest } from '../../../db/migrate.ts';
import { ensureDeliveryPartitions } from '../../../db/queries/booking.ts';
import { captureTrade } from '../../../services/trades/capture-trade.ts';
import { type TestContext, seedTenant } from '../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { sampleDraft } from '../../support/sample-draft.ts';

let database: TestDatabase;
let ctx: TestContext;
let other: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ ctx } = await seedTenant({ database }));
  ({ ctx: other } = await seedTenant({ database }));
  for (const each of [ctx, other]) await captureTrade({ ctx: each, input: { draft: sampleDraft() } });
  await withTenant(database.db, ctx.tenantId, (tx) => ensureDeliveryPartitions(tx, { fromDate: '2031-05-01', toDate: '2031-05-31' }));
});
afterAll(() => database.drop());

/** What the server says to each statement of one session; nothing is kept. */
async function session(url: string, statements: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const answers: string[] = [];
  try {
    await client.query('begin');
    for (const statement of statements) {
      await client.query('savepoint here');
      try {
        const { rowCount } = await client.query(statement);
        answers.push(`${rowCount ?? 0} rows`);
      } catch (error) {
        answers.push(error instanceof pg.DatabaseError ? (error.code ?? '') : String(error));
        await client.query('rollback to savepoint here');
      }
    }
    await client.query('rollback');
    return answers;
  } finally {
    await client.end();
  }
}

const asTenant = () => `select set_config('app.tenant_id', '${ctx.tenantId}', true)`;
const event = (table: string) =>
  `insert into ${table} (tenant_id, id, recorded_at, subject_kind, subject_id, revision, action, actor, role, request_id)
   values ('${ctx.tenantId}', gen_random_uuid(), '2026-09-29T08:00:00Z', 'trade', 'x', 1, 'a', 'b', 'c', 'd')`;

const DENIED = '42501';

describe('the application role, with any SQL it likes', () => {
  it.each([
    ['update audit_events set actor = $$x$$', DENIED],
    ['delete from audit_events', DENIED],
    ['truncate audit_events', DENIED],
    ['truncate audit_events_2026_09', DENIED],
    ['update audit_events_2026_09 set actor = $$x$$', DENIED],
    ['delete from audit_events_2026_09', DENIED],
    ['select * from audit_events_2026_09', DENIED],
    ['copy audit_events_2026_09 to stdout', DENIED],
    ['alter table audit_events disable trigger all', DENIED],
    ['alter table audit_events disable trigger append_only', DENIED],
    ['drop trigger append_only on audit_events', DENIED],
    ['alter table audit_events detach partition audit_events_2026_09', DENIED],
    ['drop table audit_events_2026_09', DENIED],
    ['alter table audit_events add column note text', DENIED],
    ['create rule forget as on insert to audit_events do instead nothing', DENIED],
    ['create policy all_of_it on audit_events using (true)', DENIED],
    ['drop policy tenant_only on audit_events', DENIED],
    ['alter table audit_events no force row level security', DENIED],
    ['set session_replication_role = replica', DENIED],
    ['set role postgres', DENIED],
    ['set session authorization postgres', DENIED],
    ['alter role energyopti_app superuser', DENIED],
    ['alter role energyopti_app bypassrls', DENIED],
    ['create role mine superuser', DENIED],
    ['create table public.mine (id int)', DENIED],
    ['create schema mine', DENIED],
    ['create extension dblink', DENIED],
    ['create function public.f() returns void language sql as $$ select 1 $$', DENIED],
    ['create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$', DENIED],
    ['alter function refuse_change() set search_path = pg_temp', DENIED],
    ['alter function find_api_key(bytea) owner to energyopti_app', DENIED],
    ['update trade_versions set terms = $${}$$', DENIED],
    ['update trade_versions set created_by = $$x$$', DENIED],
    ['delete from trades', DENIED],
    ['delete from outbox', DENIED],
    ['update receipts set state = $$bound$$', DENIED],
    ['update invoices set total = 0', DENIED],
    ['update postings set amount = 0', DENIED],
    ['update approvals set decided_by = $$x$$', DENIED],
    ['update decisions set outcome = $$pass$$', DENIED],
    ['update delivery_intervals set energy_mwh = 0', DENIED],
    ['update tenants set channel_id = $$x$$', DENIED],
    ['delete from tenants', DENIED],
    ["select pg_read_file('/etc/passwd')", DENIED],
    ["copy trades to program 'cat'", DENIED],
    ["copy audit_events from program 'cat'", DENIED],
    ['select * from pg_authid', DENIED],
    ["select lo_import('/etc/passwd')", DENIED],
    ["select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'", DENIED],
  ])('cannot: %s', async (statement, code) => {
    expect(await session(database.appUrl, [asTenant(), statement])).toEqual(['1 rows', code]);
  });

  it('cannot write an event past the policy of its table, for another tenant, or without a tenant', async () => {
    const other1 = event('audit_events').replace(ctx.tenantId, other.tenantId);
    expect(await session(database.appUrl, [event('audit_events'), asTenant(), event('audit_events_2026_09'), other1])).toEqual([
      DENIED,
      '1 rows',
      DENIED,
      DENIED,
    ]);
  });

  it('cannot post a journal that does not balance by hiding the postings behind a temporary table', async () => {
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    try {
      await client
        .query('create temporary table postings (tenant_id text, journal_id text, currency text, amount numeric)')
        .catch(() => undefined);
      await client.query('begin');
      await client.query(asTenant());
      await client.query(
        `insert into public.journals (tenant_id, id, source_kind, source_id, value_date, created_at) values ($1, 'j', 'invoice', 'x', '2026-09-29', now())`,
        [ctx.tenantId],
      );
      await client.query(
        `insert into public.postings (tenant_id, journal_id, line_number, account, counterparty_id, currency, amount) values ($1, 'j', 1, '1100', 'cp-nord', 'EUR', 5)`,
        [ctx.tenantId],
      );
      await expect(client.query('commit')).rejects.toMatchObject({ code: '23514' });
    } finally {
      await client.end();
    }
  });

  it('cannot turn the functions that run as the owner against it', async () => {
    const shadows = ['tenants', 'outbox', 'api_keys', 'users', 'audit_events'].map(
      (name) => `create temporary table ${name} as select 'stolen'::text as tenant_id, 'stolen'::text as id limit 1`,
    );
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    try {
      for (const shadow of shadows) await client.query(shadow).catch(() => undefined);
      await client.query('set search_path = pg_temp, public');
      const { rows } = await client.query<{ tenant_id: string }>('select tenant_id from list_tenant_channels()');
      expect(rows.map(({ tenant_id }) => tenant_id).toSorted()).toEqual([ctx.tenantId, other.tenantId].toSorted());
      const work = await client.query<{ tenant: string }>('select tenants_with_outbox_work() as tenant');
      expect(work.rows.map(({ tenant }) => tenant)).not.toContain('stolen');
      expect((await client.query(`select * from find_api_key('\\x00')`)).rows).toEqual([]);
    } finally {
      await client.end();
    }
    const calls = [
      `select ensure_month_partitions('trades', date '2026-01-01', date '2026-01-02')`,
      `select ensure_month_partitions('audit_events; drop table trades', date '2026-01-01', date '2026-01-02')`,
      `select ensure_month_partitions('audit_events', date '2026-01-01', date '2999-01-02')`,
      `select ensure_month_partitions('audit_events', date '2026-01-01', 'infinity')`,
      `select ensure_month_partitions('audit_events', '-infinity', 'infinity')`,
      `select ensure_month_partitions('audit_events', date '1400-01-01', date '1400-02-01')`,
      `select ensure_month_partitions('audit_events', date '4000-01-01', date '4000-02-01')`,
    ];
    for (const answer of await session(database.appUrl, calls)) expect(answer).not.toMatch(/rows/);
  });

  it('cannot read, change or remove what a partition made later holds', async () => {
    const statements = [
      'select * from delivery_intervals_2031_05',
      'truncate delivery_intervals_2031_05',
      'drop table delivery_intervals_2031_05',
    ];
    expect(await session(database.appUrl, [asTenant(), ...statements])).toEqual(['1 rows', DENIED, DENIED, DENIED]);
  });
});

describe('the owner of the database, by mistake', () => {
  it.each([
    'update audit_events set actor = $$x$$',
    'delete from audit_events',
    'truncate audit_events',
    'truncate audit_events_2026_09',
    'delete from audit_events_2026_09',
    'truncate delivery_intervals_2031_05',
    'truncate trades cascade',
    'update trade_versions set terms = $${}$$',
    'delete from trade_versions',
    'set session_replication_role = replica; delete from audit_events',
    'set session_replication_role = replica; truncate audit_events_2026_09',
    'set session_replication_role = replica; update trade_versions set terms = $${}$$',
  ])('is refused: %s', async (statement) => {
    expect(await session(database.adminUrl, [statement])).toEqual([DENIED]);
  });
});

it('an owner whom row-level security binds is refused before anything is made', async () => {
  const name = `weak_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    await admin.query(`create role ${name} login createrole password 'weak'`);
    await admin.query(`create database ${name} owner ${name}`);
    const url = new URL(database.adminUrl);
    url.username = name;
    url.password = 'weak';
    url.pathname = `/${name}`;
    const migrating = migrateToLatest({ adminUrl: url.href, appPassword: 'x', log: () => undefined });
    await expect(migrating).rejects.toThrow(/Give it BYPASSRLS/);
  } finally {
    await admin.query(`drop database if exists ${name}`);
    await admin.query(`drop role if exists ${name}`);
    await admin.end();
  }
});

describe('names of tenants that are tricks', () => {
  it.each([
    "'",
    "' or true --",
    '*',
    '%',
    '',
    ' ',
    '\\',
    "\\' or 1=1",
    '$1',
    '${tenant}',
    'a;select 1',
    "x', true); select set_config('app.tenant_id', 'y",
  ])('bind to nobody: %s', async (tenantId) => {
    const rows = await withTenant(database.db, tenantId, (tx) => tx.selectFrom('trades').select('id').execute());
    expect(rows).toEqual([]);
    const bound = await withTenant(database.db, tenantId, (tx) =>
      sql<{ tenant: string }>`select current_setting('app.tenant_id', true) as tenant`.execute(tx),
    );
    expect(bound.rows).toEqual([{ tenant: tenantId }]);
  });

  it('leave no tenant behind on the connection', async () => {
    await withTenant(database.db, ctx.tenantId, (tx) => tx.selectFrom('trades').select('id').execute());
    await withTenant(database.db, ctx.tenantId, async () => {
      throw new Error('rolled back');
    }).catch(() => undefined);
    const rows = await Promise.all(Array.from({ length: 16 }, () => database.db.selectFrom('trades').select('id').execute()));
    expect(rows.flat()).toEqual([]);
  });
});
