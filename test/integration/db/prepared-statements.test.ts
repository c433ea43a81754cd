import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb, withTenant } from '../../../db/client.ts';
import type { Db, Tx } from '../../../db/client.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
/** One connection, so that every statement of a test meets the same prepared ones. */
let db: Db;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb({ url: database.appUrl, maxConnections: 1, applicationName: 'test-prepared' });
  owner = new pg.Client({ connectionString: database.adminUrl });
  await owner.connect();
  await owner.query('create table probes (id int primary key, note text); grant select, insert on probes to energyopti_app');
});

afterAll(async () => {
  await owner.end();
  await db.destroy();
  await database.drop();
});

async function tenantOf(tx: Tx): Promise<string | undefined> {
  const { rows } = await sql<{ tenant: string }>`select current_setting('app.tenant_id', true) as tenant`.execute(tx);
  return rows[0]?.tenant;
}

async function countProbes(id: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`select * from probes where id = ${id}`.execute(db);
  return rows.length;
}

describe('transactions and prepared statements', () => {
  it('binds a transaction to exactly the tenant that was given, also where its name has quotes in it', async () => {
    const name = `x', true); select set_config('app.tenant_id', 'other`;
    expect(await withTenant(db, name, tenantOf)).toBe(name);
    expect(await withTenant(db, 'firm-a', tenantOf)).toBe('firm-a');
  });

  it('leaves no tenant behind on the connection', async () => {
    await withTenant(db, 'firm-a', tenantOf);
    const { rows } = await sql<{ tenant: string | null }>`select current_setting('app.tenant_id', true) as tenant`.execute(db);
    expect(rows[0]?.tenant ?? '').toBe('');
  });

  it('undoes all of a transaction that fails, in its first statement or later', async () => {
    const fail = withTenant(db, 'firm-a', async (tx) => {
      await sql`insert into probes (id) values (${1})`.execute(tx);
      throw new Error('on purpose');
    });
    await expect(fail).rejects.toThrow('on purpose');
    await expect(db.transaction().execute((tx) => sql`select 1 / ${0}::int`.execute(tx))).rejects.toThrow('division by zero');
    expect(await countProbes(1)).toBe(0);
  });

  it('keeps what an unbound transaction wrote', async () => {
    await db.transaction().execute((tx) => sql`insert into probes (id) values (${2})`.execute(tx));
    await db.transaction().execute(async () => undefined);
    expect(await countProbes(2)).toBe(1);
  });

  it('prepares what is marked and nothing else, and lives on when a table changes its shape', async () => {
    const marked = () => sql`/* prepared: test_probe */ select * from probes where id = ${2}`.execute(db);
    await countProbes(2);
    await marked();
    const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db);
    expect(rows).toEqual([{ name: 'test_probe' }]);
    await owner.query('alter table probes add column more text');
    await expect(marked()).rejects.toThrow('cached plan');
    expect((await marked()).rows).toHaveLength(1);
  });
});
