import { afterAll, describe, expect, it } from 'vitest';
import {
  createDifferential,
  DIFFERENTIAL_RUNS,
  DIFFERENTIAL_TIMEOUT_MS,
  isOfficialInstalled,
} from '../../xml/differential.test-support.ts';
import type { XmlValue } from '../../xml/document-type.ts';
import { listFields } from '../../xml/list-fields.ts';
import { arbitraryDocument } from '../remit-table1-v3/arbitrary-document.test-support.ts';
import { REMIT_TABLE2_V1 } from './schema.ts';

const INSTALLED = isOfficialInstalled('REMITTable2_V1');
const differential = createDifferential(REMIT_TABLE2_V1, 'REMITTable2_V1');

/** Values that each type of Table 2 takes where it differs from Table 1, written down by hand from the facets in the XSD. */
const POOLS = {
  gln: ['1234567890123', 'abc_DEF_90123'],
  contractIdType: ['NA', 'a:b_c-D', 'C'.repeat(100)],
  restrictedString: ['TTF DA - x_1', ' ', 'I'.repeat(150)],
  priceFormulaType: ['', '0.5 * TTF + 3 < 40 & > 2', 'é'.repeat(1000), '𝄞'.repeat(1000)],
  extraType: ['k==v;l==1', 'key==1.5;other==12;third==abc', 'größe==12;b==c'],
};
const documents = arbitraryDocument(REMIT_TABLE2_V1.root, { repeatsMax: 2, pools: POOLS });

afterAll(() => differential[Symbol.dispose]());

function withEmptySettlement(document: XmlValue): XmlValue {
  const copy = structuredClone(document);
  const list = typeof copy === 'object' ? copy['TradeList'] : undefined;
  const records = typeof list === 'object' && !Array.isArray(list) ? list['nonStandardContractReport'] : [];
  if (Array.isArray(records)) for (const record of records) if (typeof record === 'object') record['settlementMethod'] = '';
  return copy;
}

describe('the schema model of Table 2', () => {
  it('writes any document with any element so that all three validators accept it, and reads it back equal', () => {
    differential.expectRoundTrip(documents, 100);
  });

  it.skipIf(!INSTALLED)(
    'agrees with the official schema on every mutation of such documents (skipped: not installed)',
    () => {
      const refused = differential.expectAgreement(documents, DIFFERENTIAL_RUNS);
      // A mutation that never breaks anything would prove nothing, and one that always does neither.
      expect(refused).toBeGreaterThan(DIFFERENTIAL_RUNS / 6);
      expect(refused).toBeLessThan(DIFFERENTIAL_RUNS);
    },
    DIFFERENTIAL_TIMEOUT_MS,
  );

  it('takes an empty settlement method for physical, as the official schema does', () => {
    differential.expectRoundTrip(
      documents.map((document) => withEmptySettlement(document)),
      20,
    );
  });

  it('lists its fields with the numbers 1 to 45, but for those that are the code types of another', () => {
    const numbers = new Set(listFields(REMIT_TABLE2_V1).map((row) => row.number));
    const missing = Array.from({ length: 45 }, (_, index) => String(index + 1)).filter((number) => !numbers.has(number));
    expect(missing).toEqual(['2', '4', '6', '8']);
  });
});
