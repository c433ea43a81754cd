import { describe, expect, it } from 'vitest';
import { AppError } from '../../domain/errors/app-error.ts';
import { documentFromJson } from './document-from-json.ts';
import { generateXsd } from './generate-xsd.ts';
import { listFields } from './list-fields.ts';
import { compileReader } from './reader.ts';
import { amountWith, codes, complex, many, one, optional, repeatedSequence, sequence, simple, UNBOUNDED } from './schema-model.ts';
import { compileWriter } from './writer.ts';
import { parseXml } from './xml-parser.ts';

const text = simple('Max35Text', { base: 'string', minLength: 1, maxLength: 35, words: '1 to 35 characters' });
const currency = codes('CurrencyCode', 'EUR USD');
const amount = amountWith({
  name: 'Amount',
  base: simple('AmountValue', { base: 'decimal', fractionDigits: 2, words: 'a decimal with 2 places' }),
  attributes: [{ name: 'Ccy', type: currency, required: true }],
});
const header = complex('Header', sequence(one('From', text)));
const entry = complex(
  'Entry',
  sequence(one('Amt', amount, { field: '2.1' }), repeatedSequence('periods', one('Start', text), one('End', text)), optional('Note', text)),
);

/** A message with what EMIR needs and REMIT has not: attributes, simple content, and a header in another namespace. */
const MESSAGE = {
  name: 'Test_V1',
  namespace: 'urn:test',
  source: 'this test',
  root: one(
    'Document',
    complex('Document', sequence(one('Hdr', header, { namespace: 'urn:header' }), many('Ntry', entry, { min: 1, max: UNBOUNDED }))),
  ),
} as const;

const DOCUMENT = {
  Hdr: { From: 'A & <B>' },
  Ntry: [
    {
      Amt: { '#text': '-1.50', '@Ccy': 'EUR' },
      periods: [
        { Start: '1', End: '2' },
        { Start: '3', End: '4' },
      ],
      Note: 'x',
    },
  ],
} as const;

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:test"><Hdr xmlns="urn:header"><From>A &amp; &lt;B&gt;</From></Hdr><Ntry><Amt Ccy="EUR">-1.50</Amt><Start>1</Start><End>2</End><Start>3</Start><End>4</End><Note>x</Note></Ntry></Document>
`;

const read = compileReader(MESSAGE);

function readText(xml: string): ReturnType<typeof read> {
  const parsing = parseXml(new TextEncoder().encode(xml));
  if (parsing.kind !== 'parsed') throw new Error(parsing.refusal.text);
  return read(parsing.root);
}

describe('a message with attributes, groups and two namespaces', () => {
  const writer = compileWriter(MESSAGE);

  it('is written in order and read back equal', () => {
    expect(writer.write(DOCUMENT)).toBe(XML);
    expect(readText(XML)).toEqual({ value: DOCUMENT, findings: [] });
  });

  it('is written in the order of the schema whatever the order of its keys', () => {
    const [{ Amt, periods, Note }] = DOCUMENT.Ntry;
    const late = { Ntry: [{ Note, periods: periods.map(({ Start, End }) => ({ End, Start })), Amt }], Hdr: DOCUMENT.Hdr };
    expect(writer.write(late)).toBe(XML);
    const nested = { Hdr: DOCUMENT.Hdr, Ntry: [DOCUMENT.Ntry[0], { periods, Amt, Note: 'é'.repeat(90_000) }, DOCUMENT.Ntry[0]] };
    const ordered = { ...nested, Ntry: nested.Ntry.map((item) => ({ Amt: item.Amt, periods: item.periods, Note: item.Note })) };
    expect(writer.write(nested)).toBe(writer.write(ordered));
  });

  it('is written in pieces that make the same text, from any iterable', () => {
    expect(Buffer.concat([...writer.chunks(DOCUMENT)]).toString('utf8')).toBe(XML);
    expect(new TextDecoder().decode(writer.bytes(DOCUMENT))).toBe(XML);
    function* entries(): Generator<(typeof DOCUMENT.Ntry)[number]> {
      yield* DOCUMENT.Ntry;
    }
    const lazy = { Hdr: DOCUMENT.Hdr, Ntry: { [Symbol.iterator]: entries } };
    expect(Buffer.concat([...writer.chunks(lazy as never)]).toString('utf8')).toBe(XML);
  });

  it('is written in pieces of about 64 KB, each its own bytes, whatever the values are', () => {
    const notes = ['plain', 'é & <𝄞>', 'x'.repeat(70_000), '', '\r\n\t"'];
    const Ntry = Array.from({ length: 5_000 }, (_, index) => ({ ...DOCUMENT.Ntry[0], Note: notes[index % 400] ?? `n${index}` }));
    const pieces = [...writer.chunks({ ...DOCUMENT, Ntry })];
    const text = Buffer.concat(pieces).toString('utf8');
    expect(pieces.length).toBeGreaterThan(8);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(3 * 70_000);
    expect(text).toBe(writer.write({ ...DOCUMENT, Ntry }));
    expect(readText(text).value).toEqual({ ...DOCUMENT, Ntry });
  });

  it('is written under a prefix, with further declarations and root attributes', () => {
    const prefixed = compileWriter(MESSAGE, {
      prefix: 't',
      declarations: [{ prefix: 'xsi', uri: 'http://www.w3.org/2001/XMLSchema-instance' }],
      rootAttributes: { 'xsi:schemaLocation': 'urn:test "test.xsd"' },
    }).write(DOCUMENT);
    expect(prefixed).toContain(
      '<t:Document xmlns:t="urn:test" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:test &quot;test.xsd&quot;">',
    );
    expect(readText(prefixed)).toEqual({ value: DOCUMENT, findings: [] });
  });

  it('names missing and wrong attributes, wrong namespaces and wrong values with their field', () => {
    expect(readText(XML.replace(' Ccy="EUR"', '')).findings).toMatchObject([
      { rule: 'xsd.attribute', field: '2.1', path: '/Document/Ntry[1]/Amt/@Ccy' },
    ]);
    expect(readText(XML.replace('"EUR"', '"ABC"')).findings).toMatchObject([
      { rule: 'xsd.enumeration', path: '/Document/Ntry[1]/Amt/@Ccy' },
    ]);
    expect(readText(XML.replace('-1.50', '-1.505')).findings).toMatchObject([
      { rule: 'xsd.fractionDigits', field: '2.1', path: '/Document/Ntry[1]/Amt' },
    ]);
    expect(readText(XML.replace('urn:header', 'urn:other')).findings).toMatchObject([
      { rule: 'xsd.namespace' },
      { rule: 'xsd.missing', path: '/Document/Hdr' },
    ]);
  });

  it('refuses characters that XML cannot carry', () => {
    expect(() => writer.write({ ...DOCUMENT, Hdr: { From: 'a\u0000b' } })).toThrow(AppError);
    expect(() => writer.write({ ...DOCUMENT, Hdr: { From: '\uD800' } })).toThrow(AppError);
  });

  it('lists its fields', () => {
    expect(listFields(MESSAGE).map((row) => `${row.number ?? '-'} ${row.path} ${row.cardinality}`)).toEqual([
      '- /Document/Hdr/From 1..1',
      '2.1 /Document/Ntry/Amt 1..1',
      '- /Document/Ntry/Start 1..1',
      '- /Document/Ntry/End 1..1',
      '- /Document/Ntry/Note 0..1',
    ]);
  });

  it('does not pretend to be one XSD', () => {
    expect(() => generateXsd(MESSAGE)).toThrow('namespace of its own');
  });
});

describe('JSON', () => {
  it('is taken back as the same document', () => {
    expect(documentFromJson(MESSAGE, JSON.parse(JSON.stringify(DOCUMENT)))).toEqual({ kind: 'document', document: DOCUMENT });
  });

  it('is refused where numbers, single values, unknown keys or other shapes stand, each with its path', () => {
    const broken = { Hdr: { From: 1 }, Ntry: { Amt: 'x' }, Other: null };
    expect(documentFromJson(MESSAGE, broken)).toMatchObject({
      kind: 'refused',
      findings: [{ path: '/Document/Hdr/From' }, { path: '/Document/Ntry' }, { path: '/Document/Other' }],
    });
    const deep = documentFromJson(MESSAGE, { Ntry: [{ Amt: { '#text': '1', Ccy: 'EUR' }, periods: [{ Begin: '1' }] }] });
    expect(deep).toMatchObject({
      kind: 'refused',
      findings: [{ path: '/Document/Ntry[1]/Amt/Ccy' }, { path: '/Document/Ntry[1]/periods[1]/Begin' }],
    });
    for (const json of [null, [], 'x', 1]) expect(documentFromJson(MESSAGE, json).kind).toBe('refused');
  });
});
