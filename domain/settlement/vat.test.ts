import { describe, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { businessDate, yearMonth } from '../time/business-date.ts';
import { type VatQuestion, chargeableDateOf, selfBillingText, standardRatePercent, vatTreatmentOf } from './vat.ts';

function question(changes: Partial<Omit<VatQuestion, 'chargeableOn'>> & { on?: string }): VatQuestion {
  const { on = '2027-01-31', ...rest } = changes;
  return { sellerCountry: 'DE', buyerCountry: 'DE', buyerIsDealer: false, commodity: 'power', chargeableOn: businessDate(on), ...rest };
}

describe('who owes the VAT', () => {
  test.each([
    ['a consumer at home: the seller', question({}), 'S', '19'],
    ['a consumer in France: the buyer, where he consumes', question({ buyerCountry: 'FR' }), 'AE', '0'],
    ['a dealer in France: the buyer, where he is established', question({ buyerCountry: 'FR', buyerIsDealer: true }), 'AE', '0'],
    ['a dealer at home until 2026 (case A20): the buyer', question({ buyerIsDealer: true, on: '2026-12-31' }), 'AE', '0'],
    ['a dealer at home from 2027 (case A20): the seller', question({ buyerIsDealer: true, on: '2027-01-01' }), 'S', '19'],
    [
      'a Dutch dealer at home: the seller',
      question({ sellerCountry: 'NL', buyerCountry: 'NL', buyerIsDealer: true, on: '2026-06-30' }),
      'S',
      '21',
    ],
    [
      'a British dealer at home: the buyer',
      question({ sellerCountry: 'GB', buyerCountry: 'GB', buyerIsDealer: true, commodity: 'gas' }),
      'AE',
      '0',
    ],
    ['a British consumer at home', question({ sellerCountry: 'GB', buyerCountry: 'GB' }), 'S', '20'],
    ['French gas at home', question({ sellerCountry: 'FR', buyerCountry: 'FR', commodity: 'gas' }), 'S', '20'],
  ])('%s', (_name, asked, category, ratePercent) => {
    expect(vatTreatmentOf(asked)).toMatchObject({ category, ratePercent });
  });

  test('December is taxed by the rules of December, though invoiced in January', () => {
    const chargeableOn = chargeableDateOf(yearMonth('2026-12'));
    expect(vatTreatmentOf({ ...question({ buyerIsDealer: true }), chargeableOn }).category).toBe('AE');
  });

  test('says under reverse charge why, in the words of the seller, and what the buyer reckons on himself', () => {
    expect(vatTreatmentOf(question({ buyerCountry: 'FR', buyerIsDealer: true }))).toEqual({
      category: 'AE',
      ratePercent: '0',
      selfAssessedRatePercent: '20',
      exemptionCode: 'VATEX-EU-AE',
      text: 'Steuerschuldnerschaft des Leistungsempfängers (reverse charge), Art. 38, 195 Directive 2006/112/EC',
      legalBasis: 'Art. 38, 195 Directive 2006/112/EC',
    });
    expect(vatTreatmentOf(question({ sellerCountry: 'SE' })).text).toBe('Reverse charge, Art. 39, 195 Directive 2006/112/EC');
  });
});

describe('refuses where no rule is known, rather than guess', () => {
  test.each([
    ['a country outside the Union', question({ buyerCountry: 'CH' })],
    ['a supply across the border of the Union', question({ buyerCountry: 'GB', buyerIsDealer: true })],
    [
      'a dealer in a country whose choice under Art. 199a is not loaded',
      question({ sellerCountry: 'BE', buyerCountry: 'BE', buyerIsDealer: true }),
    ],
    ['a day before the first rate', question({ on: '2020-12-31' })],
  ])('%s', (_name, asked) => {
    expect(() => vatTreatmentOf(asked)).toThrow(AppError);
    expect(() => vatTreatmentOf(asked)).toThrow(expect.objectContaining({ code: 'reference-data-missing' }));
  });
});

test.each([
  ['RO', '2025-07-31', '19'],
  ['RO', '2025-08-01', '21'],
  ['EE', '2025-06-30', '22'],
  ['EE', '2025-07-01', '24'],
  ['SK', '2024-12-31', '20'],
  ['FI', '2024-09-01', '25.5'],
])('the standard rate of %s on %s is %s %%', (country, on, ratePercent) => {
  expect(standardRatePercent({ country, on: businessDate(on) })).toBe(ratePercent);
});

test('names self-billing in the language of its issuer', () => {
  expect(selfBillingText('DE')).toBe('Gutschrift (self-billing)');
  expect(selfBillingText('SE')).toBe('Self-billing');
});
