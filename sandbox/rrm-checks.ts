import { XmlLibError } from 'libxml2-wasm';
import type { JournalFinding, Verdict } from './journal.ts';
import type { AcceptedEics, PartyRegistry } from './reference.ts';
import {
  type Code,
  type ReportDocument,
  type ReportRecord,
  SCHEMAS,
  type Validators,
  declaresDoctype,
  readReport,
} from './report-document.ts';

/** One error number a check. The door's answer 409 to a name that is taken carries `duplicateFileName` too. */
export const RRM_NUMBERS = {
  extension: 'RRM-101',
  duplicateFileName: 'RRM-102',
  nameGrammar: 'RRM-103',
  nameDate: 'RRM-104',
  schemaVersion: 'RRM-105',
  nameSender: 'RRM-106',
  doctype: 'RRM-107',
  wellFormed: 'RRM-108',
  rootElement: 'RRM-109',
  reportingEntity: 'RRM-110',
  deliveryPoint: 'RRM-111',
  partyCode: 'RRM-112',
  schema: 'RRM-113',
  noRecord: 'RRM-114',
  brokenRecord: 'RRM-115',
} as const;

export type RrmJudgement = { verdict: Verdict; findings: JournalFinding[]; document?: ReportDocument; passed: readonly ReportRecord[] };

const SCHEMA_NAME = /^(?<schema>[A-Za-z0-9]+_V\d+)$/;
/** Date, schema, sender and sequence; the schema has an underscore of its own, the sender's code may have one too. */
const FILE_NAME = /^(?<date>[^_]+)_(?<schema>[A-Za-z0-9]+_V\d+)_(?<sender>[A-Za-z0-9_]{9}\.[A-Z]{2})_(?<sequence>\d{1,12})$/;
const ACER_CODE = /^[A-Za-z0-9_]{9}\.[A-Z]{2}$/;
const NOT_A_PARTICIPANT = 'ACERNONMP.EU';
const CODE_SHAPES: Readonly<Record<string, RegExp>> = {
  ace: ACER_CODE,
  lei: /^[A-Z0-9]{18}[0-9]{2}$/,
  bic: /^[A-Z0-9]{11}$/,
  eic: /^[0-9]{2}[XYZTWV][0-9A-Z-]{13}$/,
  gln: /^[0-9]{13}$/,
};

/**
 * What an RRM looks at before the regulator sees the file. Every check that can be made is made, so that one receipt says all.
 * @source remit.md section 2: pre-checks of a live RRM
 */
export function judgeAsRrm(input: {
  fileName: string;
  sender: string;
  bytes: Uint8Array;
  isNameTakenInOtherLetters: boolean;
  eics: AcceptedEics;
  registry: PartyRegistry;
  validators: Validators;
}): RrmJudgement {
  const named = checkName(input);
  const findings = named.findings;
  if (declaresDoctype(input.bytes)) {
    return rejected([...findings, { number: RRM_NUMBERS.doctype, text: 'the file declares a document type or an entity' }]);
  }
  let document: ReportDocument;
  try {
    document = readReport({ bytes: input.bytes, schema: named.schema, validators: input.validators });
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    return rejected([...findings, { number: RRM_NUMBERS.wellFormed, text: `not well-formed: ${error.message.trim().slice(0, 300)}` }]);
  }
  findings.push(...checkDocument({ ...input, document, schema: named.schema }));
  const recordFindings = document.records.flatMap((record) => checkRecord({ ...input, record }));
  if (findings.length > 0) return { ...rejected([...findings, ...recordFindings]), document };

  const passed = document.records.filter((record) => !recordFindings.some((finding) => finding.recordSeq === record.recordSeq));
  const verdict = recordFindings.length === 0 ? 'accepted' : passed.length === 0 ? 'rejected' : 'partial';
  return { verdict, findings: recordFindings, document, passed };
}

function rejected(findings: JournalFinding[]): RrmJudgement {
  return { verdict: 'rejected', findings, passed: [] };
}

function checkName(input: { fileName: string; sender: string; isNameTakenInOtherLetters: boolean }): {
  findings: JournalFinding[];
  schema: string | undefined;
} {
  const findings: JournalFinding[] = [];
  const { fileName } = input;
  if (!fileName.endsWith('.xml')) findings.push({ number: RRM_NUMBERS.extension, text: `'${fileName}' does not end in .xml` });
  if (input.isNameTakenInOtherLetters) {
    findings.push({
      number: RRM_NUMBERS.duplicateFileName,
      text: `'${fileName}' differs from an earlier name in upper and lower case only`,
    });
  }
  const stem = fileName.replace(/\.[^.]*$/, '');
  if (!isDateToken(stem.split('_')[0] ?? ''))
    findings.push({ number: RRM_NUMBERS.nameDate, text: 'the first part of the name is not a date YYYYMMDD' });
  const parts = FILE_NAME.exec(stem)?.groups;
  if (parts === undefined) {
    findings.push({ number: RRM_NUMBERS.nameGrammar, text: 'the name is not YYYYMMDD_SCHEMANAME_SCHEMAVERSION_ACERCODE_SEQID.xml' });
    return { findings, schema: undefined };
  }
  const schema = SCHEMA_NAME.exec(parts['schema'] ?? '')?.groups?.['schema'] ?? '';
  const isKnown = Object.hasOwn(SCHEMAS, schema);
  if (!isKnown)
    findings.push({
      number: RRM_NUMBERS.schemaVersion,
      text: `schema ${schema} is not accepted; accepted are ${Object.keys(SCHEMAS).join(', ')}`,
    });
  if (parts['sender'] !== input.sender)
    findings.push({ number: RRM_NUMBERS.nameSender, text: `the name says sender ${parts['sender']}, the sender is ${input.sender}` });
  return { findings, schema: isKnown ? schema : undefined };
}

function isDateToken(token: string): boolean {
  if (!/^\d{8}$/.test(token)) return false;
  const iso = `${token.slice(0, 4)}-${token.slice(4, 6)}-${token.slice(6)}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}

function checkDocument(input: {
  document: ReportDocument;
  schema: string | undefined;
  sender: string;
  eics: AcceptedEics;
}): JournalFinding[] {
  const { document } = input;
  const findings: JournalFinding[] = document.schemaErrors.map((text) => ({ number: RRM_NUMBERS.schema, text: text.slice(0, 500) }));
  const expected = input.schema === undefined ? undefined : SCHEMAS[input.schema];
  if (expected !== undefined && (document.namespace !== expected.namespace || document.root !== expected.root)) {
    findings.push({
      number: RRM_NUMBERS.rootElement,
      text: `the root is {${document.namespace}}${document.root}, not that of ${input.schema}`,
    });
  }
  const entity = document.reportingEntity;
  if (entity === undefined || entity.kind !== 'ace' || entity.value !== input.sender) {
    findings.push({
      number: RRM_NUMBERS.reportingEntity,
      text: `reportingEntityID is '${entity?.value ?? ''}', the sender is ${input.sender}`,
    });
  }
  if (document.records.length === 0) findings.push({ number: RRM_NUMBERS.noRecord, text: 'the file has no record' });
  findings.push(...document.brokenRecords.map((text) => ({ number: RRM_NUMBERS.brokenRecord, text })));
  for (const point of document.looseDeliveryPoints) {
    if (!input.eics.codes.has(point)) findings.push({ number: RRM_NUMBERS.deliveryPoint, text: notAccepted(point) });
  }
  return findings;
}

function checkRecord(input: { record: ReportRecord; eics: AcceptedEics; registry: PartyRegistry }): JournalFinding[] {
  const { recordSeq } = input.record;
  const points = input.record.deliveryPoints.filter((point) => !input.eics.codes.has(point));
  const parties = input.record.parties.filter((party) => !isKnownParty(party, input.registry));
  return [
    ...points.map((point) => ({ recordSeq, number: RRM_NUMBERS.deliveryPoint, text: notAccepted(point) })),
    ...parties.map((party) => ({
      recordSeq,
      number: RRM_NUMBERS.partyCode,
      text: `${party.element} '${party.value}' is not a registered ${party.kind} code`,
    })),
  ];
}

function notAccepted(point: string): string {
  return `delivery point '${point}' is not on the List of Accepted EICs`;
}

function isKnownParty(party: Code & { element: string }, registry: PartyRegistry): boolean {
  if (party.value === NOT_A_PARTICIPANT) return party.element === 'otherMarketParticipant';
  return CODE_SHAPES[party.kind]?.test(party.value) === true && registry.isRegistered(party.value);
}
