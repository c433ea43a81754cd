import type { Receipt, ReceiptFinding, ReceiptStatus } from '../../domain/reporting/receipt.ts';
import { Incomplete, attributeText, fileNameOf, instantOf, leafText, recordSeqOf } from './fields.ts';
import type { XmlElement } from './xml-tree.ts';

export const PIPE_NAMESPACE = 'urn:XML-PIPE';
export const PIPE_ROOT = 'PIPEFunctionalAcknowledgement';

const STATUS: Readonly<Record<string, ReceiptStatus>> = { Accept: 'accepted', Reject: 'rejected', Partial: 'partial' };
const REASON_NAME = 'ReasonText';
/** `RRM-111 record 2: text`: an error number and a record in front of the text, where the issuer writes them. */
const REASON_PATTERN = /^(?:([A-Z][A-Z0-9]*-\d{1,6})\b)?(?:\s*record\s+(\d{1,9}))?\s*:?\s*([\s\S]*)$/;

/**
 * The functional acknowledgement of an RRM: what it says of the file before the regulator sees it.
 * It has no id of its own; file and time make one.
 *
 * @source GME PDR Implementation Guide v2.0, 1 Oct 2024, as cited by It-Energy-Ai
 */
export function readPipeAcknowledgement(root: XmlElement): Receipt {
  const statusText = attributeText(root, 'Status');
  const status = Object.hasOwn(STATUS, statusText) ? STATUS[statusText] : undefined;
  if (status === undefined) throw new Incomplete(`Status '${statusText.slice(0, 60)}' is none of Accept, Reject, Partial`);
  const fileName = fileNameOf(attributeText(root, 'OriginalReferenceNumber'));
  const issuedAt = instantOf(attributeText(root, 'CreationDate'));
  const reasons = elementsNamed(root, REASON_NAME).map((reason) => findingOf(leafText(reason), status));
  return {
    fileName,
    stage: 'rrm',
    status,
    issuedAt,
    messageId: `${PIPE_ROOT}:${fileName}:${issuedAt}`,
    findings: reasons.length > 0 || status === 'accepted' ? reasons : [{ status: 'rejected', text: `${statusText} without a reason` }],
  };
}

function findingOf(reason: string, status: ReceiptStatus): ReceiptFinding {
  const [, errorCode, recordSeq, text] = REASON_PATTERN.exec(reason) ?? [];
  return {
    status: status === 'accepted' ? 'accepted' : 'rejected',
    text: text === undefined || text === '' ? reason : text,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(recordSeq === undefined ? {} : { recordSeq: recordSeqOf(recordSeq) }),
  };
}

function elementsNamed(element: XmlElement, localName: string): readonly XmlElement[] {
  return element.children.flatMap((child) =>
    child.namespace === element.namespace && child.localName === localName ? [child] : elementsNamed(child, localName),
  );
}
