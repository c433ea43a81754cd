import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { generateXsd } from '../../xml/generate-xsd.ts';
import { listFields } from '../../xml/list-fields.ts';
import { createOfficialSchemas, OFFICIAL_SCHEMAS, validateBytes } from '../../xml/official-xsd.ts';
import { compileReader } from '../../xml/reader.ts';
import { compileWriter } from '../../xml/writer.ts';
import { parseXml } from '../../xml/xml-parser.ts';
import { arbitraryDocument } from './arbitrary-document.test-support.ts';
import { REMIT_TABLE1_V3 } from './schema.ts';

const SCHEMA_DIR = process.env['SCHEMA_DIR'] ?? '../shared/schemas';
const INSTALLED = existsSync(join(SCHEMA_DIR, OFFICIAL_SCHEMAS.REMITTable1_V3.file));

const writer = compileWriter(REMIT_TABLE1_V3, { indent: true });
const read = compileReader(REMIT_TABLE1_V3);
const official = createOfficialSchemas({ schemaDir: SCHEMA_DIR });
const generated = XsdValidator.fromDoc(XmlDocument.fromString(generateXsd(REMIT_TABLE1_V3)));
const documents = arbitraryDocument(REMIT_TABLE1_V3.root, { repeatsMax: 2 });

afterAll(() => {
  official[Symbol.dispose]();
  generated.dispose();
});

/** What our validator, the XSD made of our model and the official XSD say; the last repeats the first where it is not installed. */
function verdicts(xml: string): { ours: boolean; generated: boolean; official: boolean } {
  const bytes = new TextEncoder().encode(xml);
  const parsing = parseXml(bytes);
  const ours = parsing.kind === 'parsed' && read(parsing.root).findings.length === 0;
  const verdict = official.validate({ schema: 'REMITTable1_V3', bytes });
  return {
    ours,
    generated: validateBytes(generated, bytes).kind === 'valid',
    official: verdict.kind === 'not-installed' ? ours : verdict.kind === 'valid',
  };
}

describe('the schema model of Table 1', () => {
  it('writes any document with any element so that all three validators accept it, and reads it back equal', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const xml = writer.writeUnchecked(document);
        expect(verdicts(xml)).toEqual({ ours: true, generated: true, official: true });
        const parsing = parseXml(new TextEncoder().encode(xml));
        if (parsing.kind !== 'parsed') throw new Error(parsing.refusal.text);
        expect(read(parsing.root).value).toEqual(document);
      }),
      { numRuns: 100 },
    );
  });

  it.skipIf(!INSTALLED)('agrees with the official schema on every mutation of such documents (skipped: not installed)', () => {
    let refused = 0;
    const mutations = fc.record({
      kind: fc.constantFrom<Mutation['kind']>('delete', 'repeat', 'swap', 'move', 'rename', 'value', 'value', 'attribute'),
      at: fc.nat(),
      to: fc.nat(),
      value: fc.constantFrom(...ODD_VALUES),
    });
    fc.assert(
      fc.property(documents, mutations, (document, mutation) => {
        const xml = mutate(writer.writeUnchecked(document), mutation);
        const { ours, generated: byModel, official: byOfficial } = verdicts(xml);
        if (!byOfficial) refused += 1;
        expect({ mutation, ours, byModel }).toEqual({ mutation, ours: byOfficial, byModel: byOfficial });
      }),
      { numRuns: 600 },
    );
    // A mutation that never breaks anything would prove nothing, and one that always does neither.
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(600);
  });

  it('lists its fields with the numbers 1 to 58, but for those that are codes or roles of another', () => {
    const numbers = new Set(listFields(REMIT_TABLE1_V3).map((row) => row.number));
    const missing = Array.from({ length: 58 }, (_, index) => String(index + 1)).filter((number) => !numbers.has(number));
    // 2, 5, 7 and 9 are the code types of 1, 4, 6 and 8: the element chosen says them.
    expect(missing).toEqual(['2', '5', '7', '9']);
  });
});

type Mutation = {
  readonly kind: 'delete' | 'repeat' | 'swap' | 'move' | 'rename' | 'value' | 'attribute';
  readonly at: number;
  readonly to: number;
  readonly value: string;
};

const ODD_VALUES = [
  '',
  'x',
  '-1',
  '0',
  '1',
  '1.123456',
  '1.50000000',
  '123456789012345678901',
  '12345678901234567890',
  '1e5',
  'NaN',
  '٣',
  ' 5 ',
  '.',
  '+',
  '2026-02-30',
  '2026-02-29',
  '0000-01-01',
  '-2026-01-01',
  '12026-01-01',
  '2026-13-01',
  '2026-01-01+13:59',
  '2026-01-01+14:01',
  ' 2026-01-01',
  '24:00:00',
  '24:00:01',
  '25:00:00',
  '12:00',
  '12:00:00Z',
  '12:00:00.5',
  '23:59:60',
  '2026-01-01T00:00:00',
  '2026-01-01T24:00:00Z',
  '2026-01-01T10:00:60Z',
  '2026-01-01T00:00:00.1+14:00',
  '2026-01-01T00:00:00+14:01',
  'A'.repeat(101),
  'a b',
  ' a',
  'a ',
  'a:b',
  'XBIL',
  'N',
  'MWh',
  'k==v',
  'k==v;',
  'MOtoXX',
  'é',
  '10Y'.padEnd(16, '-'),
  '𝄞'.repeat(200),
] as const;

/** Changes one line with a value; the writer puts one element on a line. */
function mutate(xml: string, mutation: Mutation): string {
  const lines = xml.trimEnd().split('\n');
  const leaves = lines.flatMap((line, index) => (/^\s*<\w.*<\/\w+>$/.test(line) ? [index] : []));
  const at = leaves[mutation.at % leaves.length] ?? 0;
  const to = leaves[mutation.to % leaves.length] ?? 0;
  const line = lines[at] ?? '';
  switch (mutation.kind) {
    case 'delete':
      lines.splice(at, 1);
      break;
    case 'repeat':
      lines.splice(at, 0, line);
      break;
    case 'swap':
      lines[at] = lines[at + 1] ?? '';
      lines[at + 1] = line;
      break;
    case 'move':
      lines.splice(at, 1);
      lines.splice(to, 0, line);
      break;
    case 'rename':
      lines[at] = line.replace(/<(\/?)(\w+)/g, '<$1$2x');
      break;
    case 'value':
      lines[at] = line.replace(/>.*</, () => `>${mutation.value}<`);
      break;
    case 'attribute':
      lines[at] = line.replace(/^(\s*<\w+)/, '$1 x="1"');
      break;
  }
  return lines.join('\n');
}
