import { readFileSync } from 'node:fs';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { createMessageRegistry } from './read-any.ts';

const registry = createMessageRegistry();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const GOLDEN = readFileSync(new URL('../../test/golden/remit-table1/bilateral-power-shaped-october.xml', import.meta.url), 'utf8');

/** Canonical XML by libxml2, blank text between elements taken out. */
function canonical(xml: string): string {
  using document = XmlDocument.fromString(xml.replace(/>\s+</g, '><'));
  return document.canonicalizeToString();
}

function thereAndBack(xml: string): string {
  const { json, findings } = registry.read(utf8(xml));
  if (json === undefined) throw new Error(JSON.stringify(findings));
  const written = registry.write(JSON.parse(JSON.stringify(json)));
  if (written.kind === 'refused') throw new Error(JSON.stringify(written.findings));
  return written.xml;
}

describe('converting', () => {
  it('gives our own files back byte for byte', () => {
    expect(thereAndBack(GOLDEN)).toBe(GOLDEN);
  });

  it('gives the same canonical XML for prefixes, schema locations, CDATA and comments elsewhere', () => {
    const prefixed = GOLDEN.replace('xmlns=', 'xmlns:r=').replace(/<(\/?)(?=[A-Za-z])/g, '<$1r:');
    expect(canonical(thereAndBack(prefixed))).toBe(canonical(prefixed));
    const located = GOLDEN.replace(
      '<REMITTable1 ',
      '<REMITTable1 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" ',
    );
    expect(canonical(thereAndBack(located))).toBe(canonical(located));
    const wrapped = GOLDEN.replace('>BILCONTRACT<', '><![CDATA[BILCONTRACT]]><');
    expect(thereAndBack(wrapped)).toBe(GOLDEN);
  });

  it.each([
    null,
    [],
    { message: 'Other', document: {} },
    { message: 'REMITTable1_V3' },
    { message: 'REMITTable1_V3', document: {}, more: 1 },
  ])('refuses %j', (json) => {
    expect(registry.write(json).kind).toBe('refused');
  });

  it.each([
    { prefix: 'a"b' },
    { attributes: { 'x="y" z': '1' } },
    { attributes: { x: 1 } },
    { declarations: [{ prefix: '<', uri: 'u' }] },
    { other: 1 },
    'r',
  ])('refuses the root %j, which could break out of the tag', (root) => {
    expect(registry.write({ message: 'REMITTable1_V3', root, document: {} }).kind).toBe('refused');
  });
});

describe('telling messages apart', () => {
  it('names the known messages where the namespace is not known', () => {
    const { message, json, findings } = registry.read(utf8('<Document xmlns="urn:other"/>'));
    expect([message, json]).toEqual([undefined, undefined]);
    expect(findings).toMatchObject([{ rule: 'xml.namespace', severity: 'error', fix: expect.stringContaining('REMITTable1_V3') }]);
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'xml.doctype'],
    ['<a>', 'xml.not-well-formed'],
    ['', 'xml.not-well-formed'],
    ['{"a": 1}', 'xml.not-well-formed'],
  ])('refuses %j with %s', (text, rule) => {
    expect(registry.read(utf8(text)).findings).toMatchObject([{ layer: 'schema', rule, severity: 'error' }]);
  });

  it('knows another root of the same namespace as wrong', () => {
    const { findings } = registry.read(utf8('<Other xmlns="http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd"/>'));
    expect(findings).toMatchObject([{ rule: 'xsd.root' }]);
  });
});
