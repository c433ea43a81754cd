import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { REGULATIONS_FILE, regulationsPage } from './regulations/regulations-page.ts';
import { PROJECT_DIR } from './stack/stack-options.ts';

/** Writes the page anew. */
writeFileSync(path.join(PROJECT_DIR, REGULATIONS_FILE), regulationsPage(PROJECT_DIR));
console.log(`${REGULATIONS_FILE} is written.`);
