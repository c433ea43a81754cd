/** An acknowledgement of an RRM, as the PDR of GME writes it. */
export function rrmReceipt(input: { fileName: string; status: 'Accept' | 'Reject' | 'Partial'; reason?: string }): Uint8Array {
  const reason = input.reason === undefined ? '' : `<ReasonText>${input.reason}</ReasonText>`;
  return utf8(
    `<PIPEFunctionalAcknowledgement xmlns="urn:XML-PIPE" Status="${input.status}" OriginalReferenceNumber="${input.fileName}" CreationDate="2026-09-29T08:01:00Z">${reason}</PIPEFunctionalAcknowledgement>`,
  );
}

/** A receipt of the regulator with one outcome a record. */
export function arisReceipt(input: {
  fileName: string;
  messageId?: string;
  sha256?: string;
  records: readonly { seq: number; error?: { ruleId: string; text: string } }[];
}): Uint8Array {
  const records = input.records.map(({ seq, error }) =>
    error === undefined
      ? `<record><RecordSeqNumber>${seq}</RecordSeqNumber><status>Accepted</status></record>`
      : `<record><RecordSeqNumber>${seq}</RecordSeqNumber><status>Rejected</status><error><ruleId>${error.ruleId}</ruleId><text>${error.text}</text></error></record>`,
  );
  const sha256 = input.sha256 === undefined ? '' : `<sha256>${input.sha256}</sha256>`;
  return utf8(
    `<REMITReceipt xmlns="http://www.acer.europa.eu/REMIT/REMITReceiptSchema_V1.xsd"><messageId>${input.messageId ?? 'm-1'}</messageId><issuedAt>2026-09-29T08:02:00Z</issuedAt><file><fileName>${input.fileName}</fileName>${sha256}<technicalStatus>Accepted</technicalStatus></file><records>${records.join('')}</records></REMITReceipt>`,
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
