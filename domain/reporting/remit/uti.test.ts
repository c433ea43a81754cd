import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remitUtiFromRequest } from './uti-request.ts';
import { remitContractIdText, remitUti, remitUtiText } from './uti.ts';
import type { UtiTerms } from './uti.ts';

type Vector = { readonly kind: string; readonly text: string; readonly progressive: number; readonly expected: string };

const VECTORS_FILE = join(process.env['VECTORS_DIR'] ?? '../shared/vectors', 'remit-uti.json');

function vectors(): readonly Vector[] {
  if (!existsSync(VECTORS_FILE)) return [];
  const parsed: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(VECTORS_FILE, 'utf8'));
  return parsed.vectors;
}

const TERMS: UtiTerms = {
  buyer: 'C0643778W.EU',
  seller: ' C06AG978W.EU ',
  contractType: 'FW',
  energyCommodity: 'EL',
  settlementMethod: 'P',
  tradeDate: '2014-11-21',
  price: '53.5',
  priceCurrency: 'EUR',
  quantity: '24',
  quantityUnit: 'MW',
  deliveryPoint: '10YCB-EUROPEU--8',
  deliveryStartDate: '2015-01-01',
  deliveryEndDate: '2015-01-31',
};

function textWith(changes: Partial<UtiTerms>, profile: 'guide' | 'sheet'): string {
  const text = remitUtiText({ ...TERMS, ...changes }, profile);
  return text.slice('C0643778W.EUC06AG978W.EUFWELP2014-11-21'.length, -'10YCB-EUROPEU--82015-01-012015-01-31'.length);
}

describe("identifiers of ACER's generator sheet", () => {
  it.skipIf(vectors().length === 0)('gives every vector (skipped: not installed)', () => {
    const all = vectors();
    expect(all).toHaveLength(24);
    for (const { text, progressive, expected } of all) {
      expect(remitUti({ text, progressive })).toBe(expected);
      expect(remitUtiFromRequest({ text, progressive })).toEqual({ kind: 'uti', uti: expected, text });
    }
  });

  it('gives the sheet its text from the terms, and the identifier with it', () => {
    const text = remitUtiText(TERMS, 'sheet');
    expect(text).toBe('C0643778W.EUC06AG978W.EUFWELP2014-11-212.22917EUR1.0000000000MW10YCB-EUROPEU--82015-01-012015-01-31');
    expect(remitUti({ text, progressive: 8 })).toBe('OqKeMiL6HTUQ2FLaqAdlyYNgmZ0Wl0ozQ09ChLiSIA008');
  });

  it('leaves out price, currency, quantity and unit in a Table 2 contract id', () => {
    const text = remitContractIdText(TERMS);
    expect(text).toBe('C0643778W.EUC06AG978W.EUFWELP2014-11-2110YCB-EUROPEU--82015-01-012015-01-31');
    expect(remitUti({ text, progressive: 6 })).toBe('jR8gpNi334Vcl1GBAbXfUNSYfUFn4DdZOi1B9tB48v006');
  });

  it.each([0, 1000, 1.5, -1])('refuses the progressive number %d', (progressive) => {
    expect(() => remitUti({ text: 'a', progressive })).toThrow();
  });
});

describe('numbers and units', () => {
  it.each([
    ['KW', '2229.16667EUR1.0000000000MW'],
    ['MW', '2.22917EUR1.0000000000MW'],
    ['GW', '0.00223EUR1.0000000000MW'],
    ['KWh/d', '53500.00000EUR1.0000000000MW'],
    ['MWh/d', '53.50000EUR1.0000000000MW'],
    ['GWh/d', '0.05350EUR1.0000000000MW'],
    ['KTherm/d', '0.00223EUR1.0000000000Therm/d'],
    ['MJ/d', '2.22917EUR1.0000000000MJ/d'],
  ])('sheet: 53.5 for 24 %s becomes %s, as the vectors show', (quantityUnit, expected) => {
    expect(textWith({ quantityUnit }, 'sheet')).toBe(expected);
  });

  it.each([
    ['MW', '53.50000EUR24.0000000000MW'],
    ['KW', '53500.00000EUR0.0240000000MW'],
    ['MWh/d', '53.50000EUR1.0000000000MW'],
    ['GWh/h', '0.05350EUR24000.0000000000MW'],
    ['KTherm/d', '0.05350EUR24000.0000000000Therm/d'],
    ['tcm/d', '0.05350EUR24000.0000000000cm/d'],
  ])('guide: 53.5 for 24 %s becomes %s', (quantityUnit, expected) => {
    expect(textWith({ quantityUnit }, 'guide')).toBe(expected);
  });

  it('guide turns pence into pounds; the sheet only renames them', () => {
    expect(textWith({ price: '5350', priceCurrency: 'GBX' }, 'guide')).toBe('53.50000GBP24.0000000000MW');
    expect(textWith({ price: '53.5', priceCurrency: 'EUX' }, 'sheet')).toBe('2.22917EUR1.0000000000MW');
  });

  it('writes a missing price as zero and other missing terms as nothing', () => {
    const { price: _price, priceCurrency: _currency, quantity: _quantity, quantityUnit: _unit, ...rest } = TERMS;
    expect(remitUtiText(rest, 'guide')).toBe('C0643778W.EUC06AG978W.EUFWELP2014-11-210.0000010YCB-EUROPEU--82015-01-012015-01-31');
  });

  it('keeps a negative price and rounds half away from zero', () => {
    expect(textWith({ price: '-12.345675' }, 'guide')).toBe('-12.34568EUR24.0000000000MW');
  });
});

describe('the request of the command line', () => {
  it('computes from terms, with decimals as JSON numbers or text', () => {
    const answer = remitUtiFromRequest({ terms: { ...TERMS, price: 53.5, quantity: 24 }, progressive: 8, profile: 'sheet' });
    expect(answer).toMatchObject({ kind: 'uti', uti: 'OqKeMiL6HTUQ2FLaqAdlyYNgmZ0Wl0ozQ09ChLiSIA008' });
  });

  it('names every field that is wrong or unknown, and computes nothing', () => {
    const answer = remitUtiFromRequest({
      terms: { ...TERMS, buyer: 'x', tradeDate: '2014-02-30', quantity: '0', deliveryEndDate: '2014-12-31', colour: 'red' },
      progressive: 0,
      profile: 'other',
      speed: 1,
    });
    expect(answer.kind === 'refused' ? answer.issues.map((issue) => issue.field) : []).toEqual([
      '/progressive',
      '/profile',
      '/terms/buyer',
      '/terms/tradeDate',
      '/terms/deliveryEndDate',
      '/terms/quantity',
      '/terms/colour',
      '/speed',
    ]);
  });

  it.each([null, [], 'text', {}, { text: '' }, { text: 5 }, { text: 'a', terms: TERMS }])('refuses %j', (request) => {
    expect(remitUtiFromRequest(request).kind).toBe('refused');
  });
});
