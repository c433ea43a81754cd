import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';

/** The role under which every process but the migration runs. */
export const APPLICATION_ROLE = 'energyopti_app';

/**
 * Brings the database up to the newest schema, as its owner, and lets the application role log in with `appPassword`.
 * Forward only; a second run changes nothing. Throws with the migration's name where one fails; that one is rolled back.
 */
export async function migrateToLatest(input: {
  adminUrl: string;
  appPassword: string;
  log: (line: string) => void;
}): Promise<{ applied: readonly string[] }> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: input.adminUrl, max: 1 }) }) });
  try {
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

function importMigration(file: string): Promise<unknown> {
  return import(file);
}
