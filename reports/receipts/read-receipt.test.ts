import { describe, expect, it } from 'vitest';
import { RECEIPT_READ_BYTES_MAX, readReceipt } from './read-receipt.ts';

const FILE = '20260902_REMITTable1_V3_A0001234X.DE_1.xml';
const SHA = 'a'.repeat(64);
const ARIS = 'http://www.acer.europa.eu/REMIT/REMITReceiptSchema_V1.xsd';

function pipe(input: { status?: string; attributes?: string; reasons?: string; prolog?: string } = {}): string {
  const attributes = input.attributes ?? `OriginalReferenceNumber="${FILE}" CreationDate="2026-09-02T08:00:00Z"`;
  return `${input.prolog ?? '<?xml version="1.0" encoding="UTF-8"?>'}<PIPEFunctionalAcknowledgement xmlns="urn:XML-PIPE" Status="${input.status ?? 'Accept'}" ${attributes}>${input.reasons ?? ''}</PIPEFunctionalAcknowledgement>`;
}

function aris(input: { technical?: string; records?: string; file?: string; head?: string; namespace?: string } = {}): string {
  return `<REMITReceipt xmlns="${input.namespace ?? ARIS}">${input.head ?? '<messageId>M1</messageId><issuedAt>2026-09-02T10:00:00+02:00</issuedAt>'}
<file>${input.file ?? `<fileName>${FILE}</fileName><sha256>${SHA}</sha256><technicalStatus>${input.technical ?? 'Accepted'}</technicalStatus>`}</file>
<records>${input.records ?? record(1, 'Accepted')}</records></REMITReceipt>`;
}

function record(seq: number | string, status: string, errors = ''): string {
  return `<record><RecordSeqNumber>${seq}</RecordSeqNumber><status>${status}</status>${errors}</record>`;
}

const ERROR = '<error><ruleId>2BCDPTR2</ruleId><errorCode>R2CDPRCMTSP</errorCode><text>no price</text></error>';

function read(text: string) {
  return readReceipt(new Uint8Array(Buffer.from(text, 'utf8')));
}

describe('a functional acknowledgement of the RRM', () => {
  it('is read with file, status, time and an id made of them', () => {
    expect(read(pipe())).toEqual({
      kind: 'read',
      receipt: {
        fileName: FILE,
        stage: 'rrm',
        status: 'accepted',
        issuedAt: '2026-09-02T08:00:00.000Z',
        messageId: `PIPEFunctionalAcknowledgement:${FILE}:2026-09-02T08:00:00.000Z`,
        findings: [],
      },
    });
  });

  it('has a finding for each reason, with error number and record where the text begins with them', () => {
    const reasons = '<Reason><ReasonText>RRM-111 record 2: not on the list</ReasonText></Reason><ReasonText>something else</ReasonText>';
    expect(read(pipe({ status: 'Partial', reasons }))).toMatchObject({
      receipt: {
        status: 'partial',
        findings: [
          { status: 'rejected', errorCode: 'RRM-111', recordSeq: 2, text: 'not on the list' },
          { status: 'rejected', text: 'something else' },
        ],
      },
    });
  });

  it('rejects without a reason too', () => {
    expect(read(pipe({ status: 'Reject' }))).toMatchObject({ receipt: { status: 'rejected', findings: [{ status: 'rejected' }] } });
  });

  it('is read under any prefix of its namespace', () => {
    const text = pipe().replace('<PIPE', '<p:PIPE').replace('</PIPE', '</p:PIPE').replace('xmlns=', 'xmlns:p=');
    expect(read(text).kind).toBe('read');
  });

  it.each([
    ['no Status', pipe().replace('Status="Accept"', '')],
    ['a Status of its own', pipe({ status: 'accept' })],
    ['a Status named like a method', pipe({ status: 'toString' })],
    ['no file', pipe({ attributes: 'CreationDate="2026-09-02T08:00:00Z"' })],
    ['a path for a file', pipe({ attributes: 'OriginalReferenceNumber="../../etc/passwd" CreationDate="2026-09-02T08:00:00Z"' })],
    ['no time', pipe({ attributes: `OriginalReferenceNumber="${FILE}"` })],
    ['a time without zone', pipe({ attributes: `OriginalReferenceNumber="${FILE}" CreationDate="2026-09-02T08:00:00"` })],
    ['a day that does not exist', pipe({ attributes: `OriginalReferenceNumber="${FILE}" CreationDate="2026-13-02T08:00:00Z"` })],
    ['an empty reason', pipe({ status: 'Reject', reasons: '<ReasonText> </ReasonText>' })],
  ])('is incomplete with %s', (_name, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: 'incomplete' });
  });
});

describe("the regulator's receipt", () => {
  it('is read with the hash it judged and an outcome for every record, values as text', () => {
    const records = record(1, 'Accepted') + record(2, 'Rejected', ERROR + ERROR.replace('no price', '007'));
    expect(read(aris({ records }))).toEqual({
      kind: 'read',
      receipt: {
        fileName: FILE,
        judgedSha256: SHA,
        stage: 'aris',
        status: 'partial',
        issuedAt: '2026-09-02T08:00:00.000Z',
        messageId: 'M1',
        findings: [
          { recordSeq: 1, status: 'accepted', text: 'accepted' },
          { recordSeq: 2, status: 'rejected', ruleId: '2BCDPTR2', errorCode: 'R2CDPRCMTSP', text: 'no price' },
          { recordSeq: 2, status: 'rejected', ruleId: '2BCDPTR2', errorCode: 'R2CDPRCMTSP', text: '007' },
        ],
      },
    });
  });

  it('is rejected where the file is, whatever the records', () => {
    const file = `<fileName>${FILE}</fileName><technicalStatus>Rejected</technicalStatus>${ERROR}`;
    expect(read(aris({ file, records: '' }))).toMatchObject({ receipt: { status: 'rejected', findings: [{ ruleId: '2BCDPTR2' }] } });
  });

  it.each([
    ['no record at all', aris({ records: '' })],
    ['a record without an outcome', aris({ records: '<record><RecordSeqNumber>1</RecordSeqNumber></record>' })],
    ['a record without a number', aris({ records: '<record><status>Accepted</status></record>' })],
    ['record number 0', aris({ records: record(0, 'Accepted') })],
    ['record number 1e3', aris({ records: record('1e3', 'Accepted') })],
    ['two outcomes of one record', aris({ records: record(1, 'Accepted') + record(1, 'Rejected') })],
    ['two outcomes in one record', aris({ records: record(1, 'Accepted').replace('</record>', '<status>Rejected</status></record>') })],
    ['an accepted record with an error', aris({ records: record(1, 'Accepted', ERROR) })],
    ['an accepted record in a rejected file', aris({ technical: 'Rejected' })],
    ['no file', aris().replace(/<file>[\s\S]*<\/file>/, '')],
    [
      'two files',
      aris().replace('<records>', `<file><fileName>${FILE}</fileName><technicalStatus>Accepted</technicalStatus></file><records>`),
    ],
    ['no id', aris({ head: '<issuedAt>2026-09-02T10:00:00Z</issuedAt>' })],
    ['a hash that is none', aris().replace(SHA, 'zz')],
    ['another root', aris().replaceAll('REMITReceipt>', 'Receipt>').replace('<REMITReceipt ', '<Receipt ')],
    ['its fields in no namespace', aris().replace('<file>', '<file xmlns="">')],
  ])('is incomplete with %s', (_name, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: 'incomplete' });
  });
});

describe('the attack corpus', () => {
  const doctypes: readonly [string, string][] = [
    ['an external entity from a file', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ['an external entity from the network', '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>'],
    ['a parameter entity', '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>'],
    ['an external DTD', '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">'],
    ['a DTD that defines nothing', '<!DOCTYPE r>'],
    ['a DOCTYPE in lower case', '<!doctype r>'],
    [
      'billion laughs',
      `<!DOCTYPE r [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, n) => `<!ENTITY a${n} "${'&a;'.repeat(10)}">`).join('')}]>`,
    ],
    ['quadratic blow-up', `<!DOCTYPE r [<!ENTITY a "${'x'.repeat(50_000)}">]>`],
    ['a DOCTYPE in a comment', '<!-- <!DOCTYPE r> -->'],
  ];
  it.each(doctypes)('refuses %s before parsing', (_name, doctype) => {
    expect(read(pipe({ prolog: `<?xml version="1.0"?>${doctype}` }))).toMatchObject({ kind: 'unreadable', reason: 'doctype' });
  });

  const utf16 = (text: string, bigEndian: boolean): Uint8Array => {
    const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
    return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
  };
  const malformed: readonly [string, Uint8Array | string][] = [
    ['nothing', ''],
    ['blanks', '   '],
    ['text', 'Accepted'],
    ['JSON', '{"status":"Accept"}'],
    ['UTF-16, little end first', utf16(pipe(), false)],
    ['UTF-16, big end first', utf16(pipe(), true)],
    ['UTF-16 without a mark, with a DOCTYPE', new Uint8Array(Buffer.from(pipe({ prolog: '<!DOCTYPE r>' }), 'utf16le'))],
    ['UTF-7 declared', pipe({ prolog: '<?xml version="1.0" encoding="UTF-7"?>' })],
    ['EBCDIC declared', pipe({ prolog: "<?xml version='1.0' encoding='IBM037'?>" })],
    ['bytes that are not UTF-8', new Uint8Array([0x3c, 0x61, 0xff, 0xfe, 0x2f, 0x3e])],
    ['gzip', new Uint8Array([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00])],
    ['100,000 elements in each other', '<a>'.repeat(100_000) + '</a>'.repeat(100_000)],
    ['33 elements in each other', '<a>'.repeat(33) + '</a>'.repeat(33)],
    ['an entity nobody declared', pipe({ reasons: '<ReasonText>&xxe;</ReasonText>' })],
    ['an ampersand alone', pipe({ reasons: '<ReasonText>a & b</ReasonText>' })],
    ['a reference to the character 0', pipe({ reasons: '<ReasonText>&#0;</ReasonText>' })],
    ['a reference to half a character', pipe({ reasons: '<ReasonText>&#xD800;</ReasonText>' })],
    ['an entity in an attribute', pipe({ status: '&xxe;' })],
    ['a control character', pipe({ reasons: '<ReasonText>\u0007</ReasonText>' })],
    ['two roots', pipe() + pipe({ prolog: '' })],
    ['text after the root', `${pipe()}Accepted`],
    ['an attribute twice', pipe({ attributes: `OriginalReferenceNumber="${FILE}" CreationDate="2026-09-02T08:00:00Z" Status="Reject"` })],
    ['a prefix that is not declared', pipe({ reasons: '<x:ReasonText>a</x:ReasonText>' })],
    ['a tag named __proto__', pipe({ reasons: '<__proto__><polluted>1</polluted></__proto__>' })],
    ['many comments that never end', '<!--'.repeat(200_000)],
    ['many tags that never end', '<a '.repeat(300_000)],
  ];
  it.each(malformed)('refuses %s', (_name, input) => {
    const bytes = typeof input === 'string' ? new Uint8Array(Buffer.from(input, 'utf8')) : input;
    expect(readReceipt(bytes)).toMatchObject({ kind: 'unreadable', reason: 'not-well-formed' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([pipe(), pipe({ status: 'Reject', reasons: '<ReasonText>a</ReasonText>' }), aris()])(
    'refuses every truncation of a receipt',
    (text) => {
      for (let length = 0; length < text.length; length += 1)
        expect([length, read(text.slice(0, length)).kind]).toEqual([length, 'unreadable']);
    },
  );

  it('reads what comments, CDATA and references split as one value, never as its first part', () => {
    const reasons = '<ReasonText>not re<!-- x -->ject<![CDATA[ed &amp; fin]]>e &#65;&lt;</ReasonText>';
    expect(read(pipe({ reasons }))).toMatchObject({ receipt: { findings: [{ text: 'not rejected &amp; fine A<' }] } });
    expect(read(aris({ records: record(1, 'Accepted').replace('>Accepted<', '>Not<!---->Accepted<') }))).toMatchObject({
      reason: 'incomplete',
    });
    expect(read(aris({ records: record(1, 'Accepted').replace('>Accepted<', '>Accepted<!-- --><') }))).toMatchObject({ kind: 'read' });
  });

  it.each([
    ['the right root in no namespace', pipe().replace(' xmlns="urn:XML-PIPE"', '')],
    ['the right root in another namespace', pipe().replace('urn:XML-PIPE', 'urn:XML-PIPE-evil')],
    ['another root in the right namespace', pipe().replaceAll('PIPEFunctionalAcknowledgement', 'PIPEDocument')],
    ["a receipt that only looks like the regulator's", aris({ namespace: 'urn:x' })],
    ['HTML', '<html><body>Accepted</body></html>'],
    ['an inclusion', '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'],
    ['a style sheet', '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'],
    ['an acknowledgement wrapped in something else', `<wrap>${pipe({ prolog: '' })}</wrap>`],
  ])('does not know %s', (_name, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: 'unknown-format' });
  });

  it('refuses a byte more than its size before looking at it', () => {
    expect(readReceipt(new Uint8Array(RECEIPT_READ_BYTES_MAX + 1))).toMatchObject({ kind: 'unreadable', reason: 'too-large' });
  });

  it.each([
    ['empty elements', `<a>${'<b/>'.repeat(250_000)}</a>`],
    ['attributes', `<a ${Array.from({ length: 80_000 }, (_, n) => `b${n}="1"`).join(' ')}/>`],
    ['references', `<a>${'&amp;'.repeat(200_000)}</a>`],
    ['comments', `<a>${'<!---->'.repeat(140_000)}</a>`],
    ['blanks', `<a>${' '.repeat(1_000_000)}</a>`],
  ])('takes time in proportion for a megabyte of %s', (_name, text) => {
    const start = performance.now();
    expect(read(text).kind).toBe('unreadable');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
