import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { energyopti } from '../../support/command-line.ts';

const GOLDEN = path.join(PROJECT_DIR, 'test/golden/remit-table1');
const files = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => path.join(GOLDEN, name));
const findingSchema = z.looseObject({
  file: z.string(),
  layer: z.enum(['schema', 'applicability', 'rule']),
  path: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'energyopti-messages-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A golden document with one text replaced, as a person would break it by hand. */
function broken(change: readonly [from: string | RegExp, to: string]): string {
  const source = readFileSync(path.join(GOLDEN, 'bilateral-power-peak-week.xml'), 'utf8');
  const changed = source.replace(change[0], change[1]);
  if (changed === source) throw new Error(`${String(change[0])} is not in the document`);
  const file = path.join(folder, `broken-${Math.random().toString(36).slice(2)}.xml`);
  writeFileSync(file, changed);
  return file;
}

async function findingsOf(
  args: readonly string[],
): Promise<{ code: number | null; findings: z.output<typeof findingSchema>[]; said: string }> {
  const { code, lines, said } = await energyopti(['validate', ...args]);
  return { code, said, findings: lines.map((line) => findingSchema.parse(JSON.parse(line))) };
}

describe('energyopti validate', () => {
  it('finds no error in sound documents', async () => {
    const { code, findings } = await findingsOf(files);
    expect({ code, errors: findings.filter(({ severity }) => severity === 'error') }).toEqual({ code: 0, errors: [] });
  });

  it.each([
    ['a value outside its list', [/<actionType>.<\/actionType>/, '<actionType>Q</actionType>'], /actionType/, 'schema'],
    [
      'an element that does not belong there',
      ['<reportingEntityID>', '<colour>red</colour><reportingEntityID>'],
      /colour|REMITTable1/,
      'schema',
    ],
    ['a price in words', [/<price>[^<]*<\/price>/, '<price>ninety</price>'], /price/, 'schema'],
  ] as const)('names file, layer and path of %s, and ends with 1', async (_what, change, place, layer) => {
    const file = broken(change);
    const { code, findings } = await findingsOf([file]);
    expect(code).toBe(1);
    const error = findings.find((finding) => finding.severity === 'error' && finding.layer === layer);
    expect(error?.file).toBe(file);
    expect(`${error?.path} ${error?.message}`).toMatch(place);
  });

  it.each([
    ['a DOCTYPE', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['a file that is cut off', '<?xml version="1.0"?><REMITTable1 xmlns="http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd"><repo'],
    ['something that is no XML', 'trade;price\n1;2'],
    ['a message of a namespace that nobody knows', '<a xmlns="urn:nobody"/>'],
    ['an empty file', ''],
  ])('calls %s an error, without a stack trace', async (_what, text) => {
    const file = path.join(folder, `odd-${Math.random().toString(36).slice(2)}.xml`);
    writeFileSync(file, text);
    const { code, findings, said } = await findingsOf([file]);
    expect({ code, said }).toEqual({ code: 1, said: '' });
    expect(findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain('root:');
  });

  it('goes on with the other files behind one that is broken', async () => {
    const file = broken([/<price>[^<]*<\/price>/, '<price>ninety</price>']);
    const { findings } = await findingsOf([file, files[0] ?? '', file]);
    expect(findings.filter((finding) => finding.file === file).length % 2).toBe(0);
  });
});

describe('energyopti convert', () => {
  it.each(files.map((file) => [path.basename(file), file]))('takes %s to JSON and back to the same bytes', async (_name, file) => {
    const json = await energyopti(['convert', file, '--to', 'json']);
    expect({ code: json.code, lines: json.lines.length }).toEqual({ code: 0, lines: 1 });
    const xml = await energyopti(['convert', '-', '--to', 'xml'], { input: json.out });
    expect(xml.code).toBe(0);
    expect(xml.out).toBe(readFileSync(file, 'utf8'));
  });

  it('gives a document that was written otherwise its canonical form, which is then stable', async () => {
    const source = readFileSync(files[0] ?? '', 'utf8');
    const otherwise = path.join(folder, 'otherwise.xml');
    writeFileSync(otherwise, source.replaceAll(/>\s+</g, '><').replace('?>', '?>\n<!-- by hand -->\n'));
    const json = await energyopti(['convert', otherwise, '--to', 'json']);
    const xml = await energyopti(['convert', '-', '--to', 'xml'], { input: json.out });
    expect(xml.out).toBe(source);
  });

  it('refuses what is no message with findings, and what is no JSON as wrong use', async () => {
    const notXml = path.join(folder, 'not.xml');
    writeFileSync(notXml, '<a/>');
    const unreadable = await energyopti(['convert', notXml, '--to', 'json']);
    expect(unreadable.code).toBe(1);
    expect(unreadable.lines.length).toBeGreaterThan(0);
    const notJson = await energyopti(['convert', '-', '--to', 'xml'], { input: '<a/>' });
    expect({ code: notJson.code, out: notJson.out }).toEqual({ code: 2, out: '' });
    const notModel = await energyopti(['convert', '-', '--to', 'xml'], { input: '{"message":"REMITTable1_V3"}' });
    expect(notModel.code).toBe(1);
    expect(notModel.out).not.toContain('<?xml');
  });
});
