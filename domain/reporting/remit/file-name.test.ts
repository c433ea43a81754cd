import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDate } from '../../time/business-date.ts';
import { FILE_SEQUENCE_MAX, REMIT_FILE_SCHEMAS, parseRemitFileName, remitFileName } from './file-name.ts';

describe('names of REMIT files', () => {
  it('builds the name of the published example', () => {
    const name = remitFileName({ date: businessDate('2026-08-01'), schema: 'REMITTable1_V3', acerCode: 'A0045821W.IT', sequence: 1 });
    expect(name).toBe('20260801_REMITTable1_V3_A0045821W.IT_1.xml');
  });

  it('takes apart what it builds', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...REMIT_FILE_SCHEMAS), fc.integer({ min: 1, max: FILE_SEQUENCE_MAX }), (day, schema, sequence) => {
        const parts = { date: businessDate(day.toISOString().slice(0, 10)), schema, acerCode: 'B0000104M.DE', sequence };
        expect(parseRemitFileName(remitFileName(parts))).toEqual(parts);
      }),
    );
  });

  it.each([
    '20260801_REMITTable1_V3_A0045821W.IT_1.xml.asc.pgp',
    '20260230_REMITTable1_V3_A0045821W.IT_1.xml',
    '20260801_REMITTable1_V2_A0045821W.IT_1.xml',
    '20260801_REMITTable1_V3_A0045821W_1.xml',
    '20260801_REMITTable1_V3_A0045821W.IT_01.xml',
    '20260801_REMITTable1_V3_A0045821W.IT_.xml',
    '../20260801_REMITTable1_V3_A0045821W.IT_1.xml',
    '',
  ])('does not know %j', (name) => {
    expect(parseRemitFileName(name)).toBeUndefined();
  });

  it('refuses a sender or number that would break the grammar', () => {
    const good = { date: businessDate('2026-08-01'), schema: 'REMITTable1_V3', acerCode: 'A0045821W.IT', sequence: 1 } as const;
    expect(() => remitFileName({ ...good, acerCode: 'A_45821WX.IT' })).toThrow();
    for (const sequence of [0, 1.5, FILE_SEQUENCE_MAX + 1]) expect(() => remitFileName({ ...good, sequence })).toThrow();
  });
});
