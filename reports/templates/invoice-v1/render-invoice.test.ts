import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { businessDate } from '../../../domain/time/business-date.ts';
import type { Invoice } from '../../../domain/settlement/invoice.ts';
import { LUMIERE, sampleInvoice, sampleLine } from '../../../test/support/invoice-samples.ts';
import { textOfPdf } from '../../../test/support/pdf-text.ts';
import { STANDARD_FONTS } from '../../pdf/fonts.ts';
import { renderInvoicePdf } from './render-invoice.ts';

const MANY_LINES = Array.from({ length: 31 }, (_, index) =>
  sampleLine({
    tradeId: `T-${2000 + index}`,
    profile: (['base', 'peak', 'offpeak'] as const)[index % 3] ?? 'base',
    capacityMw: `${5 + index}.25`,
    price: index % 7 === 3 ? '-12.50' : `${80 + index}.4${index % 10}`,
  }),
);

const SAMPLES: Readonly<Record<string, Invoice>> = {
  'invoice-domestic': sampleInvoice(),
  'invoice-three-pages': sampleInvoice({ counterparty: LUMIERE, lines: MANY_LINES, agreementId: 'EFET-2019-LUMIERE' }),
  'self-billing': sampleInvoice({ counterparty: LUMIERE, direction: 'buy' }),
  'self-billing-credit-note': sampleInvoice({
    counterparty: LUMIERE,
    direction: 'buy',
    precedingInvoice: { number: 'RS-2027-000041', issuedOn: businessDate('2027-02-01') },
    lines: [sampleLine({ tradeId: 'T-1', profile: 'base', capacityMw: '3', price: '-12.5' })],
  }),
};

async function pagesOf(invoice: Invoice): Promise<readonly (readonly string[])[]> {
  return textOfPdf(await renderInvoicePdf(invoice, STANDARD_FONTS));
}

/** Set to write the files anew after a change that is meant; look at them before they are committed. */
const UPDATE_GOLDEN = process.env['UPDATE_GOLDEN'] === '1';

describe.each(Object.entries(SAMPLES))('%s', (name, invoice) => {
  test('has the bytes of the golden file, on every run', async () => {
    const golden = new URL(`../../../test/golden/invoice/${name}.pdf`, import.meta.url);
    const [first, second] = [await renderInvoicePdf(invoice), await renderInvoicePdf(structuredClone(invoice))];
    if (UPDATE_GOLDEN) writeFileSync(golden, first);
    expect(Buffer.compare(first, second)).toBe(0);
    expect(Buffer.compare(first, readFileSync(golden))).toBe(0);
  });

  test('numbers its pages and repeats the header of the table', async () => {
    const pages = await pagesOf(invoice);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('Trade and delivery');
    }
  });

  test('prints every figure and every id of evidence once', async () => {
    const text = (await pagesOf(invoice)).flat();
    for (const line of invoice.lines) {
      expect(text.filter((piece) => piece === `Evidence ${line.evidenceId}`)).toHaveLength(1);
      expect(text).toContain(line.tradeId);
    }
    const figures = new Set(text.map((piece) => piece.replaceAll(',', '')));
    const { lines, net, vat, total } = invoice;
    for (const figure of [net, vat, total, ...lines.flatMap((line) => [line.quantityMwh, line.unitPrice, line.net])]) {
      expect(figures).toContain(figure);
    }
  });
});

test('breaks a long table over three pages', async () => {
  const invoice = SAMPLES['invoice-three-pages'] ?? sampleInvoice();
  expect(await pagesOf(invoice)).toHaveLength(3);
});

test('says who pays what to whom, when and where, and what the law wants said', async () => {
  const text = (await pagesOf(SAMPLES['self-billing-credit-note'] ?? sampleInvoice())).flat();
  for (const piece of [
    'Self-billing credit note',
    'Énergies Lumière SA pays EUR 27,900.00 to Rheinstrom Handel GmbH by 22 February 2027.',
    'DE89 3704 0044 0532 0130 00',
    'RS-2027-000041',
    'Autoliquidation (reverse charge), Art. 38, 195 Directive 2006/112/EC',
    'Gutschrift (self-billing)',
    'Rechnungskorrektur (credit note)',
    'VAT 0 %, reverse charge, on 27,900.00',
  ]) {
    expect(text).toContain(piece);
  }
});

test('takes its time of creation from the document, not from a clock, and is tagged for screen readers', async () => {
  const source = Buffer.from(await renderInvoicePdf(sampleInvoice())).toString('latin1');
  expect(source).toContain('(D:20270203000000Z)');
  expect(source).toContain('/MarkInfo');
  expect(source).toContain('/StructTreeRoot');
});
