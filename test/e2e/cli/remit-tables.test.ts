import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { energyopti } from '../../support/command-line.ts';

const files = ['remit-events', 'remit-table2'].flatMap((folder) =>
  readdirSync(path.join(PROJECT_DIR, 'test/golden', folder)).map((name) => path.join(PROJECT_DIR, 'test/golden', folder, name)),
);
const FRAMEWORK = path.join(PROJECT_DIR, 'test/golden/remit-table2/framework-power-indexed.xml');
const fieldSchema = z.looseObject({ number: z.string().optional(), path: z.string(), format: z.string(), source: z.string() });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'energyopti-remit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('energyopti validate', () => {
  it('finds nothing in records of every kind of event and in frameworks', async () => {
    const { code, lines } = await energyopti(['validate', ...files]);
    expect({ code, lines }).toEqual({ code: 0, lines: [] });
  });

  it('judges delivery points by the list of accepted EICs in REFERENCE_DIR, and goes without where there is none', async () => {
    writeFileSync(path.join(folder, 'acer-accepted-eics-2024-07-05.csv'), '10YNL----------L\n21YNL----TTF---1\n');
    const listed = await energyopti(['validate', FRAMEWORK], { env: { REFERENCE_DIR: folder } });
    expect(listed.code).toBe(1);
    expect(listed.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { file: FRAMEWORK, layer: 'rule', rule: 'aris.acceptedEic', field: '41', severity: 'error' },
    ]);
    const unlisted = await energyopti(['validate', FRAMEWORK], { env: { REFERENCE_DIR: path.join(folder, 'absent') } });
    expect({ code: unlisted.code, lines: unlisted.lines }).toEqual({ code: 0, lines: [] });
  });
});

describe('energyopti convert', () => {
  it('takes a framework to JSON and back to the same bytes', async () => {
    const json = await energyopti(['convert', FRAMEWORK, '--to', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({ message: 'REMITTable2_V1' });
    const xml = await energyopti(['convert', '-', '--to', 'xml'], { input: json.out });
    expect(xml.out).toBe(readFileSync(FRAMEWORK, 'utf8'));
  });
});

describe('energyopti remit fields', () => {
  it('lists both tables, or the one that is asked for', async () => {
    const [both, first, second, third] = await Promise.all(
      [[], ['--table', '1'], ['--table', '2'], ['--table', '3']].map((args) => energyopti(['remit', 'fields', ...args])),
    );
    const rootsOf = (lines: readonly string[] = []): readonly string[] => [
      ...new Set(lines.map((line) => fieldSchema.parse(JSON.parse(line)).path.split('/')[1] ?? '')),
    ];
    expect(rootsOf(both?.lines)).toEqual(['REMITTable1', 'REMITTable2']);
    expect(rootsOf(first?.lines)).toEqual(['REMITTable1']);
    expect(rootsOf(second?.lines)).toEqual(['REMITTable2']);
    expect(third).toMatchObject({ code: 2, out: '', said: expect.stringContaining('--table takes 1 or 2') as string });
  });
});
