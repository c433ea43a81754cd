import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOfficialSchemas, OFFICIAL_SCHEMAS, missingOfficialSchemas } from './official-xsd.ts';

const SCHEMA_DIR = process.env['SCHEMA_DIR'] ?? '../shared/schemas';
const INSTALLED = existsSync(join(SCHEMA_DIR, OFFICIAL_SCHEMAS.REMITTable1_V3.file));
const golden = (): Uint8Array => readFileSync(new URL('../../test/golden/remit-table1/venue-power-base-month.xml', import.meta.url));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('official schemas', () => {
  it.skipIf(!INSTALLED)('accept a valid file and name the element of a broken one (skipped: not installed)', () => {
    using schemas = createOfficialSchemas({ schemaDir: SCHEMA_DIR });
    expect(schemas.validate({ schema: 'REMITTable1_V3', bytes: golden() })).toEqual({ kind: 'valid' });
    const broken = new TextDecoder().decode(golden()).replace('<price>85.25</price>', '<price>85.123456</price>');
    expect(schemas.validate({ schema: 'REMITTable1_V3', bytes: utf8(broken) })).toMatchObject({
      kind: 'invalid',
      findings: [
        {
          rule: 'official.xsd',
          path: '/REMITTable1/TradeList/TradeReport/priceDetails/price',
          message: expect.stringContaining('fractionDigits'),
        },
      ],
    });
  });

  it.skipIf(!INSTALLED)('refuse a DOCTYPE and what is not well-formed (skipped: not installed)', () => {
    using schemas = createOfficialSchemas({ schemaDir: SCHEMA_DIR });
    expect(schemas.validate({ schema: 'REMITTable1_V3', bytes: utf8('<!DOCTYPE a><a/>') })).toMatchObject({
      kind: 'invalid',
      findings: [{ rule: 'official.doctype' }],
    });
    expect(schemas.validate({ schema: 'REMITTable1_V3', bytes: utf8('<a>') })).toMatchObject({
      kind: 'invalid',
      findings: [{ rule: 'official.parse' }],
    });
  });

  it('are not installed where there is no folder or no file', () => {
    expect(createOfficialSchemas({}).validate({ schema: 'REMITTable1_V3', bytes: golden() }).kind).toBe('not-installed');
    expect(createOfficialSchemas({ schemaDir: '/nonexistent' }).validate({ schema: 'REMITTable1_V3', bytes: golden() }).kind).toBe(
      'not-installed',
    );
    expect(missingOfficialSchemas({ schemaDir: '/nonexistent' })).toEqual([
      '/nonexistent/remit/REMITTable1_V3.xsd does not exist.',
      '/nonexistent/remit/REMITTable2_V1.xsd does not exist.',
    ]);
  });

  it('refuse to work with a file that is not the pinned one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
    try {
      mkdirSync(join(folder, 'remit'));
      writeFileSync(join(folder, OFFICIAL_SCHEMAS.REMITTable1_V3.file), '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>');
      expect(() => createOfficialSchemas({ schemaDir: folder }).validate({ schema: 'REMITTable1_V3', bytes: golden() })).toThrow(
        expect.objectContaining({ code: 'schema-pin-mismatch' }),
      );
      expect(() => missingOfficialSchemas({ schemaDir: folder })).toThrow(/Install that one, or point SCHEMA_DIR elsewhere\.$/);
      if (!INSTALLED) return;
      copyFileSync(join(SCHEMA_DIR, OFFICIAL_SCHEMAS.REMITTable1_V3.file), join(folder, OFFICIAL_SCHEMAS.REMITTable1_V3.file));
      expect(createOfficialSchemas({ schemaDir: folder }).validate({ schema: 'REMITTable1_V3', bytes: golden() }).kind).toBe('valid');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
