import { AppError } from '../errors/app-error.ts';
import { type Decimal, type DecimalText, decimal } from '../money/decimal.ts';
import { type BusinessDate, type YearMonth, lastDayOf } from '../time/business-date.ts';
import type { Commodity } from '../trade/trade-terms.ts';
import { DOMESTIC_DEALER_RULES, LEGAL_WORDING, MEMBER_STATES, STANDARD_RATES } from './vat-rates.ts';

/** Category of UNCL 5305 as EN 16931 uses it: `S` standard rate, `AE` reverse charge. */
export type VatCategory = 'S' | 'AE';

/** Who owes VAT on a supply, and what the document has to say. */
export type VatTreatment = {
  readonly category: VatCategory;
  /** What the seller charges: `0` under reverse charge. */
  readonly ratePercent: DecimalText;
  /** What the buyer reckons on himself under reverse charge: the standard rate of his country. */
  readonly selfAssessedRatePercent?: DecimalText;
  /** Reason of EN 16931 (BT-121), where no VAT is charged. */
  readonly exemptionCode?: 'VATEX-EU-AE';
  /** Text for the document (BT-120), in the words of the seller's country and in English. */
  readonly text?: string;
  /** The rule that decided. */
  readonly legalBasis: string;
};

/** What decides: both countries, the buyer's status, what is delivered, and when the tax falls due. */
export type VatQuestion = {
  /** ISO 3166-1 alpha-2 of the seller's establishment. */
  readonly sellerCountry: string;
  readonly buyerCountry: string;
  /** Taxable dealer of gas and power with a certificate that is valid on the day. */
  readonly buyerIsDealer: boolean;
  readonly commodity: Commodity;
  /** Day of the chargeable event, which is not the invoice date. */
  readonly chargeableOn: BusinessDate;
};

const ARTICLE_FOR_DEALER = 'Art. 38, 195 Directive 2006/112/EC';
const ARTICLE_FOR_CONSUMER = 'Art. 39, 195 Directive 2006/112/EC';

/**
 * Decides the VAT of a supply of gas or power through the grid. Across a border the buyer owes: where a dealer is established,
 * else where he consumes. At home he owes only where his country still shifts the debt to dealers, which ends on 31 December 2026.
 * Inside the United Kingdom its own domestic rule decides. Throws `reference-data-missing` for any other country outside the Union, across
 * the Union's border, and where there is no rule on that day.
 *
 * @source Directive 2006/112/EC art. 38, 39, 195, 199a; Directive (EU) 2022/890
 */
export function vatTreatmentOf(question: VatQuestion): VatTreatment {
  const { sellerCountry, buyerCountry } = question;
  for (const country of [sellerCountry, buyerCountry]) {
    const isDomesticBritish = country === 'GB' && sellerCountry === buyerCountry;
    if (!MEMBER_STATES.has(country) && !isDomesticBritish) throw missing(`No VAT rule is known for the country '${country}'.`, question);
  }
  if (sellerCountry !== buyerCountry) {
    return reverseCharge(question, question.buyerIsDealer ? ARTICLE_FOR_DEALER : ARTICLE_FOR_CONSUMER);
  }
  const dealerBasis = question.buyerIsDealer ? domesticDealerBasis(question) : undefined;
  if (dealerBasis !== undefined) return reverseCharge(question, dealerBasis);
  return {
    category: 'S',
    ratePercent: standardRatePercent({ country: sellerCountry, on: question.chargeableOn }),
    legalBasis: `${sellerCountry === 'GB' ? 's. 2 Value Added Tax Act 1994' : 'Art. 96 Directive 2006/112/EC'}, standard rate of ${sellerCountry}`,
  };
}

/**
 * The chargeable event of a month of continuous supply: its last day. A December invoiced in January is taxed by December's rules.
 * @source Directive 2006/112/EC art. 63, 64
 */
export function chargeableDateOf(deliveryMonth: YearMonth): BusinessDate {
  return lastDayOf(deliveryMonth);
}

/** The standard rate of a country on a day. Throws `reference-data-missing` where none is known. */
export function standardRatePercent(input: { country: string; on: BusinessDate }): DecimalText {
  const row = STANDARD_RATES.findLast(({ country, validFrom }) => country === input.country && validFrom <= input.on);
  if (row === undefined) throw missing(`No standard VAT rate is known for ${input.country} on ${input.on}.`, input);
  return row.ratePercent;
}

/** VAT of a base, unrounded. */
export function vatOf(input: { base: Decimal; ratePercent: DecimalText }): Decimal {
  return input.base.times(decimal(input.ratePercent)).dividedBy(100);
}

/** The words of Art. 226(10a) on a self-billed document, in the language of its issuer and in English. */
export function selfBillingText(issuerCountry: string): string {
  const wording = LEGAL_WORDING[issuerCountry]?.selfBilling;
  return wording === undefined ? 'Self-billing' : `${wording} (self-billing)`;
}

/** The law under which the buyer owes at home; undefined where the country taxes the supply, or Art. 199a has ended. */
function domesticDealerBasis(question: VatQuestion): string | undefined {
  const rules = DOMESTIC_DEALER_RULES.filter(
    ({ country, commodities }) => country === question.sellerCountry && commodities.includes(question.commodity),
  );
  if (rules.length === 0) {
    throw missing(`No rule is known for supplies between dealers inside ${question.sellerCountry}.`, question);
  }
  const { chargeableOn } = question;
  const inForce = rules.find(({ validFrom, validTo }) => validFrom <= chargeableOn && (validTo === undefined || chargeableOn <= validTo));
  return inForce?.buyerOwes === true ? inForce.legalBasis : undefined;
}

function reverseCharge(question: VatQuestion, legalBasis: string): VatTreatment {
  const wording = LEGAL_WORDING[question.sellerCountry]?.reverseCharge;
  return {
    category: 'AE',
    ratePercent: '0',
    selfAssessedRatePercent: standardRatePercent({ country: question.buyerCountry, on: question.chargeableOn }),
    ...(MEMBER_STATES.has(question.sellerCountry) ? { exemptionCode: 'VATEX-EU-AE' as const } : {}),
    text: `${wording === undefined ? 'Reverse charge' : `${wording} (reverse charge)`}, ${legalBasis}`,
    legalBasis,
  };
}

function missing(message: string, details: Readonly<Record<string, unknown>>): AppError {
  return new AppError({ code: 'reference-data-missing', message, details });
}
