import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { sourcesOf } from './sources-of.ts';

export const REGULATIONS_FILE = 'docs/regulations.md';

/** Where regulation may stand: everything else takes it from there. */
const FOLDERS = ['domain', 'reports'] as const;
const HEAD = `# Regulation in the code

Written by \`./node_modules/.bin/node bin/list-regulations.ts\` from the \`@source\` tags and rule sources of \`domain/\` and \`reports/\`; not by hand. A unit test fails
where this page is older than the code. Dates are those that stand in the code beside the source: first and last day of validity.
`;

/** The page as text: one table a folder, one row a source. Same code, same page. */
export function regulationsPage(projectDir: string): string {
  const tables = FOLDERS.map((folder) => {
    const rows = filesOf(projectDir, folder).flatMap((file) =>
      sourcesOf(readFileSync(path.join(projectDir, file), 'utf8')).map(({ subject, source, validity }) =>
        [`[${file}](../${file})`, `\`${subject}\``, source, validity.join(', ')].map(cell),
      ),
    );
    return `\n## ${folder}/\n\n${[['File', 'What', 'Source', 'Valid'], ['---', '---', '---', '---'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
  });
  return HEAD + tables.join('');
}

function filesOf(projectDir: string, folder: string): readonly string[] {
  return readdirSync(path.join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((name) => name.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(name))
    .toSorted();
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
