import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';

/** The role under which every process but the migration runs. */
export const APPLICATION_ROLE = 'energyopti_app';

/**
 * Brings the database up to the newest schema, as its owner, and lets the application role log in with `appPassword`.
 * Forward only; a second run changes nothing. Throws with the migration's name where one fails; that one is rolled back. Throws before
 * anything is made where row-level security binds the owner: the functions that look a key up across tenants would find nothing.
 */
export async function migrateToLatest(input: {
  adminUrl: string;
  appPassword: string;
  log: (line: string) => void;
}): Promise<{ applied: readonly string[] }> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: input.adminUrl, max: 1 }) }) });
  try {
    await assertMayOwn(db);
    const migrator = new Migrator({
      db,
      provider: new FileMigrationProvider({
        fs,
        path,
        migrationFolder: path.join(import.meta.dirname, 'migrations'),
        import: importMigration,
      }),
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    for (const result of results) input.log(`migration ${result.migrationName}: ${result.status}`);
    if (error !== undefined) throw new Error('a migration failed; the database is as it was before it', { cause: error });
    await sql`alter role ${sql.id(APPLICATION_ROLE)} login password ${sql.lit(input.appPassword)}`.execute(db);
    return { applied: results.filter((result) => result.status === 'Success').map((result) => result.migrationName) };
  } finally {
    await db.destroy();
  }
}

async function assertMayOwn(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ role: string; sees: boolean }>`
    select rolname as role, rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user`.execute(db);
  const [owner] = rows;
  if (owner?.sees === true) return;
  throw new Error(`The role '${owner?.role}' cannot own the database: row-level security binds it. Give it BYPASSRLS, or use a superuser.`);
}

function importMigration(file: string): Promise<unknown> {
  return import(file);
}
