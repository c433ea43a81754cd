import { decimal, isDecimalText, sum } from '../../../domain/money/decimal.ts';
import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { listAt, textAt } from '../../iso20022/navigate.ts';
import type { XmlValue } from '../../xml/document-type.ts';

const ROOT = 'CstmrCdtTrfInitn';

/** The counts and control sums of an order, on both levels, of a document that keeps the schema. */
export function judgePain001(document: XmlValue): readonly ReportFinding[] {
  const blocks = listAt(document, ROOT, 'PmtInf');
  const findings = blocks.flatMap((block, place) =>
    totalsFindings({ header: block, transfers: listAt(block, 'CdtTrfTxInf'), path: `/Document/${ROOT}/PmtInf[${place + 1}]` }),
  );
  const all = blocks.flatMap((block) => listAt(block, 'CdtTrfTxInf'));
  const header = listAt(document, ROOT, 'GrpHdr')[0];
  return [...totalsFindings({ header, transfers: all, path: `/Document/${ROOT}/GrpHdr` }), ...findings];
}

function totalsFindings(input: { header: XmlValue | undefined; transfers: readonly XmlValue[]; path: string }): readonly ReportFinding[] {
  const { header, transfers, path } = input;
  const findings: ReportFinding[] = [];
  const count = textAt(header, 'NbOfTxs');
  if (count !== undefined && Number(count) !== transfers.length) {
    findings.push(wrong(`${path}/NbOfTxs`, 'pain.NbOfTxs', `There are ${transfers.length} transactions, not ${count}.`));
  }
  const controlSum = textAt(header, 'CtrlSum')?.trim();
  const amounts = transfers.map(
    (transfer) => textAt(transfer, 'Amt', 'InstdAmt')?.trim() ?? textAt(transfer, 'Amt', 'EqvtAmt', 'Amt') ?? '',
  );
  if (controlSum === undefined || ![controlSum, ...amounts].every(isDecimalText)) return findings;
  const total = sum(amounts.map((amount) => decimal(amount)));
  if (!total.equals(decimal(controlSum))) {
    findings.push(wrong(`${path}/CtrlSum`, 'pain.CtrlSum', `The amounts come to ${total.toFixed()}, not ${controlSum}.`));
  }
  return findings;
}

function wrong(path: string, rule: string, message: string): ReportFinding {
  return { layer: 'rule', severity: 'error', rule, path, message, fix: 'Correct the total; a bank refuses the file (AM10).' };
}
