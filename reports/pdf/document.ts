import PDFDocument from 'pdfkit';
import type { PdfFonts } from './fonts.ts';
import { COLOUR, CONTENT, FONT_SIZE, PAGE } from './theme.ts';

/** What readers and search find about a document. */
export type DocumentInfo = {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** Stands in the file as its time of creation; from the document's own date, never from a clock. */
  readonly createdAt: Date;
  /** BCP 47 tag for screen readers. */
  readonly language: string;
};

/** One line or paragraph at a place on the page. */
export type TextOptions = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
};

export type StructureElement = PDFKit.PDFStructureElement;

/**
 * A PDF whose bytes follow from its content alone: no clock, no random id. Tagged for screen readers; pages and breaks are the
 * caller's, nothing flows by itself.
 */
export class PdfDocument {
  readonly #doc: PDFKit.PDFDocument;
  readonly #fonts: PdfFonts;
  readonly #root: StructureElement;
  readonly #bytes: Promise<Uint8Array>;

  constructor(input: { info: DocumentInfo; fonts: PdfFonts }) {
    const { title, author, subject, createdAt, language } = input.info;
    this.#fonts = input.fonts;
    this.#doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      autoFirstPage: false,
      pdfVersion: '1.7',
      tagged: true,
      // What zlib makes of the same content differs between processors.
      compress: false,
      lang: language,
      displayTitle: true,
      // Given here, as pdfkit derives the file's id from it; set later it would be the clock's (foliojs/pdfkit#1183).
      info: {
        Title: title,
        Author: author,
        Subject: subject,
        CreationDate: createdAt,
        Producer: 'EnergyOpti-Pro',
        Creator: 'EnergyOpti-Pro',
      },
    });
    this.#root = this.#doc.struct('Document');
    this.#doc.addStructure(this.#root);
    this.#bytes = collect(this.#doc);
  }

  addPage(): void {
    this.#doc.addPage();
  }

  /** A child of the structure tree: `Sect`, `Table`, `TR`… The root where no parent is named. */
  element(type: string, parent: StructureElement = this.#root): StructureElement {
    const element = this.#doc.struct(type);
    parent.add(element);
    return element;
  }

  /** Draws content that readers reach under a tag, e.g. `H1`, `P`, `TH`, `TD`. */
  tagged(type: string, parent: StructureElement, draw: () => void): void {
    parent.add(this.#doc.struct(type, {}, draw));
  }

  /** Draws what readers skip: rules, bands, repeated headers, page numbers. */
  artifact(draw: () => void): void {
    this.#doc.markContent('Artifact', { type: 'Layout' });
    draw();
    this.#doc.endMarkedContent();
  }

  text(content: string, options: TextOptions): void {
    this.#select(options);
    this.#doc.fillColor(options.colour ?? COLOUR.ink).text(content, options.x, options.y, {
      width: options.width,
      align: options.align ?? 'left',
      lineGap: 1.5,
    });
  }

  /** Height that `text` needs with the same options. */
  heightOf(content: string, options: Omit<TextOptions, 'x' | 'y'>): number {
    this.#select(options);
    return this.#doc.heightOfString(content, { width: options.width, align: options.align ?? 'left', lineGap: 1.5 });
  }

  rule(y: number, options: { colour?: string; thickness?: number } = {}): void {
    this.#doc
      .moveTo(CONTENT.left, y)
      .lineTo(CONTENT.right, y)
      .lineWidth(options.thickness ?? 0.5)
      .stroke(options.colour ?? COLOUR.rule);
  }

  band(area: { x: number; y: number; width: number; height: number }): void {
    this.#doc.rect(area.x, area.y, area.width, area.height).fill(COLOUR.band);
  }

  /** The foot of a page: who and what on the left, the page number on the right. */
  footer(input: { text: string; page: number; pages: number }): void {
    const y = PAGE.height - PAGE.bottom + 22;
    const style = { y, size: FONT_SIZE.small, colour: COLOUR.muted };
    this.artifact(() => {
      this.rule(y - 8);
      this.text(input.text, { ...style, x: CONTENT.left, width: CONTENT.width - 90 });
      this.text(`Page ${input.page} of ${input.pages}`, { ...style, x: CONTENT.right - 90, width: 90, align: 'right' });
    });
  }

  /** Ends the document and gives its bytes. */
  async finish(): Promise<Uint8Array> {
    this.#doc.end();
    return this.#bytes;
  }

  #select(options: { size?: number; bold?: boolean }): void {
    this.#doc.font(options.bold === true ? this.#fonts.bold : this.#fonts.regular).fontSize(options.size ?? FONT_SIZE.body);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
