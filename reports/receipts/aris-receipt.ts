import type { Receipt, ReceiptFinding, ReceiptStatus } from '../../domain/reporting/receipt.ts';
import {
  Incomplete,
  childText,
  childrenOf,
  fileNameOf,
  instantOf,
  leafText,
  onlyChild,
  optionalChild,
  optionalChildText,
  recordSeqOf,
} from './fields.ts';
import type { XmlElement } from './xml-tree.ts';

/** The one thing that is public of ARIS's receipts. */
export const ARIS_NAMESPACE = 'http://www.acer.europa.eu/REMIT/REMITReceiptSchema_V1.xsd';

/**
 * Element names of the sandbox's receipt. The schema of real ARIS receipts is given out under a non-disclosure declaration;
 * when it is at hand, this table and `recordFindings` are what changes.
 */
const NAMES = {
  root: 'REMITReceipt',
  messageId: 'messageId',
  issuedAt: 'issuedAt',
  file: 'file',
  fileName: 'fileName',
  sha256: 'sha256',
  technicalStatus: 'technicalStatus',
  records: 'records',
  record: 'record',
  recordSeq: 'RecordSeqNumber',
  status: 'status',
  error: 'error',
  ruleId: 'ruleId',
  errorCode: 'errorCode',
  text: 'text',
} as const;

/**
 * The regulator's receipt: one technical outcome of the file, then one outcome a record.
 * A file that was technically accepted but has no record outcomes says nothing, and is not believed.
 *
 * @source ACER, namespace REMITReceiptSchema_V1 as RRM software names it; no schema is published, so that the structure is ours
 */
export function readArisReceipt(root: XmlElement): Receipt {
  if (root.localName !== NAMES.root) throw new Incomplete(`the root is ${root.localName.slice(0, 60)}, not ${NAMES.root}`);
  const file = onlyChild(root, NAMES.file);
  const judgedSha256 = optionalChildText(file, NAMES.sha256);
  if (judgedSha256 !== undefined && !/^[0-9a-f]{64}$/.test(judgedSha256)) throw new Incomplete('sha256 is not 64 hex digits');
  const technical = outcomeOf(childText(file, NAMES.technicalStatus));
  const records = recordsOf(root);
  if (technical === 'rejected' && records.some((record) => record.status === 'accepted')) {
    throw new Incomplete('the file is rejected and one of its records accepted');
  }
  if (technical === 'accepted' && records.length === 0) throw new Incomplete('no record has an outcome');
  if (technical === 'accepted' && childrenOf(file, NAMES.error).length > 0) throw new Incomplete('the file is accepted with an error');
  return {
    fileName: fileNameOf(childText(file, NAMES.fileName)),
    ...(judgedSha256 === undefined ? {} : { judgedSha256 }),
    stage: 'aris',
    status: technical === 'rejected' ? 'rejected' : overall(records),
    issuedAt: instantOf(childText(root, NAMES.issuedAt)),
    messageId: childText(root, NAMES.messageId).slice(0, 200),
    findings: [...(technical === 'rejected' ? errorsOf(file) : []), ...records],
  };
}

function recordsOf(root: XmlElement): readonly ReceiptFinding[] {
  const list = optionalChild(root, NAMES.records);
  if (list === undefined) return [];
  const seen = new Set<number>();
  return childrenOf(list, NAMES.record).flatMap((record) => {
    const recordSeq = recordSeqOf(childText(record, NAMES.recordSeq));
    if (seen.has(recordSeq)) throw new Incomplete(`record ${recordSeq} has two outcomes`);
    seen.add(recordSeq);
    return recordFindings({ record, recordSeq });
  });
}

function recordFindings(input: { record: XmlElement; recordSeq: number }): readonly ReceiptFinding[] {
  const { record, recordSeq } = input;
  const status = outcomeOf(childText(record, NAMES.status));
  if (status === 'rejected') return errorsOf(record).map((finding) => ({ ...finding, recordSeq }));
  if (childrenOf(record, NAMES.error).length > 0) throw new Incomplete(`record ${recordSeq} is accepted with an error`);
  return [{ recordSeq, status, text: 'accepted' }];
}

function errorsOf(element: XmlElement): readonly ReceiptFinding[] {
  const errors = childrenOf(element, NAMES.error).map((error): ReceiptFinding => {
    const ruleId = optionalChildText(error, NAMES.ruleId);
    const errorCode = optionalChildText(error, NAMES.errorCode);
    return {
      status: 'rejected',
      text: leafText(onlyChild(error, NAMES.text)),
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(errorCode === undefined ? {} : { errorCode }),
    };
  });
  return errors.length > 0 ? errors : [{ status: 'rejected', text: 'rejected without a reason' }];
}

function outcomeOf(text: string): 'accepted' | 'rejected' {
  if (text === 'Accepted') return 'accepted';
  if (text === 'Rejected') return 'rejected';
  throw new Incomplete(`'${text.slice(0, 60)}' is neither Accepted nor Rejected`);
}

function overall(records: readonly ReceiptFinding[]): ReceiptStatus {
  if (records.every((record) => record.status === 'accepted')) return 'accepted';
  return records.every((record) => record.status === 'rejected') ? 'rejected' : 'partial';
}
