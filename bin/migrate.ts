import { loadMigrateEnv } from '../config/migrate-env.ts';
import { migrateToLatest } from '../db/migrate.ts';

/** Brings the database up to date and lets the application role log in. Used by the embedded stack and by this program itself. */
export async function migrate(input: { adminUrl: string; appPassword: string; log: (line: string) => void }): Promise<void> {
  await migrateToLatest(input);
}

if (import.meta.main) {
  try {
    const env = loadMigrateEnv();
    await migrate({ adminUrl: env.adminUrl, appPassword: env.appPassword, log: (line) => console.error(line) });
    console.error('The database is up to date.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
