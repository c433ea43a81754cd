import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { expect } from 'vitest';
import type { XmlValue } from './document-type.ts';
import { generateXsd } from './generate-xsd.ts';
import { createOfficialSchemas, OFFICIAL_SCHEMAS, validateBytes } from './official-xsd.ts';
import type { OfficialSchemaName } from './official-xsd.ts';
import { compileReader } from './reader.ts';
import type { MessageSchema } from './schema-model.ts';
import { compileWriter } from './writer.ts';
import { parseXml } from './xml-parser.ts';

const SCHEMA_DIR = process.env['SCHEMA_DIR'] ?? '../shared/schemas';
/** How many mutated documents are judged; `DIFFERENTIAL_RUNS=20000` for the long run. */
export const DIFFERENTIAL_RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 600);
/** Generous for a loaded machine. */
export const DIFFERENTIAL_TIMEOUT_MS = 30_000 + DIFFERENTIAL_RUNS * 50;

export function isOfficialInstalled(name: OfficialSchemaName): boolean {
  return existsSync(join(SCHEMA_DIR, OFFICIAL_SCHEMAS[name].file));
}

/** Our validator, the XSD made of our model and the official XSD side by side. Dispose of it after the tests. */
export function createDifferential(schema: MessageSchema, name: OfficialSchemaName) {
  const writer = compileWriter(schema, { indent: true });
  const read = compileReader(schema);
  const official = createOfficialSchemas({ schemaDir: SCHEMA_DIR });
  const generated = XsdValidator.fromDoc(XmlDocument.fromString(generateXsd(schema)));

  /** What the three say; the last repeats the first where it is not installed. */
  const verdicts = (xml: string): { ours: boolean; generated: boolean; official: boolean } => {
    const bytes = new TextEncoder().encode(xml);
    const parsing = parseXml(bytes);
    const ours = parsing.kind === 'parsed' && read(parsing.root).findings.length === 0;
    const verdict = official.validate({ schema: name, bytes });
    return {
      ours,
      generated: validateBytes(generated, bytes).kind === 'valid',
      official: verdict.kind === 'not-installed' ? ours : verdict.kind === 'valid',
    };
  };

  return {
    /** Writes any document so that all three accept it, and reads it back equal. */
    expectRoundTrip: (documents: fc.Arbitrary<XmlValue>, numRuns: number): void => {
      fc.assert(
        fc.property(documents, (document) => {
          const xml = writer.writeUnchecked(document);
          expect(verdicts(xml)).toEqual({ ours: true, generated: true, official: true });
          const parsing = parseXml(new TextEncoder().encode(xml));
          if (parsing.kind !== 'parsed') throw new Error(parsing.refusal.text);
          expect(read(parsing.root).value).toEqual(document);
        }),
        { numRuns },
      );
    },
    /** Mutates documents and has the three agree on each; gives how many were refused. */
    expectAgreement: (documents: fc.Arbitrary<XmlValue>, numRuns: number): number => {
      let refused = 0;
      fc.assert(
        fc.property(documents, MUTATIONS, (document, mutation) => {
          const { ours, generated: byModel, official: byOfficial } = verdicts(mutate(writer.writeUnchecked(document), mutation));
          if (!byOfficial) refused += 1;
          expect({ mutation, ours, byModel }).toEqual({ mutation, ours: byOfficial, byModel: byOfficial });
        }),
        { numRuns },
      );
      return refused;
    },
    [Symbol.dispose]: (): void => {
      official[Symbol.dispose]();
      generated.dispose();
    },
  };
}

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

const MUTATIONS: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom<Mutation['kind']>('delete', 'repeat', 'swap', 'move', 'rename', 'value', 'value', 'attribute'),
  at: fc.nat(),
  to: fc.nat(),
  value: fc.constantFrom(...ODD_VALUES),
});

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
