import { childAt, listAt, textAt } from '../../iso20022/navigate.ts';
import type { XmlValue } from '../../xml/document-type.ts';

/** What a status means for a payment. A status is no booking: only the statement is. */
export type PaymentStatusMeaning =
  | 'pending'
  | 'accepted'
  | 'settled'
  | 'partly'
  | 'rejected'
  | 'payeeChecked'
  | 'payeeMismatch'
  | 'unknown';

export type TransactionStatus = {
  readonly endToEndId?: string;
  readonly status: string;
  readonly meaning: PaymentStatusMeaning;
  readonly reasons: readonly string[];
};

export type PaymentStatusReport = {
  readonly messageId: string;
  /** The order that it answers. */
  readonly originalMessageId: string;
  readonly groupStatus?: string;
  readonly groupMeaning?: PaymentStatusMeaning;
  readonly groupReasons: readonly string[];
  readonly transactions: readonly TransactionStatus[];
};

/** @source ISO 20022 external code set, ExternalPaymentTransactionStatus1Code */
const MEANINGS: Readonly<Record<string, PaymentStatusMeaning>> = {
  RCVD: 'pending',
  PDNG: 'pending',
  ACTC: 'pending',
  ACCP: 'pending',
  ACSP: 'accepted',
  ACWC: 'accepted',
  ACSC: 'settled',
  ACCC: 'settled',
  PART: 'partly',
  RJCT: 'rejected',
  RCVC: 'payeeChecked',
  RCVM: 'payeeMismatch',
};

const ROOT = 'CstmrPmtStsRpt';

/** Reads pain.002.001.10 from a document that keeps the schema. A status of a block counts for its transactions that have none. */
export function readPain002(document: XmlValue): PaymentStatusReport {
  const group = childAt(document, ROOT, 'OrgnlGrpInfAndSts');
  const groupStatus = textAt(group, 'GrpSts');
  const transactions = listAt(document, ROOT, 'OrgnlPmtInfAndSts').flatMap((block) =>
    listAt(block, 'TxInfAndSts').map((transaction): TransactionStatus => {
      const endToEndId = textAt(transaction, 'OrgnlEndToEndId');
      const status = textAt(transaction, 'TxSts') ?? textAt(block, 'PmtInfSts') ?? groupStatus ?? '';
      return {
        ...(endToEndId === undefined ? {} : { endToEndId }),
        status,
        meaning: MEANINGS[status] ?? 'unknown',
        reasons: reasonsOf(transaction),
      };
    }),
  );
  return {
    messageId: textAt(document, ROOT, 'GrpHdr', 'MsgId') ?? '',
    originalMessageId: textAt(group, 'OrgnlMsgId') ?? '',
    ...(groupStatus === undefined ? {} : { groupStatus, groupMeaning: MEANINGS[groupStatus] ?? 'unknown' }),
    groupReasons: reasonsOf(group),
    transactions,
  };
}

function reasonsOf(value: XmlValue | undefined): readonly string[] {
  return listAt(value, 'StsRsnInf').flatMap((reason) => textAt(reason, 'Rsn', 'Cd') ?? textAt(reason, 'Rsn', 'Prtry') ?? []);
}
