import { createHash } from 'node:crypto';
import { assertNever } from '../../errors/app-error.ts';
import type { Decimal, DecimalText } from '../../money/decimal.ts';
import { decimal, fixedText } from '../../money/decimal.ts';
import { standardUnitOf } from './uti-units.ts';

/**
 * How numbers and units become text. Two honest readings of ACER exist, so that the profile is named and never guessed:
 * `guide` converts price and quantity to the standard unit, as Annex IV says;
 * `sheet` divides the price by the quantity, whose text is then always 1, as ACER's workbook does.
 */
export type UtiProfile = 'guide' | 'sheet';

/** What both kinds of identifier are made of. Buyer first, whoever computes it. */
export type ContractIdTerms = {
  /** ACER code. */
  readonly buyer: string;
  readonly seller: string;
  /** TRUM field 23. */
  readonly contractType: string;
  /** `EL`, `NG` or `LG`. */
  readonly energyCommodity: string;
  /** `P`, `C` or `O`. */
  readonly settlementMethod: string;
  /** `YYYY-MM-DD`. */
  readonly tradeDate: string;
  readonly deliveryPoint: string;
  readonly deliveryStartDate: string;
  readonly deliveryEndDate: string;
};

/** The 13 terms of a Table 1 UTI. A missing price counts as zero; a missing currency, quantity or unit as nothing. */
export type UtiTerms = ContractIdTerms & {
  readonly price?: DecimalText;
  readonly priceCurrency?: string;
  /** Above zero. */
  readonly quantity?: DecimalText;
  /** TRUM field 42, case matters. */
  readonly quantityUnit?: string;
};

export const PROGRESSIVE_MAX = 999;

const PRICE_DECIMALS = 5;
const QUANTITY_DECIMALS = 10;
const DIGEST_CHARACTERS = 42;

/**
 * The text from which a Table 1 UTI is computed: 13 terms, trimmed, without separators. Shown beside the UTI,
 * because two sides that differ can only find out why by comparing it.
 *
 * @source ACER TRUM Annex IV v2.2 and its generator sheet v2.3; number formats as in 181 identifiers of that sheet
 */
export function remitUtiText(terms: UtiTerms, profile: UtiProfile): string {
  const { price, quantity } = normalised(terms, profile);
  const { buyer, seller, contractType, energyCommodity, settlementMethod, tradeDate } = terms;
  return concatenated([
    buyer,
    seller,
    contractType,
    energyCommodity,
    settlementMethod,
    tradeDate,
    price,
    terms.priceCurrency === undefined ? '' : currencyOf(terms.priceCurrency).code,
    quantity,
    terms.quantityUnit === undefined ? '' : standardUnitOf(terms.quantityUnit, profile).unit,
    terms.deliveryPoint,
    terms.deliveryStartDate,
    terms.deliveryEndDate,
  ]);
}

/**
 * The text from which a Table 2 contract id is computed: nine terms, the same without price, currency, quantity and unit.
 *
 * @source ACER TRUM Annex IV v2.2
 */
export function remitContractIdText(terms: ContractIdTerms): string {
  const { buyer, seller, contractType, energyCommodity, settlementMethod, tradeDate } = terms;
  return concatenated([
    buyer,
    seller,
    contractType,
    energyCommodity,
    settlementMethod,
    tradeDate,
    terms.deliveryPoint,
    terms.deliveryStartDate,
    terms.deliveryEndDate,
  ]);
}

/**
 * The identifier of 45 characters: SHA-256 of the text in base64, four characters made letters, cut to 42, and the progressive
 * number of trades with the same terms in three digits. It never replaces an identifier that both sides have agreed.
 *
 * @source ACER TRUM Annex IV v2.2
 */
export function remitUti(input: { readonly text: string; /** 1 to {@link PROGRESSIVE_MAX}. */ readonly progressive: number }): string {
  const { text, progressive } = input;
  if (!Number.isInteger(progressive) || progressive < 1 || progressive > PROGRESSIVE_MAX) {
    throw new Error(`progressive ${progressive} is not a whole number from 1 to ${PROGRESSIVE_MAX}`);
  }
  const digest = createHash('sha256').update(text, 'utf8').digest('base64');
  const letters = digest.replaceAll('+', 'A').replaceAll('/', 'B').replaceAll('=', 'C');
  return letters.slice(0, DIGEST_CHARACTERS) + String(progressive).padStart(3, '0');
}

function concatenated(terms: readonly string[]): string {
  return terms.map((term) => term.trim()).join('');
}

/** Price and quantity as text; the quantity is empty where there is none. */
function normalised(terms: UtiTerms, profile: UtiProfile): { price: string; quantity: string } {
  const price = decimal(terms.price ?? '0');
  if (terms.quantity === undefined) return { price: priceText(price, terms, profile), quantity: '' };
  const quantity = decimal(terms.quantity);
  if (!quantity.greaterThan(0)) throw new Error(`quantity '${terms.quantity}' is not above zero`);
  const unit = standardUnitOf(terms.quantityUnit ?? 'MW', profile);
  const standardQuantity = quantity.times(unit.quantityFactor.numerator).dividedBy(unit.quantityFactor.denominator);
  switch (profile) {
    case 'guide':
      return {
        price: priceText(price.dividedBy(unit.energyFactor), terms, profile),
        quantity: fixedText(standardQuantity, QUANTITY_DECIMALS),
      };
    case 'sheet':
      return { price: priceText(price.dividedBy(standardQuantity), terms, profile), quantity: fixedText(decimal('1'), QUANTITY_DECIMALS) };
    default:
      return assertNever(profile);
  }
}

/** The sheet renames cents and pence without dividing: among its identifiers no price is a hundredth of another. */
function priceText(price: Decimal, terms: UtiTerms, profile: UtiProfile): string {
  const { divisor } = currencyOf(terms.priceCurrency ?? '');
  return fixedText(profile === 'guide' ? price.dividedBy(divisor) : price, PRICE_DECIMALS);
}

function currencyOf(code: string): { readonly code: string; readonly divisor: number } {
  switch (code.trim()) {
    case 'EUX':
      return { code: 'EUR', divisor: 100 };
    case 'GBX':
      return { code: 'GBP', divisor: 100 };
    default:
      return { code: code.trim(), divisor: 1 };
  }
}
