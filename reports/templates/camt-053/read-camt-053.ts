import { createHash } from 'node:crypto';
import { isCurrency } from '../../../domain/money/currency.ts';
import { decimal, decimalText, isDecimalText } from '../../../domain/money/decimal.ts';
import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { type BankEntry, type BankStatement, type BankTransaction, statementIssues } from '../../../domain/settlement/bank-statement.ts';
import { isBusinessDate } from '../../../domain/time/business-date.ts';
import { listAt, textAt } from '../../iso20022/navigate.ts';
import type { XmlValue } from '../../xml/document-type.ts';

const ROOT = 'BkToCstmrStmt';

export type StatementReading =
  | { readonly kind: 'read'; readonly id: string; readonly statement: BankStatement }
  | { readonly kind: 'refused'; readonly id: string; readonly rule: string; readonly message: string };

/** Reads the statements of a camt.053.001.08 that keeps the schema. One without its balances, or in a currency we do not settle, is refused. */
export function readCamt053(document: XmlValue): readonly StatementReading[] {
  return listAt(document, ROOT, 'Stmt').map(readStatement);
}

/** What is wrong with the figures of statements: balances, control sums, batches. */
export function judgeCamt053(document: XmlValue): readonly ReportFinding[] {
  return readCamt053(document).flatMap((reading, place): readonly ReportFinding[] => {
    const at = `/Document/${ROOT}/Stmt[${place + 1}]`;
    const base = { layer: 'rule', severity: 'error', path: at } as const;
    if (reading.kind === 'refused') {
      return [{ ...base, rule: reading.rule, message: reading.message, fix: 'Ask the bank for a complete statement.' }];
    }
    return statementIssues(reading.statement).map(({ code, message, fix }) => ({ ...base, rule: code, message, fix }));
  });
}

function readStatement(value: XmlValue): StatementReading {
  const id = textAt(value, 'Id') ?? '';
  const [opening, closing] = [balanceOf(value, ['OPBD', 'PRCD']), balanceOf(value, ['CLBD'])];
  if (opening === undefined || closing === undefined) {
    return { kind: 'refused', id, rule: 'camt.balanceMissing', message: `Statement '${id}' lacks its opening or closing balance.` };
  }
  const currency = opening.currency;
  if (!isCurrency(currency) || closing.currency !== currency) {
    return { kind: 'refused', id, rule: 'camt.currency', message: `Statement '${id}' is in ${currency} and ${closing.currency}.` };
  }
  const sequence = textAt(value, 'ElctrncSeqNb');
  const [creditSum, debitSum] = [
    amountOf(textAt(value, 'TxsSummry', 'TtlCdtNtries', 'Sum')),
    amountOf(textAt(value, 'TxsSummry', 'TtlDbtNtries', 'Sum')),
  ];
  const statement: BankStatement = {
    account: textAt(value, 'Acct', 'Id', 'IBAN') ?? textAt(value, 'Acct', 'Id', 'Othr', 'Id') ?? '',
    currency,
    ...(sequence === undefined ? {} : { sequence }),
    opening: opening.amount,
    closing: closing.amount,
    ...(creditSum === undefined ? {} : { creditSum }),
    ...(debitSum === undefined ? {} : { debitSum }),
    entries: listAt(value, 'Ntry').map((entry, place) => readEntry(entry, `${id} ${place}`)),
  };
  return { kind: 'read', id, statement };
}

function balanceOf(value: XmlValue, codes: readonly string[]): { amount: string; currency: string } | undefined {
  const balance = listAt(value, 'Bal').find((row) => codes.includes(textAt(row, 'Tp', 'CdOrPrtry', 'Cd') ?? ''));
  const amount = amountOf(textAt(balance, 'Amt'));
  if (amount === undefined) return undefined;
  const signed = decimal(amount).times(textAt(balance, 'CdtDbtInd') === 'DBIT' ? -1 : 1);
  return { amount: decimalText(signed), currency: textAt(balance, 'Amt', '@Ccy') ?? '' };
}

function readEntry(entry: XmlValue, place: string): BankEntry {
  const direction = textAt(entry, 'CdtDbtInd') === 'DBIT' ? 'debit' : 'credit';
  const amount = amountOf(textAt(entry, 'Amt')) ?? '0';
  const bookedOn = (textAt(entry, 'BookgDt', 'Dt') ?? textAt(entry, 'BookgDt', 'DtTm'))?.slice(0, 10);
  const hashed = createHash('sha256').update([place, direction, amount, bookedOn].join('|')).digest('hex');
  return {
    reference: textAt(entry, 'AcctSvcrRef') ?? textAt(entry, 'NtryRef') ?? hashed,
    direction,
    amount,
    isBooked: textAt(entry, 'Sts', 'Cd') === 'BOOK',
    ...(bookedOn !== undefined && isBusinessDate(bookedOn) ? { bookedOn } : {}),
    transactions: listAt(entry, 'NtryDtls')
      .flatMap((details) => listAt(details, 'TxDtls'))
      .map((transaction, _, all) => readTransaction({ transaction, direction, entryAmount: all.length === 1 ? amount : undefined })),
  };
}

/** Without an amount of its own the only transaction of an entry has that of the entry. */
function readTransaction(input: {
  transaction: XmlValue;
  direction: BankEntry['direction'];
  entryAmount: string | undefined;
}): BankTransaction {
  const { transaction, direction, entryAmount } = input;
  const other = direction === 'credit' ? 'Dbtr' : 'Cdtr';
  const found: Readonly<Record<keyof Omit<BankTransaction, 'amount'>, string | undefined>> = {
    endToEndId: textAt(transaction, 'Refs', 'EndToEndId'),
    creditorReference: textAt(transaction, 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref'),
    remittanceText:
      listAt(transaction, 'RmtInf', 'Ustrd')
        .map((text) => textAt(text) ?? '')
        .join(' ') || undefined,
    counterpartyIban: textAt(transaction, 'RltdPties', `${other}Acct`, 'Id', 'IBAN'),
    returnReason: textAt(transaction, 'RtrInf', 'Rsn', 'Cd') ?? textAt(transaction, 'RtrInf', 'Rsn', 'Prtry'),
  };
  const given = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  const amount = amountOf(textAt(transaction, 'Amt')) ?? amountOf(textAt(transaction, 'AmtDtls', 'TxAmt', 'Amt')) ?? entryAmount ?? '0';
  return { amount, ...given };
}

/** An XML decimal may have blanks, a plus, leading zeros or end in a point. */
function amountOf(text: string | undefined): string | undefined {
  const plain = text
    ?.trim()
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '');
  return plain !== undefined && isDecimalText(plain) ? plain : undefined;
}
