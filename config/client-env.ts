import { freezeGroups, parseSource, part } from './parse-source.ts';
import type { EnvSource } from './parse-source.ts';
import { z } from 'zod';

const schema = z.object({
  ENERGYOPTI_URL: part.httpUrl.optional(),
  ENERGYOPTI_KEY: z.string().optional(),
  ENERGYOPTI_USER: z.string().optional(),
  DATA_DIR: z.string().default('.energyopti'),
  SCHEMA_DIR: z.string().default('../shared/schemas'),
  REFERENCE_DIR: z.string().default('../shared/reference'),
});

/** How the command line reaches an API: given from outside, or that of the embedded stack under `dataDir`; and where installed schemas and lists are. */
export type ClientEnv = {
  readonly url?: string;
  readonly key?: string;
  readonly user?: string;
  readonly dataDir: string;
  readonly schemaDir: string;
  readonly referenceDir: string;
};

/**
 * Reads what the command line needs to call an API.
 * @throws AppError `validation-failed` naming every variable that is wrong.
 */
export function loadClientEnv(source: EnvSource = process.env): ClientEnv {
  const given = parseSource(schema, source);
  return freezeGroups<ClientEnv>({
    dataDir: given.DATA_DIR,
    schemaDir: given.SCHEMA_DIR,
    referenceDir: given.REFERENCE_DIR,
    ...(given.ENERGYOPTI_URL !== undefined && { url: given.ENERGYOPTI_URL }),
    ...(given.ENERGYOPTI_KEY !== undefined && { key: given.ENERGYOPTI_KEY }),
    ...(given.ENERGYOPTI_USER !== undefined && { user: given.ENERGYOPTI_USER }),
  });
}
