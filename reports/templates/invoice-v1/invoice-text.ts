import type { LegalEntity } from '../../../domain/party/party.ts';
import type { Invoice, InvoiceLine } from '../../../domain/settlement/invoice.ts';
import { groupedNumber, longDate, longMonth, printedIban } from '../../pdf/format.ts';

/** A label and what stands beside it. */
export type LabelledText = { readonly label: string; readonly text: string };

/** One row of the table, as printed. */
export type PrintedRow = {
  readonly number: string;
  readonly text: string;
  readonly evidence: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly net: string;
};

/** Every word and figure of the document, before any of it has a place on a page. */
export type InvoiceText = {
  readonly title: string;
  readonly subject: string;
  readonly parties: readonly { readonly role: string; readonly name: string; readonly lines: readonly string[] }[];
  readonly facts: readonly LabelledText[];
  readonly rows: readonly PrintedRow[];
  readonly totals: readonly LabelledText[];
  readonly grandTotal: LabelledText;
  readonly legalTexts: readonly string[];
  readonly payment: readonly LabelledText[];
  readonly paymentSentence: string;
  readonly footer: string;
};

/** Puts the model into words. Pure; figures are grouped for the eye and otherwise unchanged. */
export function invoiceText(invoice: Invoice): InvoiceText {
  const { seller, buyer, currency } = invoice;
  const title = TITLES[invoice.typeCode];
  const issuer = invoice.issuer === 'seller' ? seller : buyer;
  return {
    title,
    subject: `${invoice.commodity === 'gas' ? 'Gas' : 'Power'} delivered in ${longMonth(invoice.deliveryMonth)}`,
    parties: [
      { role: 'Seller', name: seller.name, lines: partyLines(seller) },
      { role: 'Buyer', name: buyer.name, lines: partyLines(buyer) },
    ],
    facts: factsOf(invoice),
    rows: invoice.lines.map((line) => printedRow(line)),
    totals: [
      { label: 'Net', text: groupedNumber(invoice.net) },
      ...invoice.vatSubtotals.map(({ category, ratePercent, base, vat }) => ({
        label: `VAT ${ratePercent} %${category === 'AE' ? ', reverse charge' : ''}, on ${groupedNumber(base)}`,
        text: groupedNumber(vat),
      })),
    ],
    grandTotal: { label: `Total ${currency}`, text: groupedNumber(invoice.total) },
    legalTexts: invoice.legalTexts,
    ...paymentOf(invoice),
    footer: `${title} ${invoice.number}  ·  ${issuer.name}  ·  VAT ${issuer.vatNumber}`,
  };
}

/** By UNTDID 1001, which tells a credit note of ours from one that we write for the seller. */
const TITLES: Readonly<Record<Invoice['typeCode'], string>> = {
  '380': 'Invoice',
  '389': 'Self-billing invoice',
  '381': 'Credit note',
  '261': 'Self-billing credit note',
};

function partyLines(party: LegalEntity): readonly string[] {
  const { street, postCode, city, country } = party.address;
  return [
    street,
    `${postCode} ${city}, ${country}`,
    `VAT ${party.vatNumber}`,
    `LEI ${party.lei}`,
    `ACER ${party.acerCode}${party.eic === undefined ? '' : `  ·  EIC ${party.eic}`}`,
  ];
}

function factsOf(invoice: Invoice): readonly LabelledText[] {
  const preceding = invoice.precedingInvoice;
  return [
    { label: 'Number', text: invoice.number },
    { label: 'Issued', text: longDate(invoice.issuedOn) },
    { label: 'Delivery month', text: longMonth(invoice.deliveryMonth) },
    { label: 'Due', text: longDate(invoice.dueOn) },
    { label: 'Agreement', text: invoice.agreementId },
    { label: 'Settlement cycle', text: invoice.cycleId },
    { label: 'Currency', text: invoice.currency },
    ...(preceding === undefined
      ? []
      : [
          { label: 'Takes back', text: preceding.number },
          { label: 'Issued, of what it takes back', text: longDate(preceding.issuedOn) },
        ]),
  ];
}

function printedRow(line: InvoiceLine): PrintedRow {
  return {
    number: String(line.lineNumber),
    text: `${line.tradeId}\n${line.text}`,
    evidence: `Evidence ${line.evidenceId}`,
    quantity: groupedNumber(line.quantityMwh),
    unitPrice: groupedNumber(line.unitPrice),
    net: groupedNumber(line.net),
  };
}

function paymentOf(invoice: Invoice): Pick<InvoiceText, 'payment' | 'paymentSentence'> {
  const [payer, payee] = invoice.payer === 'buyer' ? [invoice.buyer, invoice.seller] : [invoice.seller, invoice.buyer];
  const amount = `${invoice.currency} ${groupedNumber(invoice.total)}`;
  return {
    paymentSentence: `${payer.name} pays ${amount} to ${payee.name} by ${longDate(invoice.dueOn)}.`,
    payment: [
      ...(payee.iban === undefined ? [] : [{ label: 'IBAN', text: printedIban(payee.iban) }]),
      ...(payee.bic === undefined ? [] : [{ label: 'BIC', text: payee.bic }]),
      { label: 'Reference', text: invoice.number },
    ],
  };
}
