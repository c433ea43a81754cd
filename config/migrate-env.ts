import { freezeGroups, parseSource, part } from './parse-source.ts';
import type { EnvSource } from './parse-source.ts';
import { z } from 'zod';

const schema = z.object({
  DATABASE_ADMIN_URL: part.postgresUrl,
  DATABASE_APP_PASSWORD: z.string().min(16, 'must have at least 16 characters'),
  LOG_LEVEL: part.logLevel.default('info'),
});

/** What a one-shot migration needs: nothing of channels, Temporal or the API. */
export type MigrateEnv = { readonly adminUrl: string; readonly appPassword: string; readonly logLevel: string };

/**
 * Reads the configuration of `bin/migrate.ts`.
 * @throws AppError `validation-failed` naming every variable that is missing or wrong.
 */
export function loadMigrateEnv(source: EnvSource = process.env): MigrateEnv {
  const given = parseSource(schema, source);
  return freezeGroups({ adminUrl: given.DATABASE_ADMIN_URL, appPassword: given.DATABASE_APP_PASSWORD, logLevel: given.LOG_LEVEL });
}
