import { readFile, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../api/app.ts';
import { packageVersion } from './api/package-version.ts';

/** Writes `docs/openapi.json`, the contract as it is committed. With `--check` it writes nothing and ends with 1 where the file is old. */
const FILE = new URL('../docs/openapi.json', import.meta.url);

const text = `${JSON.stringify(openApiDocument({ version: packageVersion() }), undefined, 2)}\n`;
if (process.argv.includes('--check')) {
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed !== text) {
    console.error('docs/openapi.json is not what the API serves. Run `npm run openapi`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, text);
  console.error(`Wrote ${FILE.pathname}.`);
}
