import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { loadClientEnv } from '../../config/client-env.ts';
import { PROJECT_DIR } from '../stack/stack-options.ts';
import { UsageError } from '../cli/io.ts';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';

const stackSchema = z.object({ urls: z.object({ api: z.string() }) });
const keysSchema = z.record(z.string(), z.string());

/** Profiles of the embedded stack, the one that people keep up first. */
const PROFILES = ['start', 'demo'] as const;

/**
 * The API as the user given: `ENERGYOPTI_URL` and `ENERGYOPTI_KEY` where set, else that of the embedded stack, with the key of
 * `ENERGYOPTI_USER` or of `defaultUser`.
 */
export async function findApi(input: { defaultUser: string }): Promise<ApiClient> {
  const env = loadClientEnv();
  if (env.url !== undefined && env.key !== undefined) return createApiClient({ url: env.url, key: env.key });
  const dataDirs = [path.resolve(env.dataDir), path.resolve(PROJECT_DIR, env.dataDir)];
  for (const folder of dataDirs.flatMap((dataDir) => PROFILES.map((profile) => path.join(dataDir, profile)))) {
    const stack = await readJsonFile(path.join(folder, 'stack.json'), stackSchema);
    const keys = await readJsonFile(path.join(folder, 'keys.json'), keysSchema);
    const key = env.key ?? keys?.[env.user ?? input.defaultUser];
    const url = env.url ?? stack?.urls.api;
    if (url !== undefined && key !== undefined && (await answers(url))) return createApiClient({ url, key });
  }
  throw new UsageError('no API answers. Start the stack with `npm start`, or set ENERGYOPTI_URL and ENERGYOPTI_KEY.');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function readJsonFile<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
