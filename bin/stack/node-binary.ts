import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The first version that runs TypeScript without a flag. */
const MINIMUM = { major: 24, minor: 0 };

/** The project's pinned Node, or the one that runs this where it is new enough (an image that was built on it). */
export function nodeBinary(): string {
  const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
  if (existsSync(pinned)) return realpathSync(pinned);
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= MINIMUM.major) return process.execPath;
  throw new Error(`The pinned Node ${MINIMUM.major} is missing: run 'npm ci' in the project's folder.`);
}
