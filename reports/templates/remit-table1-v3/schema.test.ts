import { afterAll, describe, expect, it } from 'vitest';
import {
  createDifferential,
  DIFFERENTIAL_RUNS,
  DIFFERENTIAL_TIMEOUT_MS,
  isOfficialInstalled,
} from '../../xml/differential.test-support.ts';
import { listFields } from '../../xml/list-fields.ts';
import { arbitraryDocument } from './arbitrary-document.test-support.ts';
import { REMIT_TABLE1_V3 } from './schema.ts';

const INSTALLED = isOfficialInstalled('REMITTable1_V3');
const differential = createDifferential(REMIT_TABLE1_V3, 'REMITTable1_V3');
const documents = arbitraryDocument(REMIT_TABLE1_V3.root, { repeatsMax: 2 });

afterAll(() => differential[Symbol.dispose]());

describe('the schema model of Table 1', () => {
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

  it('lists its fields with the numbers 1 to 58, but for those that are codes or roles of another', () => {
    const numbers = new Set(listFields(REMIT_TABLE1_V3).map((row) => row.number));
    const missing = Array.from({ length: 58 }, (_, index) => String(index + 1)).filter((number) => !numbers.has(number));
    // 2, 5, 7 and 9 are the code types of 1, 4, 6 and 8: the element chosen says them.
    expect(missing).toEqual(['2', '5', '7', '9']);
  });
});
