import fc from 'fast-check';
import { XmlDocument, XmlLibError } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { MAX_XML_BYTES, MAX_XML_DEPTH, parseXml } from './xml-parser.ts';
import type { XmlParsing } from './xml-parser.ts';

function parse(text: string): XmlParsing {
  return parseXml(new TextEncoder().encode(text));
}

function refusalOf(text: string): string {
  const parsing = parse(text);
  return parsing.kind === 'refused' ? parsing.refusal.reason : 'parsed';
}

describe('parsing', () => {
  it('keeps text, CDATA, entities and namespaces, and knows the line of each element', () => {
    const parsing = parse(
      '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<!-- a --><p:a xmlns:p="urn:p" xmlns="urn:d" p:x="1&#10;2" y=\'&quot;\'>\r\n <b> &lt;&amp;&#x41;<![CDATA[<&]]> </b></p:a>\n',
    );
    expect(parsing).toMatchObject({
      kind: 'parsed',
      declarations: [
        { prefix: 'p', uri: 'urn:p' },
        { prefix: '', uri: 'urn:d' },
      ],
      root: {
        name: 'a',
        namespace: 'urn:p',
        line: 2,
        attributes: [
          { name: 'x', namespace: 'urn:p', value: '1\n2' },
          { name: 'y', namespace: '', value: '"' },
        ],
        children: [{ name: 'b', namespace: 'urn:d', text: ' <&A<& ', line: 3 }],
      },
    });
  });

  it.each([
    ['<!DOCTYPE a><a/>', 'doctype'],
    ['<a><![CDATA[<!DOCTYPE]]></a>', 'doctype'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'encoding'],
    [`${'<a>'.repeat(MAX_XML_DEPTH + 1)}${'</a>'.repeat(MAX_XML_DEPTH + 1)}`, 'too-deep'],
  ])('refuses %j as %s', (text, reason) => {
    expect(refusalOf(text)).toBe(reason);
  });

  it('refuses bytes that are not UTF-8 and files that are too large, without reading them', () => {
    expect(parseXml(Uint8Array.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]))).toMatchObject({ kind: 'refused', refusal: { reason: 'encoding' } });
    expect(parseXml(new Uint8Array(MAX_XML_BYTES + 1))).toMatchObject({ kind: 'refused', refusal: { reason: 'too-large' } });
  });

  it('says on which line a file is broken', () => {
    expect(parse('<a>\n<b>\n</c></a>')).toMatchObject({ kind: 'refused', refusal: { reason: 'not-well-formed', line: 3 } });
  });
});

describe('well-formedness', () => {
  const PIECES = [
    '<a>',
    '</a>',
    '<b x="1">',
    '</b>',
    '<b/>',
    '<p:c xmlns:p="urn:p" p:y="2">',
    '</p:c>',
    '<p:c>',
    '<d x="1" x="2"/>',
    '<e x=1/>',
    '<f x="<"/>',
    'text',
    ' ',
    '\n',
    '&amp;',
    '&lt;',
    '&nbsp;',
    '&#65;',
    '&#0;',
    '&#x110000;',
    '& ',
    ']]>',
    '<![CDATA[x]]>',
    '<!-- c -->',
    '<!-- a -- b -->',
    '<?pi data?>',
    '<?xml version="1.0"?>',
    '<',
    '>',
    '"',
    '</ a>',
    '<a >',
    '</a >',
    '<1/>',
    '<é/>',
    '<a:b:c/>',
    '<xmlns:a/>',
    '<a xmlns:q=""/>',
    '',
  ] as const;

  function libxml2Accepts(text: string): boolean {
    try {
      XmlDocument.fromString(text).dispose();
      return true;
    } catch (error) {
      if (error instanceof XmlLibError) return false;
      throw error;
    }
  }

  it('is judged as libxml2 judges it', () => {
    const inside = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(inside, fc.boolean(), (text, wrapped) => {
        const document = wrapped ? `<r>${text}</r>` : text;
        expect([document, parse(document).kind === 'parsed']).toEqual([document, libxml2Accepts(document)]);
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });
});
