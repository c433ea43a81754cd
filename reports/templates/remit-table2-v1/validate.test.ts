import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMessageRegistry } from '../../xml/read-any.ts';
import { TABLE2_APPLICABILITY } from './applicability.ts';
import { remitTable2Fields } from './fields.ts';

const golden = (name: string): string => readFileSync(new URL(`../../../test/golden/remit-table2/${name}.xml`, import.meta.url), 'utf8');
const INDEXED = golden('framework-power-indexed');
const OPTIONAL = golden('framework-gas-optional');

const plain = createMessageRegistry();

function findingsOf(xml: string, registry = plain): readonly string[] {
  return registry
    .read(new TextEncoder().encode(xml))
    .findings.map(({ layer, rule, field, severity }) => `${layer} ${rule} ${field ?? '-'} ${severity}`);
}

/** Takes every element of a name and all inside it out. */
function without(xml: string, name: string): string {
  const changed = xml.replace(new RegExp(`\\s*<${name}>[^]*?</${name}>`, 'g'), '');
  expect(changed).not.toBe(xml);
  return changed;
}

function replaced(xml: string, from: string, to: string): string {
  expect(xml).toContain(from);
  return xml.replace(from, to);
}

/** A second record after the first, as its copy with another number and contract. */
function withSecond(xml: string, change: (record: string) => string): string {
  const record = /<nonStandardContractReport>[^]*<\/nonStandardContractReport>/.exec(xml)?.[0] ?? '';
  const second = replaced(replaced(record, '<RecordSeqNumber>1<', '<RecordSeqNumber>2<'), 'FRAME-2027-01', 'FRAME-2027-02');
  return xml.replace('</TradeList>', () => `${change(second)}</TradeList>`);
}

describe('what TRUM asks of a non-standard contract', () => {
  it('is the mandatory fields 1 to 6, 9 to 14, 31 and 41 to 45; all others depend', () => {
    const mandatory = TABLE2_APPLICABILITY.filter(({ applicability }) => applicability === 'M').flatMap(({ fields }) => fields.map(Number));
    expect(mandatory).toEqual([1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 31, 41, 42, 43, 44, 45]);
    const all = TABLE2_APPLICABILITY.flatMap(({ fields }) => fields.map(Number)).toSorted((a, b) => a - b);
    // 5 and 6 are the reporting entity of the file.
    expect(all).toEqual(Array.from({ length: 45 }, (_, index) => index + 1).filter((field) => field !== 5 && field !== 6));
  });

  it('makes the load type mandatory although the schema does not', () => {
    expect(findingsOf(without(INDEXED, 'loadType'))).toEqual(['applicability trum.44.mandatory 44 error']);
  });

  it.each(TABLE2_APPLICABILITY.filter(({ applicability, element }) => applicability === '*' && OPTIONAL.includes(`<${element}>`)))(
    'does without <$element>',
    ({ element }) => {
      const errors = findingsOf(without(OPTIONAL, element)).filter((finding) => finding.endsWith('error'));
      expect(errors).toEqual([]);
    },
  );
});

describe('the rules on non-standard contracts', () => {
  it.each([
    ['nothing wrong', INDEXED, []],
    ['nothing wrong with options', OPTIONAL, []],
    ['neither price nor index', without(without(INDEXED, 'priceOrPriceFormula'), 'fixingIndexDetails'), ['rule trum.15.price 15 warning']],
    ['no price but an index', without(INDEXED, 'priceOrPriceFormula'), []],
    ['notional amount zero', replaced(OPTIONAL, '>13030500<', '>0.00<'), ['rule trum.16.zeroNotional 16 warning']],
    ['reversed interval', replaced(OPTIONAL, '<endDate>2027-03-31', '<endDate>2026-03-31'), ['rule trum.23.order 23 error']],
    ['reversed fixing dates', replaced(INDEXED, '<lastFixingDate>2027', '<lastFixingDate>2025'), ['rule trum.29.order 29 error']],
    ['an option without a word about it', without(OPTIONAL, 'optionDetails'), ['rule trum.32.option 32 warning']],
    [
      'reversed exercise dates',
      replaced(OPTIONAL, '<optionLastExerciseDate>2027', '<optionLastExerciseDate>2025'),
      ['rule trum.35.order 35 error'],
    ],
    ['reversed delivery', replaced(INDEXED, '<deliveryEndDate>2027', '<deliveryEndDate>2026'), ['rule trum.43.order 43 error']],
    ['wrong EIC', replaced(INDEXED, '10YDE-RWENET---I', '10YDE-RWENET---J'), ['rule eic.checkCharacter 41 warning']],
    ['a party as delivery point', replaced(INDEXED, '10YDE-RWENET---I', '11XRWETRADING--0'), ['rule trum.41.kind 41 warning']],
    ['wrong LEI', replaced(OPTIONAL, '549300FR3U1PB1Y6LV13', '549300FR3U1PB1Y6LV31'), ['rule lei.checkDigits 3 warning']],
  ])('%s', (_name, xml, expected) => {
    expect(findingsOf(xml)).toEqual(expected);
  });

  it('use the lists of delivery points and parties where they are at hand', () => {
    const registry = createMessageRegistry({
      remit: { acceptedDeliveryPoints: new Set(['10YNL----------L']), registeredParties: new Set(['B0000104M.DE']) },
    });
    expect(findingsOf(replaced(INDEXED, 'C0643778W.EU', 'ACERNONMP.EU'), registry)).toEqual([
      'rule aris.registeredParty 1 error',
      'rule aris.acceptedEic 41 error',
    ]);
  });

  it('refuse one contract reported as new twice', () => {
    const twice = withSecond(INDEXED, (record) => record.replace('FRAME-2027-02', 'FRAME-2027-01'));
    expect(findingsOf(twice)).toEqual(['rule trum.11.duplicate 11 error']);
  });
});

describe('a file with a broken record', () => {
  it('has its other records judged all the same, and the broken one by the schema alone', () => {
    const broken = replaced(INDEXED, '<actionType>N<', '<actionType>Q<');
    expect(findingsOf(withSecond(broken, (record) => without(record.replace('>Q<', '>N<'), 'loadType')))).toEqual([
      'schema xsd.enumeration 45 error',
      'applicability trum.44.mandatory 44 error',
    ]);
  });

  it('never stops the judge, whichever element is taken out', () => {
    const names = [...new Set([...OPTIONAL.matchAll(/<(\w+)>/g)].map(([, name]) => name ?? ''))];
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) expect(findingsOf(without(OPTIONAL, name)).length, name).toBeGreaterThanOrEqual(0);
  });
});

describe('the list of fields', () => {
  it('has number, format, applicability and source of each', () => {
    expect(remitTable2Fields().find((row) => row.number === '41')).toEqual({
      number: '41',
      name: 'Delivery point or zone',
      path: '/REMITTable2/TradeList/nonStandardContractReport/deliveryPointOrZone',
      format: 'string: an EIC of 16 characters, e.g. 10YNL----------L',
      cardinality: '1..n',
      source: expect.stringContaining('REMITTable2_V1.xsd'),
      applicability: { contract: 'M' },
    });
    expect(remitTable2Fields().filter((row) => row.number === '5' && row.applicability?.contract === 'M').length).toBe(5);
  });
});
