import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { afterAll, describe, expect, it, test } from 'vitest';
import { LUMIERE, RHEINSTROM } from '../../test/support/invoice-samples.ts';
import type { LegalEntity } from '../../domain/party/party.ts';
import { allocateStatement, statementSums } from '../../domain/settlement/bank-statement.ts';
import { businessDate } from '../../domain/time/business-date.ts';
import { readCamt053 } from '../templates/camt-053/read-camt-053.ts';
import { CAMT_053 } from '../templates/camt-053/schema.ts';
import { PAIN_001 } from '../templates/pain-001/schema.ts';
import { type PaymentOrder, type PaymentParty, writePain001 } from '../templates/pain-001/write-pain-001.ts';
import { readPain002 } from '../templates/pain-002/read-pain-002.ts';
import { PAIN_002 } from '../templates/pain-002/schema.ts';
import { generateXsd } from '../xml/generate-xsd.ts';
import { validateBytes } from '../xml/official-xsd.ts';
import { createMessageRegistry } from '../xml/read-any.ts';
import type { MessageSchema } from '../xml/schema-model.ts';
import { isSepaIdentifier, sepaText } from './sepa-text.ts';

const SCHEMA_DIR = process.env['SCHEMA_DIR'] ?? '../shared/schemas';
const fileOf = (message: string): string => join(SCHEMA_DIR, 'iso20022', `${message}.reconstructed.xsd`);
const INSTALLED = existsSync(fileOf('pain.001.001.09'));

const registry = createMessageRegistry();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const validators = new Map<string, XsdValidator>();

afterAll(() => {
  for (const validator of validators.values()) validator.dispose();
});

function isValidBy(kind: 'generated' | 'installed', schema: MessageSchema, xml: string): boolean {
  const key = `${kind} ${schema.name}`;
  const xsd = (): string => (kind === 'generated' ? generateXsd(schema) : readFileSync(fileOf(schema.name), 'utf8'));
  const validator = validators.get(key) ?? XsdValidator.fromDoc(XmlDocument.fromString(xsd()));
  validators.set(key, validator);
  return validateBytes(validator, utf8(xml)).kind === 'valid';
}

function party(entity: LegalEntity): PaymentParty {
  const { name, address, lei, iban, bic } = entity;
  return { name, lei, iban: iban ?? '', address, ...(bic === undefined ? {} : { bic }) };
}

function order(changes: Partial<PaymentOrder> = {}): PaymentOrder {
  const creditor = party(LUMIERE);
  return {
    messageId: 'PAY-2027-02-A',
    createdAt: '2027-02-19T09:00:00.000Z',
    executionOn: businessDate('2027-02-22'),
    debtor: party(RHEINSTROM),
    transfers: [
      { endToEndId: 'NET202702A', amount: '150000.00', creditor, remittance: { creditorReference: 'RF72NET202702A' }, purpose: 'ELEC' },
      { endToEndId: 'NET202702B', amount: '62300.50', creditor, remittance: { text: 'Abrechnung Février – Köln' } },
    ],
    ...changes,
  };
}

function written(changes: Partial<PaymentOrder> = {}): Extract<ReturnType<typeof writePain001>, { kind: 'written' }> {
  const writing = writePain001(order(changes));
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.issues));
  return writing;
}

const amount = (value: string): string => `<Amt Ccy="EUR">${value}</Amt>`;
const balance = (code: string, value: string): string =>
  `<Bal>\n<Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>\n${amount(value)}\n<CdtDbtInd>CRDT</CdtDbtInd>\n<Dt><Dt>2027-02-22</Dt></Dt>\n</Bal>`;
const entry = (input: { ref: string; value: string; side: 'CRDT' | 'DBIT'; details?: string }): string =>
  `<Ntry>\n${amount(input.value)}\n<CdtDbtInd>${input.side}</CdtDbtInd>\n<Sts><Cd>BOOK</Cd></Sts>\n<BookgDt><Dt>2027-02-22</Dt></BookgDt>\n<AcctSvcrRef>${input.ref}</AcctSvcrRef>\n<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>\n${input.details ?? ''}\n</Ntry>`;
const details = (id: string, value: string, more = ''): string =>
  `<TxDtls>\n<Refs><EndToEndId>${id}</EndToEndId></Refs>\n${amount(value)}\n<CdtDbtInd>DBIT</CdtDbtInd>\n${more}\n</TxDtls>`;

/** The statement of case A24. */
const STATEMENT = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-02-23T06:00:00+01:00</CreDtTm></GrpHdr>
<Stmt><Id>S7</Id><ElctrncSeqNb>7</ElctrncSeqNb>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
${balance('OPBD', '1000000.00')}
${balance('CLBD', '1109975.00')}
<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>322300.50</Sum></TtlCdtNtries><TtlDbtNtries><Sum>212325.50</Sum></TtlDbtNtries></TxsSummry>
${entry({ ref: 'E1', value: '260000.00', side: 'CRDT' })}
${entry({ ref: 'E2', value: '25.00', side: 'DBIT' })}
${entry({ ref: 'E3', value: '212300.50', side: 'DBIT', details: `<NtryDtls>${details('NET202702A', '150000.00')}${details('NET202702B', '62300.50')}</NtryDtls>` })}
${entry({ ref: 'E4', value: '62300.50', side: 'CRDT', details: `<NtryDtls>${details('NET202702B', '62300.50', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>')}</NtryDtls>` })}
</Stmt></BkToCstmrStmt></Document>
`;

const STATUS = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2027-02-22T10:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>PAY-2027-02-A</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>PAY-2027-02-A</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>NET202702A</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>NET202702B</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
`;

function read(xml: string): ReturnType<typeof registry.read> & { json: object } {
  const reading = registry.read(utf8(xml));
  if (reading.json === undefined) throw new Error(JSON.stringify(reading.findings));
  return { ...reading, json: reading.json };
}

describe('pain.001', () => {
  it('is valid, counts two and sums 212300.50 (case A24), with structured addresses in the characters of SEPA', () => {
    const { xml, numberOfTransactions, controlSum } = written();
    expect([numberOfTransactions, controlSum]).toEqual([2, '212300.50']);
    expect(registry.read(utf8(xml))).toMatchObject({ message: 'pain.001.001.09', findings: [] });
    expect(isValidBy('generated', PAIN_001, xml)).toBe(true);
    expect(xml).toContain('<StrtNm>Gereonstrasse 12</StrtNm>');
    expect(xml).toContain('<TwnNm>Koeln</TwnNm>');
    expect(xml).toContain('<Nm>Energies Lumiere SA</Nm>');
    expect(xml).toContain('<Ustrd>Abrechnung Fevrier - Koeln</Ustrd>');
    expect(xml).not.toContain('AdrLine');
    expect(written().sha256).toBe(written().sha256);
  });

  it('says where a control sum of another’s file is wrong', () => {
    const { findings } = registry.read(utf8(written().xml.replaceAll('<CtrlSum>212300.50<', '<CtrlSum>212300.51<')));
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'pain.CtrlSum /Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum',
      'pain.CtrlSum /Document/CstmrCdtTrfInitn/PmtInf[1]/CtrlSum',
    ]);
  });

  const [first] = order().transfers;
  if (first === undefined) throw new Error('the order has a transfer');
  test.each<[string, Partial<PaymentOrder>, string]>([
    ['a closed day', { executionOn: businessDate('2027-03-26') }, '/executionOn payment.closedDay'],
    ['no transfer', { transfers: [] }, '/transfers payment.count'],
    ['an IBAN with wrong digits', { debtor: { ...party(RHEINSTROM), iban: 'DE88370400440532013000' } }, '/debtor/iban iban.checkDigits'],
    ['an id with two slashes', { transfers: [{ ...first, endToEndId: 'A//B' }] }, '/transfers/0/endToEndId payment.identifier'],
    ['an id twice', { transfers: [first, first] }, '/transfers/1/endToEndId payment.identifierTwice'],
    ['nothing to pay', { transfers: [{ ...first, amount: '0.00' }] }, '/transfers/0/amount payment.amount'],
    ['parts of a cent', { transfers: [{ ...first, amount: '1.005' }] }, '/transfers/0/amount payment.amount'],
    ['no town', { debtor: { ...party(RHEINSTROM), address: { city: ' ', country: 'DE' } } }, '/debtor/address payment.address'],
    [
      'a wrong reference',
      { transfers: [{ ...first, remittance: { creditorReference: 'RF00X' } }] },
      '/transfers/0/remittance/creditorReference payment.creditorReference',
    ],
  ])('refuses %s', (_name, changes, expected) => {
    const writing = writePain001(order(changes));
    expect(writing.kind === 'refused' ? writing.issues.map(({ field, code }) => `${field} ${code}`) : []).toEqual([expected]);
  });
});

describe('camt.053', () => {
  it('reads the statement of case A24 to balances that add up and a payment that came back', () => {
    const { json, findings } = read(STATEMENT);
    expect(findings).toEqual([]);
    const [reading] = readCamt053('document' in json ? (json.document as Parameters<typeof readCamt053>[0]) : {});
    if (reading?.kind !== 'read') throw new Error('the statement is read');
    const { credits, debits } = statementSums(reading.statement);
    expect([reading.statement.closing, credits.toFixed(2), debits.toFixed(2)]).toEqual(['1109975', '322300.50', '212325.50']);
    const items = ['NET202702A', 'NET202702B'].map(
      (id) => ({ id, side: 'payable', references: [id], open: id.endsWith('A') ? '150000.00' : '62300.50' }) as const,
    );
    const kinds = allocateStatement({ statement: reading.statement, items, booked: new Set() }).map(({ kind }) => kind);
    expect(kinds).toEqual(['unknown', 'unknown', 'paid', 'paid', 'returned']);
  });

  it.each([
    ['<Sum>322300.50<', '<Sum>322300.51<', 'camt.controlSum'],
    ['>1109975.00<', '>1109975.01<', 'camt.balance'],
    ['<Cd>CLBD<', '<Cd>CLAV<', 'camt.balanceMissing'],
    ['>150000.00<', '>150000.01<', 'camt.batchSum'],
  ])('with %s turned to %s is refused with %s', (from, to, rule) => {
    expect(registry.read(utf8(STATEMENT.replace(from, to))).findings.map((finding) => finding.rule)).toEqual([rule]);
  });
});

test('pain.002 gives every transaction its status, meaning and reasons', () => {
  const { json } = read(STATUS);
  const report = readPain002('document' in json ? (json.document as Parameters<typeof readPain002>[0]) : {});
  expect(report).toMatchObject({ originalMessageId: 'PAY-2027-02-A', groupMeaning: 'partly' });
  expect(report.transactions).toEqual([
    { endToEndId: 'NET202702A', status: 'ACSC', meaning: 'settled', reasons: [] },
    { endToEndId: 'NET202702B', status: 'RJCT', meaning: 'rejected', reasons: ['AC04'] },
  ]);
});

describe('our models and the installed schemas', () => {
  const samples = [
    [PAIN_001, written({ isInstant: true }).xml],
    [PAIN_002, STATUS],
    [CAMT_053, STATEMENT],
  ] as const;
  const values = ['', 'x', 'CRDT', 'EUR', '-1', '1.5', '1.123456', '2027-02-30', '2027-02-22', 'A'.repeat(141), 'true', 'DE89'];

  it.skipIf(!INSTALLED).each(samples)('agree on every mutation of a %s (skipped: not installed)', (schema, xml) => {
    expect([isValidBy('installed', schema, xml), isValidBy('generated', schema, xml)]).toEqual([true, true]);
    const lines = xml.replace(/></g, '>\n<').split('\n');
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom('delete', 'repeat', 'value', 'rename'), fc.nat(), fc.constantFrom(...values), (kind, at, value) => {
        const mutated = mutate({ lines, kind, at: 2 + (at % (lines.length - 2)), value });
        const installed = isValidBy('installed', schema, mutated);
        if (!installed) refused += 1;
        const ours = registry.read(utf8(mutated)).json !== undefined;
        expect({ mutated, ours, generated: isValidBy('generated', schema, mutated) }).toEqual({
          mutated,
          ours: installed,
          generated: installed,
        });
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(20);
    expect(refused).toBeLessThan(150);
  });
});

function mutate(input: { lines: readonly string[]; kind: string; at: number; value: string }): string {
  const lines = [...input.lines];
  const line = lines[input.at] ?? '';
  if (input.kind === 'delete') lines.splice(input.at, 1);
  else if (input.kind === 'repeat') lines.splice(input.at, 0, line);
  else if (input.kind === 'rename') lines[input.at] = line.replace(/<(\/?)(\w+)/g, '<$1$2x');
  else lines[input.at] = line.replace(/>[^<]*<\//, () => `>${input.value}</`);
  return lines.join('\n');
}

test('text for banks keeps to their characters', () => {
  expect(sepaText('Ünłütz & Söhne, Łódź – “Größe” 5 €')).toBe('Uenluetz + Soehne, Lodz - .Groesse. 5 EUR');
  expect(['A/B', '/A', 'A/', 'A//B', 'A'.repeat(36), 'Ä'].map(isSepaIdentifier)).toEqual([true, false, false, false, false, false]);
});
