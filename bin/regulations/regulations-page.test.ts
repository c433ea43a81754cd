import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../stack/stack-options.ts';
import { REGULATIONS_FILE, regulationsPage } from './regulations-page.ts';
import { sourcesOf } from './sources-of.ts';

it('the page of regulations is as new as the code; else run bin/list-regulations.ts', () => {
  expect(readFileSync(path.join(PROJECT_DIR, REGULATIONS_FILE), 'utf8')).toBe(regulationsPage(PROJECT_DIR));
});

describe('sources of a file', () => {
  it('are the tags of its comments, each with what it stands on and the dates beside it', () => {
    const text = [
      '/**',
      ' * Words.',
      ' * @source Act 1, art. 2,',
      ' *   goes on',
      ' * @source Act 2',
      ' */',
      'export const LIMITS: readonly Limit[] = [',
      "  { validFrom: businessDate('2020-01-01'), validTo: businessDate('2021-12-31') },",
      '];',
      '/** No source. */',
      'const other = 1;',
      'const MARKETS = {',
      '  /** @source List 3 */',
      '  DE: { code: 1 },',
      '};',
    ].join('\n');
    expect(sourcesOf(text)).toEqual([
      { subject: 'LIMITS', source: 'Act 1, art. 2, goes on', validity: ['from 2020-01-01', 'to 2021-12-31'] },
      { subject: 'LIMITS', source: 'Act 2', validity: ['from 2020-01-01', 'to 2021-12-31'] },
      { subject: 'DE', source: 'List 3', validity: [] },
    ]);
  });

  it('are those of its rules, by their id', () => {
    const text = "const rule = {\n  id: 'C1.rule',\n  validFrom: businessDate('2000-01-01'),\n  source: 'The firm\\'s list',\n};";
    expect(sourcesOf(text)).toEqual([{ subject: 'C1.rule', source: "The firm's list", validity: ['from 2000-01-01'] }]);
  });
});
