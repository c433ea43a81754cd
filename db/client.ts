import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type { Transaction } from 'kysely';
import pg from 'pg';
import { BIND_TENANT, withPreparedStatements } from './prepared-statements.ts';
import type { Database } from './schema.ts';

/** A pool on the application role. Only `withTenant` gives a transaction in which tenant rows can be seen. */
export type Db = Kysely<Database>;

/** A transaction bound to one tenant. Functions that lock or write take this, so that the type forbids misuse. */
export type Tx = Transaction<Database>;

/** The type codes of PostgreSQL whose text must reach us unchanged. */
const DATE_OID = 1082;

/** Opens a pool. `maxConnections` bounds what this process takes of the server. */
export function createDb(input: { url: string; maxConnections: number; applicationName: string }): Db {
  const pool = new pg.Pool({
    connectionString: input.url,
    max: input.maxConnections,
    application_name: input.applicationName,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === DATE_OID ? (text: string) => text : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  });
  // An idle client whose server went away emits here; without a listener the process would die. The next query gets a new client.
  pool.on('error', () => undefined);
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: withPreparedStatements(pool) }) });
}

/** Runs `work` in one transaction in which row-level security shows this tenant's rows and no others. */
export async function withTenant<T>(db: Db, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await db.transaction().execute(async (tx) => {
    await tx.executeQuery(CompiledQuery.raw(BIND_TENANT, [tenantId]));
    return await work(tx);
  });
}
