import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../bin/stack/ports.ts';
import { startPostgres } from '../../bin/stack/postgres.ts';
import { type Db, createDb } from '../../db/client.ts';
import { APPLICATION_ROLE, migrateToLatest } from '../../db/migrate.ts';

/** A migrated database of its own for one test file. `db` logs in as the application role, which sees nothing outside `withTenant`. */
export type TestDatabase = {
  readonly db: Db;
  /** Owner's URL of this database: bypasses nothing by itself, but may create tenants. */
  readonly adminUrl: string;
  readonly appUrl: string;
  /** Closes the pool, drops the database, and stops the server where this call started one. */
  drop(): Promise<void>;
};

const APP_PASSWORD = 'energyopti-test';
const MIGRATIONS_DIR = path.join(import.meta.dirname, '../../db/migrations');
/** Any number, the same in every test process: only one of them builds the template. */
const TEMPLATE_LOCK = 7_204_410;
const CONNECTIONS_MAX = 8;

/** Clones the migrated template, which the first caller of a schema builds, on the server of TEST_DATABASE_URL or one started for this call. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const template = await ensureTemplate(server.adminUrl);
  const name = `eop_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server.adminUrl, (client) => client.query(`create database ${name} template ${template}`));
  const appUrl = appUrlOf(server.adminUrl, name);
  const db = createDb({ url: appUrl, maxConnections: CONNECTIONS_MAX, applicationName: 'test' });
  return {
    db,
    adminUrl: withDatabase(server.adminUrl, name),
    appUrl,
    drop: async () => {
      await db.destroy();
      await asAdmin(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
      await server.stop();
    },
  };
}

type TestServer = { readonly adminUrl: string; stop(): Promise<void> };

async function testServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { adminUrl: given, stop: async () => undefined };
  return await startTestServer();
}

/** Starts PostgreSQL in a temporary folder through the embedded stack; `stop` removes the folder. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'energyopti-test-'));
  // PostgreSQL's account passes through, so that its data lies in this folder and goes with it.
  await chmod(dataDir, 0o711);
  const postgres = await startPostgres({
    dataDir,
    id: path.basename(dataDir).toLowerCase(),
    port: await freePort(),
    password: randomBytes(16).toString('hex'),
    logFile: path.join(dataDir, 'postgres.log'),
    log: () => undefined,
  });
  return {
    adminUrl: postgres.adminUrl,
    stop: async () => {
      await postgres.process?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ensureTemplate(adminUrl: string): Promise<string> {
  const template = `eop_template_${await migrationsHash()}`;
  await asAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount !== 0) return;
    const building = `${template}_building`;
    await client.query(`drop database if exists ${building} with (force)`);
    await client.query(`create database ${building}`);
    await migrateToLatest({ adminUrl: withDatabase(adminUrl, building), appPassword: APP_PASSWORD, log: () => undefined });
    // A name without `_building` promises a template whose migration ended well.
    await client.query(`alter database ${building} rename to ${template}`);
  });
  return template;
}

/** Names the schema: another text of any migration is another template. */
async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(MIGRATIONS_DIR)).toSorted()) {
    hash
      .update(file)
      .update('\0')
      .update(await readFile(path.join(MIGRATIONS_DIR, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** One connection, closed at the end, whose session locks end with it. */
async function asAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

function appUrlOf(adminUrl: string, database: string): string {
  const changed = new URL(withDatabase(adminUrl, database));
  changed.username = APPLICATION_ROLE;
  changed.password = APP_PASSWORD;
  return changed.toString();
}
