import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../sandbox/journal.ts';
import { acceptedRecords } from '../../../sandbox/journal.ts';
import { RRM_NUMBERS } from '../../../sandbox/rrm-checks.ts';
import { type ReportSpec, OTHER_SENDER, SENDER, artefactOf, fileNameOf, reportArtefact, reportXml } from './report-fixture.ts';
import { type Harness, OTHER_TOKEN, SCHEMA_DIR, TOKEN, call, readable, startHarness } from './sandbox-harness.ts';

type Judged = Extract<JournalEntry, { kind: 'judged' }>;

/** Sends one file and gives what both stages said of it, from the journal and from the receipts. */
async function judge(harness: Harness, input: { fileName: string; text: string }) {
  const before = (await harness.journal()).length;
  await harness.channel().send(artefactOf(input));
  await harness.quiet();
  const entries = (await harness.journal()).filter((entry) => entry.seq > before && entry.kind === 'judged') as Judged[];
  const receipts = readable(await harness.receipts()).filter((receipt) => receipt.fileName === input.fileName);
  return { rrm: entries.find((entry) => entry.stage === 'rrm'), aris: entries.find((entry) => entry.stage === 'aris'), receipts };
}

function report(spec: ReportSpec): { fileName: string; text: string } {
  return { fileName: spec.fileName ?? fileNameOf(spec), text: reportXml(spec) };
}

describe('the RRM stage', () => {
  it('accepts a sound file in two stages, with a receipt of each, bound to the bytes', async () => {
    await using harness = await startHarness();
    const artefact = reportArtefact({ sequence: 1 });
    const { rrm, aris, receipts } = await judge(harness, { fileName: artefact.fileName, text: Buffer.from(artefact.bytes).toString() });
    expect(rrm).toMatchObject({ verdict: 'accepted', findings: [] });
    expect(aris).toMatchObject({ verdict: 'accepted', records: [{ recordSeq: 1, uti: 'UTI00000001', action: 'N', verdict: 'accepted' }] });
    expect(receipts.map(({ stage, status }) => [stage, status])).toEqual([
      ['rrm', 'accepted'],
      ['aris', 'accepted'],
    ]);
    expect(receipts[1]?.judgedSha256).toBe(artefact.sha256);
  });

  const rejections: readonly [string, { fileName: string; text: string }, readonly string[]][] = [
    ['another extension', report({ sequence: 1, fileName: fileNameOf({ sequence: 1 }).replace('.xml', '.txt') }), [RRM_NUMBERS.extension]],
    ['a name that is none', report({ sequence: 1, fileName: '20260902_report.xml' }), [RRM_NUMBERS.nameGrammar]],
    ['a date that does not exist', report({ sequence: 1, fileName: `20260231_REMITTable1_V3_${SENDER}_1.xml` }), [RRM_NUMBERS.nameDate]],
    ['a retired schema', report({ sequence: 1, fileName: `20260902_REMITTable1_V2_${SENDER}_1.xml` }), [RRM_NUMBERS.schemaVersion]],
    [
      'a name of another sender',
      report({ sequence: 1, fileName: `20260902_REMITTable1_V3_${OTHER_SENDER}_1.xml` }),
      [RRM_NUMBERS.nameSender],
    ],
    ['a report of another entity', report({ sequence: 1, reportingEntity: OTHER_SENDER }), [RRM_NUMBERS.reportingEntity]],
    [
      'a schema that is not the one named',
      report({ sequence: 1, fileName: `20260902_REMITTable2_V1_${SENDER}_1.xml` }),
      [RRM_NUMBERS.rootElement],
    ],
    [
      'text that is not well-formed',
      { fileName: fileNameOf({ sequence: 1 }), text: reportXml({ sequence: 1 }).slice(0, -20) },
      [RRM_NUMBERS.wellFormed],
    ],
    [
      'a DOCTYPE',
      {
        fileName: fileNameOf({ sequence: 1 }),
        text: reportXml({ sequence: 1 }).replace('?>', '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      },
      [RRM_NUMBERS.doctype],
    ],
    ['a delivery point that is not accepted', report({ sequence: 1, deliveryPoint: '10YXX-NOWHERE--Z' }), [RRM_NUMBERS.deliveryPoint]],
    ['a party code that is none', report({ sequence: 1, counterparty: 'NOT-A-CODE' }), [RRM_NUMBERS.partyCode]],
  ];
  it.each(rejections)('rejects %s with the number of that check', async (_name, file, numbers) => {
    await using harness = await startHarness();
    const { rrm, aris, receipts } = await judge(harness, file);
    expect(rrm?.verdict).toBe('rejected');
    expect(rrm?.findings.map((finding) => finding.number)).toEqual(expect.arrayContaining([...numbers]));
    expect(aris).toBeUndefined();
    expect(receipts).toMatchObject([{ stage: 'rrm', status: 'rejected' }]);
    expect(receipts[0]?.findings.map((finding) => finding.errorCode)).toEqual(expect.arrayContaining([...numbers]));
  });

  const skipped = SCHEMA_DIR === undefined ? ' (skipped: not installed)' : '';
  it.skipIf(SCHEMA_DIR === undefined)(`rejects what the official XSD does not allow, and says the line${skipped}`, async () => {
    await using harness = await startHarness();
    const text = reportXml({ sequence: 1 }).replace('<buySellIndicator>B', '<buySellIndicator>X');
    const { rrm } = await judge(harness, { fileName: fileNameOf({ sequence: 1 }), text });
    expect(rrm?.findings[0]).toMatchObject({ number: RRM_NUMBERS.schema, text: expect.stringContaining('line ') as string });
  });

  it('rejects a name that differs from an earlier one in case only', async () => {
    await using harness = await startHarness();
    await harness.channel().send(reportArtefact({ sequence: 1 }));
    const fileName = fileNameOf({ sequence: 1 }).replace('REMITTable1', 'RemitTable1');
    const { rrm } = await judge(harness, { fileName, text: reportXml({ sequence: 1, uti: 'OTHER' }) });
    expect(rrm?.findings.map((finding) => finding.number)).toContain(RRM_NUMBERS.duplicateFileName);
  });

  it('answers a second upload of a name 409 with the hash of what it holds', async () => {
    await using harness = await startHarness();
    const artefact = reportArtefact({ sequence: 1 });
    await harness.channel().send(artefact);
    const again = (text: string) =>
      call({
        sandbox: harness.sandbox,
        token: TOKEN,
        method: 'POST',
        path: `/files/${artefact.fileName}`,
        body: artefactOf({ fileName: 'x', text }).bytes,
        headers: { 'x-content-sha256': artefactOf({ fileName: 'x', text }).sha256 },
      });
    for (const text of [reportXml({ sequence: 1 }), '<other/>']) {
      const { status, text: body } = await again(text);
      expect(status).toBe(409);
      expect(JSON.parse(body)).toMatchObject({ code: 'duplicate-file', number: RRM_NUMBERS.duplicateFileName, sha256: artefact.sha256 });
    }
  });

  it('lets the good records of a file pass, and says partial with the record', async () => {
    await using harness = await startHarness();
    const file = report({ sequence: 1, recordSeqs: [1, 2], utis: ['A', 'B'], deliveryPoints: ['10YXX-NOWHERE--Z', '21YNL----TTF---1'] });
    const { rrm, aris, receipts } = await judge(harness, file);
    expect(rrm).toMatchObject({ verdict: 'partial', findings: [{ recordSeq: 1, number: RRM_NUMBERS.deliveryPoint }] });
    expect(aris?.records).toMatchObject([{ recordSeq: 2, uti: 'B', verdict: 'accepted' }]);
    expect(receipts).toMatchObject([
      { stage: 'rrm', status: 'partial', findings: [{ recordSeq: 1, errorCode: RRM_NUMBERS.deliveryPoint }] },
      { stage: 'aris', status: 'accepted', findings: [{ recordSeq: 2 }] },
    ]);
  });

  it('takes party codes from the registry as soon as it is changed', async () => {
    await using harness = await startHarness();
    const registry = (body: object) => harness.admin({ method: 'PUT', path: '/admin/registry', body });
    await registry({ unregistered: ['A0005678Z.FR'] });
    expect((await judge(harness, report({ sequence: 1 }))).rrm?.findings).toMatchObject([{ number: RRM_NUMBERS.partyCode }]);
    await registry({});
    expect((await judge(harness, report({ sequence: 2 }))).rrm?.verdict).toBe('accepted');
    await registry({ mode: 'listed', registered: [SENDER] });
    expect((await judge(harness, report({ sequence: 3 }))).rrm?.verdict).toBe('rejected');
    await harness.restart();
    expect((await judge(harness, report({ sequence: 4 }))).rrm?.verdict).toBe('rejected');
  });

  it('takes ACERNONMP.EU for the other side only', async () => {
    await using harness = await startHarness();
    expect((await judge(harness, report({ sequence: 1, counterparty: 'ACERNONMP.EU' }))).rrm?.verdict).toBe('accepted');
    expect((await judge(harness, report({ sequence: 2, marketParticipant: 'ACERNONMP.EU' }))).rrm?.verdict).toBe('rejected');
  });
});

describe('the ARIS stage', () => {
  it('follows N, M, C and E of a UTI', async () => {
    await using harness = await startHarness();
    const steps: readonly [action: 'N' | 'M' | 'C' | 'E', expected: string][] = [
      ['M', 'rejected'],
      ['N', 'accepted'],
      ['N', 'rejected'],
      ['M', 'accepted'],
      ['E', 'accepted'],
      ['E', 'accepted'],
      ['E', 'rejected'],
      ['N', 'accepted'],
      ['C', 'accepted'],
      ['M', 'rejected'],
      ['N', 'rejected'],
    ];
    for (const [index, [action, expected]] of steps.entries()) {
      const { aris } = await judge(harness, report({ sequence: index + 1, uti: 'ONE', action }));
      expect([index, action, aris?.verdict]).toEqual([index, action, expected]);
    }
  });

  it('lets both sides of a trade report one UTI', async () => {
    await using harness = await startHarness();
    await harness.channel().send(reportArtefact({ sequence: 1, uti: 'ONE' }));
    await harness.channel({ token: OTHER_TOKEN }).send(reportArtefact({ sequence: 1, uti: 'ONE', sender: OTHER_SENDER }));
    await harness.quiet();
    expect(acceptedRecords(await harness.journal())).toHaveLength(2);
  });

  it('applies 2BCDPTR2 and 2BCDTNCQR2 where no schema has refused the file before', async () => {
    await using harness = await startHarness({ schemaDir: '/nonexistent' });
    const noPrice = await judge(harness, report({ sequence: 1, price: undefined }));
    expect(noPrice.receipts.at(-1)).toMatchObject({
      status: 'rejected',
      findings: [{ recordSeq: 1, ruleId: '2BCDPTR2', errorCode: 'R2CDPRCMTSP' }],
    });
    const noQuantity = await judge(harness, report({ sequence: 2, withTotalQuantity: false }));
    expect(noQuantity.receipts.at(-1)).toMatchObject({
      status: 'rejected',
      findings: [{ ruleId: '2BCDTNCQR2', errorCode: 'R2CDTNCQTR1' }],
    });
  });

  it.each([
    ['<actionType>N', '<actionType>X'],
    ['<RecordSeqNumber>1', '<RecordSeqNumber>one'],
  ])('refuses a record whose %s became %s before ARIS sees it', async (from, to) => {
    await using harness = await startHarness({ schemaDir: '/nonexistent' });
    const { rrm, aris } = await judge(harness, {
      fileName: fileNameOf({ sequence: 1 }),
      text: reportXml({ sequence: 1 }).replace(from, to),
    });
    expect(rrm).toMatchObject({ verdict: 'rejected', findings: [{ number: RRM_NUMBERS.brokenRecord }] });
    expect(aris).toBeUndefined();
  });

  it('rejects the file where a record number occurs twice', async () => {
    await using harness = await startHarness({ schemaDir: '/nonexistent' });
    const { aris, receipts } = await judge(harness, report({ sequence: 1, recordSeqs: [1, 1], utis: ['A', 'B'] }));
    expect(aris?.records.map((record) => record.verdict)).toEqual(['rejected', 'rejected']);
    expect(receipts.at(-1)).toMatchObject({ stage: 'aris', status: 'rejected', findings: [{ ruleId: 'SBX-RECORDSEQ' }] });
  });

  it('says partial where one record of a file is a duplicate', async () => {
    await using harness = await startHarness();
    const { receipts } = await judge(harness, report({ sequence: 1, recordSeqs: [1, 2], utis: ['SAME', 'SAME'] }));
    expect(receipts.at(-1)).toMatchObject({
      status: 'partial',
      findings: [
        { recordSeq: 1, status: 'accepted' },
        { recordSeq: 2, status: 'rejected', ruleId: 'SBX-DUPLICATE' },
      ],
    });
  });
});

describe('the door', () => {
  const { fileName, bytes, sha256 } = reportArtefact({ sequence: 1 });
  const upload = (harness: Harness, input: { token?: string; headers?: Record<string, string>; path?: string; body?: Uint8Array }) =>
    call({
      sandbox: harness.sandbox,
      method: 'POST',
      token: input.token ?? TOKEN,
      path: input.path ?? `/files/${fileName}`,
      body: input.body ?? bytes,
      headers: input.headers ?? { 'x-content-sha256': sha256 },
    });

  it('stores nothing for a stranger, a missing or wrong hash, a path, a file too large', async () => {
    await using harness = await startHarness();
    expect((await upload(harness, { token: 'stranger' })).status).toBe(401);
    expect((await upload(harness, { headers: {} })).status).toBe(400);
    expect((await upload(harness, { headers: { 'x-content-sha256': 'a'.repeat(64) } })).status).toBe(422);
    expect((await upload(harness, { path: '/files/..%2Fjournal.ndjson' })).status).toBe(400);
    expect((await upload(harness, { body: Buffer.alloc(10 * 1024 * 1024 + 1) })).status).toBe(413);
    expect((await harness.journal()).filter((entry) => entry.kind === 'received')).toEqual([]);
    expect(await harness.channel().lookup({ fileName })).toEqual({ kind: 'absent' });
  });

  it('shows nobody the files and receipts of another sender', async () => {
    await using harness = await startHarness();
    await harness.channel().send(reportArtefact({ sequence: 1 }));
    await harness.quiet();
    const other = harness.channel({ token: OTHER_TOKEN });
    expect(await other.lookup({ fileName })).toEqual({ kind: 'absent' });
    expect(await other.listReceipts({ limit: 10 })).toEqual([]);
    const [receipt] = await harness.receipts();
    expect(
      (await call({ sandbox: harness.sandbox, token: OTHER_TOKEN, method: 'GET', path: `/receipts/${receipt?.messageId}` })).status,
    ).toBe(404);
  });

  it('opens the journal and the modes to the admin only', async () => {
    await using harness = await startHarness();
    for (const path of ['/journal', '/admin/modes'])
      expect((await call({ sandbox: harness.sandbox, token: TOKEN, method: 'GET', path })).status).toBe(401);
    expect((await harness.admin({ method: 'PUT', path: '/admin/modes', body: { modes: { slow: 2 } } })).status).toBe(400);
    expect((await harness.admin({ method: 'PUT', path: '/admin/modes', body: { modes: { unheardOf: 1 } } })).status).toBe(400);
  });
});
