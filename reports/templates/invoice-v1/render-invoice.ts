import type { Invoice } from '../../../domain/settlement/invoice.ts';
import { PdfDocument, type StructureElement } from '../../pdf/document.ts';
import { type PdfFonts, EMBEDDED_FONTS } from '../../pdf/fonts.ts';
import { type PageRows, paginate } from '../../pdf/paginate.ts';
import { COLOUR, CONTENT, FONT_SIZE, PAGE } from '../../pdf/theme.ts';
import { type InvoiceText, type LabelledText, type PrintedRow, invoiceText } from './invoice-text.ts';

/** Version of this template; documents keep the one they were rendered with. */
export const INVOICE_TEMPLATE = 'invoice-v1';

/**
 * Renders a settlement document as an A4 PDF, tagged, with page numbers and a table whose header repeats. The same invoice and fonts give
 * the same bytes. The file does not hold its own hash; whoever stores it records that.
 */
export async function renderInvoicePdf(invoice: Invoice, fonts: PdfFonts = EMBEDDED_FONTS): Promise<Uint8Array> {
  const text = invoiceText(invoice);
  const issuer = invoice.issuer === 'seller' ? invoice.seller : invoice.buyer;
  const info = {
    title: `${text.title} ${invoice.number}`,
    author: issuer.name,
    subject: text.subject,
    createdAt: new Date(`${invoice.issuedOn}T00:00:00Z`),
    language: 'en',
  };
  const document = new PdfDocument({ info, fonts });
  const pages = pagesOf({ document, text });
  const table = drawOpening({ document, text, pageCount: pages.length, issuerName: issuer.name });
  let y = tableTop(document, text);
  for (const [index, rows] of pages.entries()) {
    if (index > 0) {
      startPage({ document, text, page: index + 1, pageCount: pages.length });
      y = LATER_TABLE_TOP;
    }
    y = drawRows({ document, text, table, rows, top: y, isFirstPage: index === 0 });
  }
  drawClosing({ document, text, top: y });
  return document.finish();
}

const COLUMNS = {
  number: { x: CONTENT.left + 6, width: 20, align: 'left', label: '#' },
  text: { x: CONTENT.left + 28, width: 248, align: 'left', label: 'Trade and delivery' },
  quantity: { x: CONTENT.left + 280, width: 66, align: 'right', label: 'Energy MWh' },
  unitPrice: { x: CONTENT.left + 350, width: 58, align: 'right', label: 'Price per MWh' },
  net: { x: CONTENT.left + 412, width: CONTENT.width - 418, align: 'right', label: 'Net' },
} as const;
const COLUMN_NAMES = ['number', 'text', 'quantity', 'unitPrice', 'net'] as const satisfies readonly (keyof typeof COLUMNS)[];

const HEADER_ROW_HEIGHT = 20;
const ROW_PADDING = 6;
const LINE_HEIGHT = 13;
const PARTIES_TOP = 122;
const PARTY_WIDTH = CONTENT.width / 2 - 12;
const FACTS_PER_ROW = 4;
const FACT_WIDTH = CONTENT.width / FACTS_PER_ROW;
/** Label above, air below. */
const FACT_ROW_EXTRA_HEIGHT = 20;
/** Where the table begins on pages after the first: below the running title. */
const LATER_TABLE_TOP = PAGE.top + 24;
const BOTTOM = PAGE.height - PAGE.bottom;
const CLOSING_GAP = 12;
const TOTALS_WIDTH = 330;
const TOTAL_LINE_HEIGHT = 16;
const GRAND_TOTAL_HEIGHT = 24;

function pagesOf(input: { document: PdfDocument; text: InvoiceText }): readonly PageRows[] {
  const { document, text } = input;
  return paginate({
    rowHeights: text.rows.map((row) => rowHeight(document, row)),
    firstPageRoom: BOTTOM - tableTop(document, text) - HEADER_ROW_HEIGHT,
    pageRoom: BOTTOM - LATER_TABLE_TOP - HEADER_ROW_HEIGHT,
    closingHeight: closingHeight(document, text),
  });
}

/** Title, parties and facts on the first page; gives the table that the rows belong to. */
function drawOpening(input: { document: PdfDocument; text: InvoiceText; pageCount: number; issuerName: string }): StructureElement {
  const { document, text, pageCount } = input;
  document.addPage();
  document.footer({ text: text.footer, page: 1, pages: pageCount });
  const opening = document.element('Sect');
  document.tagged('P', opening, () => {
    document.text(input.issuerName, { x: CONTENT.left, y: PAGE.top, width: CONTENT.width, size: FONT_SIZE.heading, bold: true });
  });
  document.artifact(() => document.rule(PAGE.top + 18, { colour: COLOUR.accent, thickness: 1.5 }));
  document.tagged('H1', opening, () => {
    const style = { x: CONTENT.left, y: PAGE.top + 28, width: CONTENT.width };
    document.text(text.title, { ...style, size: FONT_SIZE.title, bold: true, colour: COLOUR.accent });
  });
  document.tagged('P', opening, () => {
    document.text(text.subject, { x: CONTENT.left, y: PAGE.top + 53, width: CONTENT.width, colour: COLOUR.muted });
  });
  for (const [index, party] of text.parties.entries()) drawParty({ document, parent: opening, party, column: index });
  drawFacts({ document, parent: opening, text });
  return document.element('Table');
}

function drawParty(input: {
  document: PdfDocument;
  parent: StructureElement;
  party: InvoiceText['parties'][number];
  column: number;
}): void {
  const { document, parent, party } = input;
  const place = { x: CONTENT.left + input.column * (PARTY_WIDTH + 24), width: PARTY_WIDTH };
  const paragraph = (content: string, style: { y: number; size?: number; bold?: boolean; colour?: string }): void => {
    document.tagged('P', parent, () => document.text(content, { ...place, ...style }));
  };
  paragraph(party.role, { y: PARTIES_TOP, size: FONT_SIZE.small, colour: COLOUR.muted });
  paragraph(party.name, { y: PARTIES_TOP + 12, size: FONT_SIZE.heading, bold: true });
  for (const [line, content] of party.lines.entries()) paragraph(content, { y: PARTIES_TOP + 28 + line * LINE_HEIGHT });
}

function drawFacts(input: { document: PdfDocument; parent: StructureElement; text: InvoiceText }): void {
  const { document, parent, text } = input;
  const top = factsTop(text);
  const height = factsHeight(document, text);
  document.artifact(() => document.band({ x: CONTENT.left, y: top, width: CONTENT.width, height }));
  let y = top + 7;
  for (const row of factRows(text)) {
    for (const [column, fact] of row.entries()) {
      drawLabelled({ document, parent, entry: fact, x: CONTENT.left + column * FACT_WIDTH + 8, y, width: FACT_WIDTH - 12, bold: true });
    }
    y += factRowHeight(document, row);
  }
}

/** A small label with its text below. */
function drawLabelled(input: {
  document: PdfDocument;
  parent: StructureElement;
  entry: LabelledText;
  x: number;
  y: number;
  width: number;
  bold: boolean;
}): void {
  const { document, parent, entry, y, bold } = input;
  const place = { x: input.x, width: input.width };
  document.tagged('P', parent, () => document.text(entry.label, { ...place, y, size: FONT_SIZE.small, colour: COLOUR.muted }));
  document.tagged('P', parent, () => document.text(entry.text, { ...place, y: y + 10, bold }));
}

/** A page after the first: foot, running title. */
function startPage(input: { document: PdfDocument; text: InvoiceText; page: number; pageCount: number }): void {
  const { document, text } = input;
  document.addPage();
  document.footer({ text: text.footer, page: input.page, pages: input.pageCount });
  const number = text.facts[0]?.text ?? '';
  document.artifact(() => {
    document.text(`${text.title} ${number}, continued`, { x: CONTENT.left, y: PAGE.top, width: CONTENT.width, colour: COLOUR.muted });
  });
}

/** Draws the table's header and the rows of one page; gives the y below them. */
function drawRows(input: {
  document: PdfDocument;
  text: InvoiceText;
  table: StructureElement;
  rows: PageRows;
  top: number;
  isFirstPage: boolean;
}): number {
  const { document, text, table, rows, top } = input;
  if (rows.first === rows.end) return top;
  document.artifact(() => document.band({ x: CONTENT.left, y: top, width: CONTENT.width, height: HEADER_ROW_HEIGHT }));
  if (input.isFirstPage) drawHeaderCells(document, document.element('TR', table), top);
  else document.artifact(() => drawHeaderTexts(document, top));
  let y = top + HEADER_ROW_HEIGHT;
  for (const row of text.rows.slice(rows.first, rows.end)) {
    drawRow({ document, table, row, top: y });
    y += rowHeight(document, row);
    const ruleY = y;
    document.artifact(() => document.rule(ruleY));
  }
  return y;
}

function drawHeaderCells(document: PdfDocument, row: StructureElement, top: number): void {
  for (const name of COLUMN_NAMES) document.tagged('TH', row, () => drawHeaderText(document, name, top));
}

function drawHeaderTexts(document: PdfDocument, top: number): void {
  for (const name of COLUMN_NAMES) drawHeaderText(document, name, top);
}

function drawHeaderText(document: PdfDocument, name: keyof typeof COLUMNS, top: number): void {
  const { label, ...place } = COLUMNS[name];
  document.text(label, { ...place, y: top + 6, size: FONT_SIZE.small, bold: true, colour: COLOUR.muted });
}

function drawRow(input: { document: PdfDocument; table: StructureElement; row: PrintedRow; top: number }): void {
  const { document, row } = input;
  const element = document.element('TR', input.table);
  const y = input.top + ROW_PADDING;
  for (const name of COLUMN_NAMES) {
    const { label: _label, ...place } = COLUMNS[name];
    document.tagged('TD', element, () => {
      document.text(row[name], { ...place, y });
      if (name !== 'text') return;
      const evidenceY = y + document.heightOf(row.text, place);
      document.text(row.evidence, { ...place, y: evidenceY, size: FONT_SIZE.small, colour: COLOUR.muted });
    });
  }
}

function drawClosing(input: { document: PdfDocument; text: InvoiceText; top: number }): void {
  const { document, text } = input;
  const closing = document.element('Sect');
  let y = input.top + CLOSING_GAP;
  const left = CONTENT.right - TOTALS_WIDTH;
  const total = (entry: { label: string; text: string }, style: { y: number; bold?: boolean; size?: number }): void => {
    document.tagged('P', closing, () => {
      document.text(entry.label, { ...style, x: left + 8, width: TOTALS_WIDTH - 110 });
      document.text(entry.text, { ...style, x: CONTENT.right - 106, width: 100, align: 'right' });
    });
  };
  for (const entry of text.totals) {
    total(entry, { y });
    y += TOTAL_LINE_HEIGHT;
  }
  const bandY = y;
  document.artifact(() => document.band({ x: left, y: bandY, width: TOTALS_WIDTH, height: GRAND_TOTAL_HEIGHT }));
  total(text.grandTotal, { y: y + 6, bold: true, size: FONT_SIZE.heading });
  y += GRAND_TOTAL_HEIGHT + CLOSING_GAP;
  y = drawParagraphs({ document, parent: closing, paragraphs: text.legalTexts, top: y });
  drawPayment({ document, parent: closing, text, top: y });
}

function drawParagraphs(input: { document: PdfDocument; parent: StructureElement; paragraphs: readonly string[]; top: number }): number {
  const { document } = input;
  let y = input.top;
  for (const paragraph of input.paragraphs) {
    const style = { x: CONTENT.left, y, width: CONTENT.width };
    document.tagged('P', input.parent, () => document.text(paragraph, style));
    y += document.heightOf(paragraph, style) + 4;
  }
  return y;
}

function drawPayment(input: { document: PdfDocument; parent: StructureElement; text: InvoiceText; top: number }): void {
  const { document, parent, text } = input;
  const top = input.top + CLOSING_GAP;
  document.artifact(() => document.rule(top - 6));
  document.tagged('P', parent, () => {
    document.text(text.paymentSentence, { x: CONTENT.left, y: top, width: CONTENT.width, bold: true });
  });
  const paymentTop = top + document.heightOf(text.paymentSentence, { width: CONTENT.width, bold: true }) + 4;
  const width = CONTENT.width / 3;
  for (const [index, entry] of text.payment.entries()) {
    drawLabelled({ document, parent, entry, x: CONTENT.left + index * width, y: paymentTop, width: width - 8, bold: false });
  }
}

function closingHeight(document: PdfDocument, text: InvoiceText): number {
  const legal = text.legalTexts.reduce((height, paragraph) => height + document.heightOf(paragraph, { width: CONTENT.width }) + 4, 0);
  const totals = CLOSING_GAP + text.totals.length * TOTAL_LINE_HEIGHT + GRAND_TOTAL_HEIGHT + CLOSING_GAP;
  const payment = CLOSING_GAP + document.heightOf(text.paymentSentence, { width: CONTENT.width, bold: true }) + 4 + 24;
  return totals + legal + payment;
}

function rowHeight(document: PdfDocument, row: PrintedRow): number {
  const { width } = COLUMNS.text;
  const evidence = document.heightOf(row.evidence, { width, size: FONT_SIZE.small });
  return document.heightOf(row.text, { width }) + evidence + 2 * ROW_PADDING;
}

function factsTop(text: InvoiceText): number {
  const partyLines = Math.max(...text.parties.map(({ lines }) => lines.length));
  return PARTIES_TOP + 28 + partyLines * LINE_HEIGHT + 14;
}

function factRows(text: InvoiceText): readonly (readonly LabelledText[])[] {
  const rowCount = Math.ceil(text.facts.length / FACTS_PER_ROW);
  return Array.from({ length: rowCount }, (_, row) => text.facts.slice(row * FACTS_PER_ROW, (row + 1) * FACTS_PER_ROW));
}

/** Ids of agreements and cycles may need more than one line. */
function factRowHeight(document: PdfDocument, row: readonly LabelledText[]): number {
  return Math.max(...row.map((fact) => document.heightOf(fact.text, { width: FACT_WIDTH - 12, bold: true }))) + FACT_ROW_EXTRA_HEIGHT;
}

function factsHeight(document: PdfDocument, text: InvoiceText): number {
  return factRows(text).reduce((height, row) => height + factRowHeight(document, row), 4);
}

function tableTop(document: PdfDocument, text: InvoiceText): number {
  return factsTop(text) + factsHeight(document, text) + 14;
}
