import { createHash } from 'node:crypto';
import type { FieldIssue } from '../../../domain/errors/app-error.ts';
import { type DecimalText, decimal, fixedText, isDecimalText, sum } from '../../../domain/money/decimal.ts';
import { bankAccountIssues } from '../../../domain/settlement/bank-account.ts';
import { isCreditorReference } from '../../../domain/settlement/creditor-reference.ts';
import type { BusinessDate, InstantText } from '../../../domain/time/business-date.ts';
import { isBusinessDay } from '../../../domain/time/calendar.ts';
import { elementOf } from '../../iso20022/navigate.ts';
import { isSepaIdentifier, sepaText } from '../../iso20022/sepa-text.ts';
import type { XmlObject, XmlValue } from '../../xml/document-type.ts';
import { compileWriter } from '../../xml/writer.ts';
import { PAIN_001 } from './schema.ts';

/** A payer or payee. Town and country are always sent as elements of their own: unstructured addresses are refused. */
export type PaymentParty = {
  readonly name: string;
  readonly address: { readonly street?: string; readonly postCode?: string; readonly city: string; readonly country: string };
  readonly iban: string;
  readonly bic?: string;
  readonly lei?: string;
};

export type CreditTransfer = {
  /** The netting id: never used again, and given back by the statement. */
  readonly endToEndId: string;
  /** Euros above zero with at most two decimals. */
  readonly amount: DecimalText;
  readonly creditor: PaymentParty;
  readonly remittance: { readonly creditorReference: string } | { readonly text: string };
  /** ISO 20022 purpose: trade, commodity, electricity, gas, interest. */
  readonly purpose?: 'TRAD' | 'CMDT' | 'ELEC' | 'GASB' | 'INTE';
};

/** Transfers from one account on one day. */
export type PaymentOrder = {
  readonly messageId: string;
  readonly createdAt: InstantText;
  readonly executionOn: BusinessDate;
  readonly isInstant?: boolean;
  readonly debtor: PaymentParty;
  readonly transfers: readonly CreditTransfer[];
};

export type PaymentOrderWriting =
  | {
      readonly kind: 'written';
      readonly xml: string;
      readonly numberOfTransactions: number;
      readonly controlSum: DecimalText;
      /** Of the bytes: what was approved is what is sent. */
      readonly sha256: string;
    }
  | { readonly kind: 'refused'; readonly issues: readonly FieldIssue[] };

const TRANSFERS_MAX = 10_000;
const USTRD_MAX = 140;
const NAME_MAX = 70;
const EURO_MAX = '999999999.99';

const writer = compileWriter(PAIN_001, { indent: true });

/** Writes pain.001.001.09, or says what a bank would refuse. Same order, same bytes. @source EPC132-08 SCT customer-to-bank guidelines 2025 */
export function writePain001(order: PaymentOrder): PaymentOrderWriting {
  const issues = orderIssues(order);
  if (issues.length > 0) return { kind: 'refused', issues };
  const numberOfTransactions = order.transfers.length;
  const controlSum = fixedText(sum(order.transfers.map(({ amount }) => decimal(amount))), 2);
  const totals = { NbOfTxs: String(numberOfTransactions), CtrlSum: controlSum };
  const document: XmlObject = {
    CstmrCdtTrfInitn: {
      GrpHdr: { MsgId: order.messageId, CreDtTm: order.createdAt, ...totals, InitgPty: partyOf(order.debtor, false) },
      PmtInf: [
        {
          PmtInfId: order.messageId,
          PmtMtd: 'TRF',
          BtchBookg: 'true',
          ...totals,
          PmtTpInf: elementOf({
            SvcLvl: [{ Cd: 'SEPA' }],
            LclInstrm: order.isInstant === true ? { Cd: 'INST' } : undefined,
          }),
          ReqdExctnDt: { Dt: order.executionOn },
          Dbtr: partyOf(order.debtor, true),
          DbtrAcct: { Id: { IBAN: order.debtor.iban } },
          DbtrAgt: agentOf(order.debtor.bic),
          ChrgBr: 'SLEV',
          CdtTrfTxInf: order.transfers.map(transferOf),
        },
      ],
    },
  };
  const xml = writer.writeUnchecked(document);
  return { kind: 'written', xml, numberOfTransactions, controlSum, sha256: createHash('sha256').update(xml).digest('hex') };
}

function transferOf(transfer: CreditTransfer): XmlObject {
  const { creditor, remittance } = transfer;
  const strd = (reference: string): XmlObject => ({
    Strd: [{ CdtrRefInf: { Tp: { CdOrPrtry: { Cd: 'SCOR' }, Issr: 'ISO' }, Ref: reference } }],
  });
  return elementOf({
    PmtId: { EndToEndId: transfer.endToEndId },
    Amt: { InstdAmt: { '@Ccy': 'EUR', '#text': fixedText(decimal(transfer.amount), 2) } },
    CdtrAgt: creditor.bic === undefined ? undefined : agentOf(creditor.bic),
    Cdtr: partyOf(creditor, true),
    CdtrAcct: { Id: { IBAN: creditor.iban } },
    Purp: transfer.purpose === undefined ? undefined : { Cd: transfer.purpose },
    RmtInf: 'text' in remittance ? { Ustrd: [sepaText(remittance.text)] } : strd(remittance.creditorReference),
  });
}

function partyOf(party: PaymentParty, withAddress: boolean): XmlObject {
  const { street, postCode, city, country } = party.address;
  const address = elementOf({
    StrtNm: street === undefined ? undefined : sepaText(street),
    PstCd: postCode === undefined ? undefined : sepaText(postCode),
    TwnNm: sepaText(city),
    Ctry: country,
  });
  return elementOf({
    Nm: sepaText(party.name).slice(0, NAME_MAX).trim(),
    PstlAdr: withAddress ? address : undefined,
    Id: party.lei === undefined ? undefined : { OrgId: { LEI: party.lei } },
  });
}

function agentOf(bic: string | undefined): XmlValue {
  return { FinInstnId: bic === undefined ? { Othr: { Id: 'NOTPROVIDED' } } : { BICFI: bic } };
}

function orderIssues(order: PaymentOrder): readonly FieldIssue[] {
  const issues: FieldIssue[] = [];
  const add = (field: string, code: string, message: string, fix: string): void => {
    issues.push({ field, code, message, fix });
  };
  if (!isSepaIdentifier(order.messageId)) {
    add('/messageId', 'payment.identifier', `'${order.messageId}' is no identifier.`, 'Give up to 35 of the SEPA characters.');
  }
  if (!isBusinessDay({ calendar: 'TARGET', date: order.executionOn })) {
    add('/executionOn', 'payment.closedDay', `${order.executionOn} is no TARGET day.`, 'Give the next business day.');
  }
  if (order.transfers.length === 0 || order.transfers.length > TRANSFERS_MAX) {
    add('/transfers', 'payment.count', `There are ${order.transfers.length} transfers.`, `Send 1 to ${TRANSFERS_MAX}.`);
  }
  issues.push(...partyIssues('/debtor', order.debtor));
  const seen = new Set<string>();
  for (const [place, transfer] of order.transfers.entries()) {
    issues.push(...transferIssues(`/transfers/${place}`, transfer));
    if (seen.has(transfer.endToEndId)) {
      add(
        `/transfers/${place}/endToEndId`,
        'payment.identifierTwice',
        `'${transfer.endToEndId}' is used twice.`,
        'Give every payment its own.',
      );
    }
    seen.add(transfer.endToEndId);
  }
  return issues;
}

function transferIssues(field: string, transfer: CreditTransfer): readonly FieldIssue[] {
  const issues: FieldIssue[] = [...partyIssues(`${field}/creditor`, transfer.creditor)];
  const { amount, endToEndId, remittance } = transfer;
  if (!isSepaIdentifier(endToEndId)) {
    const fix = 'Give up to 35 of the SEPA characters, without a slash at the ends or two in a row.';
    issues.push({ field: `${field}/endToEndId`, code: 'payment.identifier', message: `'${endToEndId}' is no end-to-end id.`, fix });
  }
  const value = isDecimalText(amount) ? decimal(amount) : undefined;
  if (value === undefined || !value.greaterThan(0) || value.decimalPlaces() > 2 || value.greaterThan(decimal(EURO_MAX))) {
    const fix = `Give euros above zero, at most ${EURO_MAX}, with two decimals.`;
    issues.push({ field: `${field}/amount`, code: 'payment.amount', message: `'${amount}' is no amount of a SEPA transfer.`, fix });
  }
  if ('text' in remittance && (remittance.text.trim() === '' || sepaText(remittance.text).length > USTRD_MAX)) {
    const message = `The remittance text is empty or longer than ${USTRD_MAX} characters.`;
    issues.push({ field: `${field}/remittance/text`, code: 'payment.remittance', message, fix: 'Name the netting statement only.' });
  }
  if ('creditorReference' in remittance && !isCreditorReference(remittance.creditorReference)) {
    const message = `'${remittance.creditorReference}' is no creditor reference.`;
    const fix = 'Check its check digits, or send text.';
    issues.push({ field: `${field}/remittance/creditorReference`, code: 'payment.creditorReference', message, fix });
  }
  return issues;
}

function partyIssues(field: string, party: PaymentParty): readonly FieldIssue[] {
  const account = { iban: party.iban, ...(party.bic === undefined ? {} : { bic: party.bic }) };
  const issues = bankAccountIssues(account).map((issue) => ({ ...issue, field: `${field}${issue.field}` }));
  if (sepaText(party.address.city) === '' || !/^[A-Z]{2}$/.test(party.address.country)) {
    issues.push({
      field: `${field}/address`,
      code: 'payment.address',
      message: 'The address lacks its town or country.',
      fix: 'Give both as fields of their own: unstructured addresses are refused since 15 November 2026.',
    });
  }
  if (sepaText(party.name) === '') {
    issues.push({
      field: `${field}/name`,
      code: 'payment.name',
      message: 'The name is empty.',
      fix: 'Give the name of the account holder.',
    });
  }
  return issues;
}
