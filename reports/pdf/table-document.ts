import { type DocumentInfo, PdfDocument, type StructureElement } from './document.ts';
import type { PdfFonts } from './fonts.ts';
import { type PageRows, paginate } from './paginate.ts';
import { COLOUR, CONTENT, FONT_SIZE, PAGE } from './theme.ts';

export type TableColumn = {
  readonly label: string;
  /** Share of the width; the shares of a table sum to 1. */
  readonly share: number;
  readonly align: 'left' | 'right';
};

/** A statement: title, facts in pairs, one table, and lines below it. Every row names its evidence, which resolves through the API. */
export type TableDocument = {
  readonly info: DocumentInfo;
  readonly title: string;
  readonly subtitle: string;
  readonly issuerName: string;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly evidence: string }[];
  /** Short notes below the table, e.g. what was left out and why. */
  readonly notes: readonly string[];
  /** The figure that the document is for, and how it is to be understood. */
  readonly result: { readonly label: string; readonly text: string };
  readonly footer: string;
};

const FACTS_TOP = PAGE.top + 76;
const FACT_HEIGHT = 26;
const FACTS_PER_ROW = 2;
const HEADER_HEIGHT = 20;
const ROW_PADDING = 5;
const CELL_GAP = 6;
const LATER_TOP = PAGE.top + 24;
const BOTTOM = PAGE.height - PAGE.bottom;
const RESULT_HEIGHT = 26;
const CLOSING_GAP = 12;

/** Renders a statement as tagged A4 pages in the design of the invoice. The same document and fonts give the same bytes. */
export async function renderTableDocument(content: TableDocument, fonts: PdfFonts): Promise<Uint8Array> {
  const document = new PdfDocument({ info: content.info, fonts });
  const tableTop = FACTS_TOP + Math.ceil(content.facts.length / FACTS_PER_ROW) * FACT_HEIGHT + CLOSING_GAP;
  const pages = paginate({
    rowHeights: content.rows.map((row) => rowHeight(document, content, row)),
    firstPageRoom: BOTTOM - tableTop - HEADER_HEIGHT,
    pageRoom: BOTTOM - LATER_TOP - HEADER_HEIGHT,
    closingHeight: closingHeight(document, content),
  });
  let table: StructureElement | undefined;
  let y = tableTop;
  for (const [place, page] of pages.entries()) {
    document.addPage();
    document.footer({ text: content.footer, page: place + 1, pages: pages.length });
    if (place === 0) drawOpening(document, content);
    else drawRunningTitle(document, content);
    table ??= document.element('Table');
    y = drawRows({ document, content, table, page, top: place === 0 ? tableTop : LATER_TOP, isFirst: place === 0 });
  }
  drawClosing({ document, content, top: y + CLOSING_GAP });
  return document.finish();
}

function drawOpening(document: PdfDocument, content: TableDocument): void {
  const section = document.element('Sect');
  const across = { x: CONTENT.left, width: CONTENT.width };
  document.tagged('P', section, () => {
    document.text(content.issuerName, { ...across, y: PAGE.top, size: FONT_SIZE.heading, bold: true });
  });
  document.artifact(() => document.rule(PAGE.top + 18, { colour: COLOUR.accent, thickness: 1.5 }));
  document.tagged('H1', section, () => {
    document.text(content.title, { ...across, y: PAGE.top + 28, size: FONT_SIZE.title, bold: true, colour: COLOUR.accent });
  });
  document.tagged('P', section, () => document.text(content.subtitle, { ...across, y: PAGE.top + 53, colour: COLOUR.muted }));
  const width = CONTENT.width / FACTS_PER_ROW;
  for (const [place, { label, text }] of content.facts.entries()) {
    const x = CONTENT.left + (place % FACTS_PER_ROW) * width;
    const y = FACTS_TOP + Math.floor(place / FACTS_PER_ROW) * FACT_HEIGHT;
    document.tagged('P', section, () => {
      document.text(label, { x, y, width: width - CELL_GAP, size: FONT_SIZE.small, colour: COLOUR.muted });
      document.text(text, { x, y: y + 10, width: width - CELL_GAP });
    });
  }
}

function drawRunningTitle(document: PdfDocument, content: TableDocument): void {
  document.artifact(() => {
    document.text(`${content.title}, continued`, { x: CONTENT.left, y: PAGE.top, width: CONTENT.width, colour: COLOUR.muted });
  });
}

function drawRows(input: {
  document: PdfDocument;
  content: TableDocument;
  table: StructureElement;
  page: PageRows;
  top: number;
  isFirst: boolean;
}): number {
  const { document, content, table, page, top } = input;
  const drawHeader = (place: number): void => {
    const column = columnAt(content, place);
    document.text(column.label, { ...column.area, y: top + 6, size: FONT_SIZE.small, bold: true, colour: COLOUR.muted });
  };
  if (page.first === page.end) return top;
  document.artifact(() => document.band({ x: CONTENT.left, y: top, width: CONTENT.width, height: HEADER_HEIGHT }));
  const header = input.isFirst ? document.element('TR', table) : undefined;
  for (const place of content.columns.keys()) {
    if (header === undefined) document.artifact(() => drawHeader(place));
    else document.tagged('TH', header, () => drawHeader(place));
  }
  let y = top + HEADER_HEIGHT;
  for (const row of content.rows.slice(page.first, page.end)) {
    drawRow({ document, content, row, element: document.element('TR', table), top: y });
    y += rowHeight(document, content, row);
    const ruleY = y;
    document.artifact(() => document.rule(ruleY));
  }
  return y;
}

function drawRow(input: {
  document: PdfDocument;
  content: TableDocument;
  row: TableDocument['rows'][number];
  element: StructureElement;
  top: number;
}): void {
  const { document, content, row, element } = input;
  const y = input.top + ROW_PADDING;
  for (const [place, cell] of row.cells.entries()) {
    const { area } = columnAt(content, place);
    document.tagged('TD', element, () => {
      document.text(cell, { ...area, y });
      if (place !== 0) return;
      document.text(row.evidence, { ...area, y: y + document.heightOf(cell, area), size: FONT_SIZE.small, colour: COLOUR.muted });
    });
  }
}

function drawClosing(input: { document: PdfDocument; content: TableDocument; top: number }): void {
  const { document, content } = input;
  const section = document.element('Sect');
  let y = input.top;
  const bandY = y;
  document.artifact(() => document.band({ x: CONTENT.left, y: bandY, width: CONTENT.width, height: RESULT_HEIGHT }));
  document.tagged('P', section, () => {
    const style = { y: bandY + 7, size: FONT_SIZE.heading, bold: true };
    document.text(content.result.label, { ...style, x: CONTENT.left + CELL_GAP, width: CONTENT.width * 0.65 });
    document.text(content.result.text, { ...style, x: CONTENT.right - 176, width: 170, align: 'right' });
  });
  y += RESULT_HEIGHT + CLOSING_GAP;
  for (const note of content.notes) {
    const style = { x: CONTENT.left, y, width: CONTENT.width };
    document.tagged('P', section, () => document.text(note, style));
    y += document.heightOf(note, style) + 4;
  }
}

function columnAt(content: TableDocument, place: number): { label: string; area: { x: number; width: number; align: 'left' | 'right' } } {
  const before = content.columns.slice(0, place).reduce((share, column) => share + column.share, 0);
  const column = content.columns[place] ?? { label: '', share: 0, align: 'left' };
  const width = column.share * CONTENT.width - 2 * CELL_GAP;
  return { label: column.label, area: { x: CONTENT.left + before * CONTENT.width + CELL_GAP, width, align: column.align } };
}

function rowHeight(document: PdfDocument, content: TableDocument, row: TableDocument['rows'][number]): number {
  const heights = row.cells.map((cell, place) => {
    const { area } = columnAt(content, place);
    const evidence = place === 0 ? document.heightOf(row.evidence, { ...area, size: FONT_SIZE.small }) : 0;
    return document.heightOf(cell, area) + evidence;
  });
  return Math.max(...heights) + 2 * ROW_PADDING;
}

function closingHeight(document: PdfDocument, content: TableDocument): number {
  const notes = content.notes.reduce((height, note) => height + document.heightOf(note, { width: CONTENT.width }) + 4, 0);
  return 2 * CLOSING_GAP + RESULT_HEIGHT + notes;
}
