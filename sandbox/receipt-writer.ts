import type { JournalFinding, JournalRecord, Verdict } from './journal.ts';
import type { Corruption } from './modes.ts';

const ACKNOWLEDGEMENT_STATUS: Readonly<Record<Verdict, string>> = { accepted: 'Accept', rejected: 'Reject', partial: 'Partial' };

function escape(text: string): string {
  // Control characters cannot stand in XML at all; a foreign file's text may have brought some.
  // oxlint-disable-next-line no-control-regex
  const printable = text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '?');
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/**
 * The RRM's functional acknowledgement.
 * @source GME PDR Implementation Guide v2.0, as cited in remit.md section 2
 */
export function writeAcknowledgement(input: {
  fileName: string;
  verdict: Verdict;
  findings: readonly JournalFinding[];
  issuedAt: string;
}): string {
  const reasons = input.findings.map((finding) => {
    const record = finding.recordSeq === undefined ? '' : ` record ${finding.recordSeq}`;
    return `\n  <Reason><ReasonText>${escape(`${finding.number}${record}: ${finding.text}`)}</ReasonText></Reason>`;
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<PIPEFunctionalAcknowledgement xmlns="urn:XML-PIPE" Status="${ACKNOWLEDGEMENT_STATUS[input.verdict]}"` +
    ` OriginalReferenceNumber="${escape(input.fileName)}" CreationDate="${input.issuedAt}">${reasons.join('')}\n</PIPEFunctionalAcknowledgement>\n`
  );
}

/** ARIS's receipt. The namespace is ACER's, the structure our own: no schema of it is public. */
export function writeArisReceipt(input: {
  messageId: string;
  fileName: string;
  sha256: string;
  technical: 'accepted' | 'rejected';
  findings: readonly JournalFinding[];
  records: readonly JournalRecord[];
  issuedAt: string;
}): string {
  const isRejected = input.technical === 'rejected';
  const fileErrors = isRejected ? input.findings.map((finding) => `\n    ${errorOf(finding)}`).join('') : '';
  const records = isRejected ? [] : input.records.map((record) => recordOf(record, input.findings));
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<REMITReceipt xmlns="http://www.acer.europa.eu/REMIT/REMITReceiptSchema_V1.xsd">\n` +
    `  <messageId>${escape(input.messageId)}</messageId>\n  <issuedAt>${input.issuedAt}</issuedAt>\n` +
    `  <file>\n    <fileName>${escape(input.fileName)}</fileName>\n    <sha256>${input.sha256}</sha256>\n` +
    `    <technicalStatus>${isRejected ? 'Rejected' : 'Accepted'}</technicalStatus>${fileErrors}\n  </file>\n` +
    `  <records>${records.join('')}\n  </records>\n</REMITReceipt>\n`
  );
}

function recordOf(record: JournalRecord, findings: readonly JournalFinding[]): string {
  const errors = findings.filter((finding) => finding.recordSeq === record.recordSeq).map(errorOf);
  const status = record.verdict === 'accepted' ? 'Accepted' : 'Rejected';
  return `\n    <record><RecordSeqNumber>${record.recordSeq}</RecordSeqNumber><status>${status}</status>${errors.join('')}</record>`;
}

function errorOf(finding: JournalFinding): string {
  const rule = finding.ruleId === undefined ? '' : `<ruleId>${escape(finding.ruleId)}</ruleId>`;
  return `<error>${rule}<errorCode>${escape(finding.errorCode ?? finding.number)}</errorCode><text>${escape(finding.text)}</text></error>`;
}

/** Spoils a receipt so that nobody may believe it. The two kinds that name another file are written by the caller. */
export function corrupt(xml: string, corruption: Exclude<Corruption, 'unknownFile' | 'otherTenant'>): string {
  switch (corruption) {
    case 'truncated':
      return xml.slice(0, Math.floor(xml.length * 0.6));
    case 'doctype':
      return xml.replace('?>\n', '?>\n<!DOCTYPE r [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>\n').replace(/<\/(\w+)>\n$/, '&xxe;</$1>\n');
    case 'notWellFormed':
      return xml.replace(/<\/(\w+)>\n$/, '</$1x>\n');
  }
}
