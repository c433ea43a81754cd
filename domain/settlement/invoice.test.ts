import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LUMIERE, RHEINSTROM, sampleInvoice } from '../../test/support/invoice-samples.ts';
import { decimal, sum } from '../money/decimal.ts';
import { businessDate, yearMonth } from '../time/business-date.ts';
import type { InvoiceInput } from './invoice.ts';

/** A line whose net is given, as settlement would hand it over. */
function lineOf(net: string, changes: Partial<InvoiceInput['lines'][number]> = {}): InvoiceInput['lines'][number] {
  return { tradeId: 'T-1', evidenceId: 'ev-1', text: 'German power', energyMwh: '1', price: net, net, formula: '', ...changes };
}

describe('an invoice to a consumer at home (case A1)', () => {
  const invoice = sampleInvoice();

  test('charges VAT and is due on the 20th, moved to Monday', () => {
    expect(invoice).toMatchObject({
      kind: 'invoice',
      typeCode: '380',
      issuer: 'seller',
      payer: 'buyer',
      net: '687084.00',
      vat: '130545.96',
      total: '817629.96',
      selfAssessedVat: '0.00',
      dueOn: '2027-02-22',
      legalTexts: [],
      vatSubtotals: [{ category: 'S', ratePercent: '19', base: '687084.00', vat: '130545.96' }],
    });
  });

  test('shows energy with three decimals and carries the evidence of each line', () => {
    expect(invoice.lines).toMatchObject([
      { lineNumber: 1, tradeId: 'T-1001', quantityMwh: '7440.000', unitPrice: '92.35', net: '687084.00', evidenceId: 'ev-T-1001-2027-01' },
    ]);
  });
});

test('printed totals are sums of rounded lines (case A19)', () => {
  const lines = ['1000.01', '2000.01', '3000.01'].map((net) => lineOf(net));
  expect(sampleInvoice({ lines })).toMatchObject({ net: '6000.03', vat: '1140.01', total: '7140.04' });
});

test('a purchase becomes a self-bill: the other side sells, we write the document and owe the VAT under reverse charge', () => {
  const invoice = sampleInvoice({ direction: 'buy', counterparty: LUMIERE });
  expect(invoice).toMatchObject({
    kind: 'selfBill',
    typeCode: '389',
    issuer: 'buyer',
    seller: LUMIERE,
    buyer: RHEINSTROM,
    vat: '0.00',
    total: '687084.00',
    selfAssessedVat: '130545.96',
    legalTexts: ['Autoliquidation (reverse charge), Art. 38, 195 Directive 2006/112/EC', 'Gutschrift (self-billing)'],
  });
});

describe('negative prices (case A21)', () => {
  const negative = lineOf('-500.00', { energyMwh: '40', price: '-12.50' });

  test('in an invoice that stays positive the quantity is negative, never the price', () => {
    const invoice = sampleInvoice({ lines: [lineOf('800.00', { energyMwh: '8', price: '100' }), negative] });
    expect(invoice).toMatchObject({ kind: 'invoice', net: '300.00' });
    expect(invoice.lines[1]).toMatchObject({ quantityMwh: '-40.000', unitPrice: '12.50', net: '-500.00' });
  });

  test('a negative month of a sale is a credit note with positive amounts, which the seller pays', () => {
    const invoice = sampleInvoice({ lines: [negative] });
    expect(invoice).toMatchObject({ kind: 'creditNote', typeCode: '381', payer: 'seller', net: '500.00', vat: '95.00', total: '595.00' });
    expect(invoice.lines[0]).toMatchObject({ quantityMwh: '40.000', unitPrice: '12.50', net: '500.00' });
    expect(invoice.legalTexts).toEqual(['Rechnungskorrektur (credit note)']);
  });

  test('a negative month of a purchase is a self-billed credit note', () => {
    expect(sampleInvoice({ direction: 'buy', lines: [negative] })).toMatchObject({
      kind: 'creditNote',
      typeCode: '261',
      payer: 'seller',
    });
  });

  test('a positive line in a credit note has a negative quantity', () => {
    const invoice = sampleInvoice({ lines: [negative, lineOf('100.00', { price: '100' })] });
    expect(invoice.lines[1]).toMatchObject({ quantityMwh: '-1.000', unitPrice: '100.00', net: '-100.00' });
    expect(invoice.net).toBe('400.00');
  });
});

test('a total of zero is an invoice over nothing, not a credit', () => {
  expect(sampleInvoice({ lines: [lineOf('10.00'), lineOf('-10.00')] })).toMatchObject({ kind: 'invoice', total: '0.00' });
});

test('domestic dealers: December 2026 under reverse charge though issued in January, January 2027 taxed (case A20)', () => {
  const dealer = { ...RHEINSTROM, name: 'Nordhandel AG', vatNumber: 'DE999999999' };
  const december = sampleInvoice({ counterparty: dealer, deliveryMonth: yearMonth('2026-12'), issuedOn: businessDate('2027-01-08') });
  expect(december.vatSubtotals).toMatchObject([{ category: 'AE', ratePercent: '0', vat: '0.00', exemptionCode: 'VATEX-EU-AE' }]);
  expect(sampleInvoice({ counterparty: dealer }).vatSubtotals).toMatchObject([{ category: 'S', ratePercent: '19' }]);
});

test('refuses a document without a line', () => {
  expect(() => sampleInvoice({ lines: [] })).toThrow('has a line');
});

test('for any lines: totals add up, prices are never negative, and quantity times price has the sign of the net', () => {
  const arbitraryLine = fc
    .record({ price: fc.integer({ min: -500_000, max: 500_000 }), energy: fc.integer({ min: 0, max: 10_000 }) })
    .map(({ price, energy }) => {
      const [priceText, energyText] = [decimal(String(price)).dividedBy(100), decimal(String(energy))];
      return lineOf(priceText.times(energyText).toFixed(2), { price: priceText.toFixed(), energyMwh: energyText.toFixed() });
    });
  fc.assert(
    fc.property(
      fc.array(arbitraryLine, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('sell' as const, 'buy' as const),
      (lines, direction) => {
        const invoice = sampleInvoice({ lines, direction });
        expect(sum(invoice.lines.map(({ net }) => decimal(net))).toFixed(2)).toBe(invoice.net);
        expect(decimal(invoice.net).plus(decimal(invoice.vat)).toFixed(2)).toBe(invoice.total);
        expect(decimal(invoice.total).isNegative()).toBe(false);
        for (const line of invoice.lines) {
          expect(decimal(line.unitPrice).isNegative()).toBe(false);
          expect(decimal(line.quantityMwh).times(decimal(line.unitPrice)).equals(decimal(line.net))).toBe(true);
        }
      },
    ),
  );
});
