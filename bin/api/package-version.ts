import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The version that `package.json` states. */
export function packageVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return z.object({ version: z.string() }).parse(content).version;
}
