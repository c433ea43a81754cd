import { type BusinessDate, businessDate } from '../time/business-date.ts';
import type { Commodity } from '../trade/trade-terms.ts';

/** A standard rate of VAT in force from a date on; the next row of the country ends it. */
export type StandardRate = { readonly country: string; readonly validFrom: BusinessDate; readonly ratePercent: string };

/** Whether a country shifts the debt to a taxable dealer where both sides are established there. `validTo` is the last day. */
export type DomesticDealerRule = {
  readonly country: string;
  readonly commodities: readonly Commodity[];
  readonly buyerOwes: boolean;
  readonly validFrom: BusinessDate;
  readonly validTo?: BusinessDate;
  /** What the document refers to. */
  readonly legalBasis: string;
};

/**
 * Standard rates of the member states and of the United Kingdom: the one in force and, where it changed since 2024, the one before.
 * Rates and the changes of 2024 and 2025 were compared with vatcompliance.co and newcraft.dev (December 2025); the first days of older
 * rates are background knowledge, and only decide for deliveries of those years.
 * @source Directive 2006/112/EC art. 96, national rates
 */
export const STANDARD_RATES: readonly StandardRate[] = [
  rate('AT', '1995-01-01', '20'),
  rate('BE', '1996-01-01', '21'),
  rate('BG', '1999-01-01', '20'),
  rate('CY', '2014-01-13', '19'),
  rate('CZ', '2013-01-01', '21'),
  rate('DE', '2021-01-01', '19'),
  rate('DK', '1992-01-01', '25'),
  rate('EE', '2024-01-01', '22'),
  rate('EE', '2025-07-01', '24'),
  rate('ES', '2012-09-01', '21'),
  rate('FI', '2013-01-01', '24'),
  rate('FI', '2024-09-01', '25.5'),
  rate('FR', '2014-01-01', '20'),
  rate('GB', '2011-01-04', '20'),
  rate('GR', '2016-06-01', '24'),
  rate('HR', '2012-03-01', '25'),
  rate('HU', '2012-01-01', '27'),
  rate('IE', '2021-03-01', '23'),
  rate('IT', '2013-10-01', '22'),
  rate('LT', '2009-09-01', '21'),
  rate('LU', '2024-01-01', '17'),
  rate('LV', '2012-07-01', '21'),
  rate('MT', '2004-01-01', '18'),
  rate('NL', '2012-10-01', '21'),
  rate('PL', '2011-01-01', '23'),
  rate('PT', '2011-01-01', '23'),
  rate('RO', '2017-01-01', '19'),
  rate('RO', '2025-08-01', '21'),
  rate('SE', '1990-07-01', '25'),
  rate('SI', '2013-07-01', '22'),
  rate('SK', '2011-01-01', '20'),
  rate('SK', '2025-01-01', '23'),
];

/** The last day on which Art. 199a allows a domestic reverse charge. @source Directive (EU) 2022/890 art. 1 */
const ARTICLE_199A_ENDS = businessDate('2026-12-31');

/**
 * Domestic supplies of gas and power to taxable dealers, by country. A country that is not listed is not known, which is refused.
 * Seen in a source: Germany (haufe.de on AmtshilfeRLUmsG art. 10 no. 6) and the Netherlands (marosavat.com); France and Austria are
 * background knowledge. For power Germany also wants the seller to be a dealer, which whoever trades here is.
 * @source Directive 2006/112/EC art. 199a(1)(e), prolonged to 31 December 2026 by Directive (EU) 2022/890; national acts as named
 */
export const DOMESTIC_DEALER_RULES: readonly DomesticDealerRule[] = [
  {
    country: 'DE',
    commodities: ['power', 'gas'],
    buyerOwes: true,
    validFrom: businessDate('2013-09-01'),
    validTo: ARTICLE_199A_ENDS,
    legalBasis: '§ 13b (2) no. 5 (b), (5) UStG; Art. 199a Directive 2006/112/EC',
  },
  {
    country: 'FR',
    commodities: ['power', 'gas'],
    buyerOwes: true,
    validFrom: businessDate('2012-04-01'),
    validTo: ARTICLE_199A_ENDS,
    legalBasis: 'Art. 283, 2 quinquies CGI; Art. 199a Directive 2006/112/EC',
  },
  {
    country: 'AT',
    commodities: ['power', 'gas'],
    buyerOwes: true,
    validFrom: businessDate('2014-01-01'),
    validTo: ARTICLE_199A_ENDS,
    legalBasis: '§ 2 Z 3 UStBBKV; Art. 199a Directive 2006/112/EC',
  },
  // The Dutch rule for gas and power needs a supplier who is not established there, so that a domestic supply is taxed.
  {
    country: 'NL',
    commodities: ['power', 'gas'],
    buyerOwes: false,
    validFrom: businessDate('2012-10-01'),
    legalBasis: 'Art. 9, 12 Wet op de omzetbelasting 1968',
  },
  /** @source HMRC, VAT Notice 735: wholesale supplies of gas and electricity since 1 July 2014 */
  {
    country: 'GB',
    commodities: ['power', 'gas'],
    buyerOwes: true,
    validFrom: businessDate('2014-07-01'),
    legalBasis: 's. 55A Value Added Tax Act 1994: customer to account for the VAT to HMRC',
  },
];

/**
 * Member states of the Union, as they stand since 1 February 2020. Elsewhere Directive 2006/112 decides nothing.
 * @source Treaty on European Union art. 52; Directive 2006/112/EC art. 5 (EL is the VAT prefix of GR)
 */
export const MEMBER_STATES: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/**
 * The words that a document needs, by the country of the one who writes it; others take the English ones.
 * @source Directive 2006/112/EC art. 226(10a) and (11a)
 */
export const LEGAL_WORDING: Readonly<Record<string, { readonly reverseCharge: string; readonly selfBilling?: string }>> = {
  AT: { reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers', selfBilling: 'Gutschrift' },
  CZ: { reverseCharge: 'Daň odvede zákazník' },
  DE: { reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers', selfBilling: 'Gutschrift' },
  ES: { reverseCharge: 'Inversión del sujeto pasivo', selfBilling: 'Facturación por el destinatario' },
  FR: { reverseCharge: 'Autoliquidation', selfBilling: 'Autofacturation' },
  HU: { reverseCharge: 'Fordított adózás' },
  IT: { reverseCharge: 'Inversione contabile', selfBilling: 'Autofatturazione' },
  NL: { reverseCharge: 'Btw verlegd', selfBilling: 'Factuur uitgereikt door afnemer' },
  PL: { reverseCharge: 'Odwrotne obciążenie', selfBilling: 'Samofakturowanie' },
  PT: { reverseCharge: 'Autoliquidação' },
  RO: { reverseCharge: 'Taxare inversă' },
};

function rate(country: string, validFrom: string, ratePercent: string): StandardRate {
  return { country, validFrom: businessDate(validFrom), ratePercent };
}
