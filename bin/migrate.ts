import { loadMigrateEnv } from '../config/migrate-env.ts';
import { APPLICATION_ROLE, migrateToLatest } from '../db/migrate.ts';
import { migrateQueues } from '../queues/connection.ts';

/** Brings the database up to date and lets the application role log in. The embedded stack calls it; `runMigration` is the program. */
export async function migrate(input: { adminUrl: string; appPassword: string; log: (line: string) => void }): Promise<void> {
  await migrateToLatest(input);
}

/** Migrates the database that the environment names, with the tables of the queues; gives the exit code. */
export async function runMigration(): Promise<0 | 1> {
  try {
    const env = loadMigrateEnv();
    await migrate({ adminUrl: env.adminUrl, appPassword: env.appPassword, log: (line) => console.error(line) });
    await migrateQueues({ adminUrl: env.adminUrl, appRole: APPLICATION_ROLE });
    console.error('The database is up to date.');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (import.meta.main) process.exitCode = await runMigration();
