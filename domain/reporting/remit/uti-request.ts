import type { FieldIssue } from '../../errors/app-error.ts';
import { checkAcerCode } from '../../identifiers/acer-code.ts';
import { checkEic } from '../../identifiers/eic.ts';
import { decimal } from '../../money/decimal.ts';
import { isBusinessDate } from '../../time/business-date.ts';
import { RequestFields } from './request-fields.ts';
import { UTI_QUANTITY_UNITS } from './uti-units.ts';
import { PROGRESSIVE_MAX, remitContractIdText, remitUti, remitUtiText } from './uti.ts';
import type { UtiProfile, UtiTerms } from './uti.ts';

export type UtiAnswer =
  | { readonly kind: 'uti'; readonly uti: string; readonly text: string }
  | { readonly kind: 'refused'; readonly issues: readonly FieldIssue[] };

const PROFILES = ['guide', 'sheet'] as const;
/** Generous for 13 terms; a longer text is a mistake. */
const TEXT_CHARACTERS_MAX = 2_000;

/** @source TRUM v6.0 fields 23 and 11 of Table 2; the generator sheet takes every code of both tables */
const CONTRACT_TYPES = [
  'AU',
  'CO',
  'FW',
  'FU',
  'OP',
  'OP_FW',
  'OP_FU',
  'OP_SW',
  'OP_SP',
  'SO',
  'SP',
  'SW',
  'SWG',
  'OT',
  'FW_EFP',
  'FW_EFS',
  'FU_EFP',
  'FU_EFS',
  'FW_DES',
  'FW_FOB',
  'FU_DES',
  'FU_FOB',
  'OP_DES',
  'OP_FOB',
  'SP_DES',
  'SP_FOB',
  'SW_DES',
  'SW_FOB',
  'SWG_DES',
  'SWG_FOB',
  'SO_PPA',
  'FW_PPA',
  'FU_PPA',
  'OP_PPA',
  'SP_PPA',
  'SW_PPA',
] as const;
const CURRENCIES = [
  'BGN',
  'CHF',
  'CZK',
  'DKK',
  'EUR',
  'EUX',
  'GBX',
  'GBP',
  'HRK',
  'HUF',
  'ISK',
  'NOK',
  'PCT',
  'PLN',
  'RON',
  'SEK',
  'USD',
  'OTH',
] as const;

/**
 * Answers `energyopti remit uti`: either `{text, progressive}` or `{terms, progressive, profile, table}`. `progressive` is 1 and
 * `profile` is `guide` where absent; `table` 2 asks for a contract id of nine terms. Unknown fields are refused.
 */
export function remitUtiFromRequest(request: unknown): UtiAnswer {
  const issues: FieldIssue[] = [];
  const fields = new RequestFields({ json: request, path: '', issues });
  const progressive = fields.wholeNumber('progressive', { required: false, min: 1, max: PROGRESSIVE_MAX }) ?? 1;
  const hasTerms = fields.has('terms');
  const text = hasTerms ? textOfTerms(fields, issues) : fields.text('text', { required: true });
  if (hasTerms && fields.has('text')) {
    fields.text('text', { required: false });
    fields.add('text', { code: 'request.both', message: "'text' and 'terms' stand together.", fix: 'Give one of the two.' });
  }
  if (!hasTerms && text !== undefined && text.length > TEXT_CHARACTERS_MAX) {
    fields.add('text', { code: 'field.tooLong', message: 'The text is too long.', fix: `Give at most ${TEXT_CHARACTERS_MAX} characters.` });
  }
  fields.refuseUnknown();
  if (issues.length > 0 || text === undefined) return { kind: 'refused', issues };
  return { kind: 'uti', uti: remitUti({ text, progressive }), text };
}

function textOfTerms(fields: RequestFields, issues: FieldIssue[]): string | undefined {
  const profile: UtiProfile = fields.oneOf('profile', { required: false, values: PROFILES }) ?? 'guide';
  const table = fields.wholeNumber('table', { required: false, min: 1, max: 2 }) ?? 1;
  const terms = new RequestFields({ json: fields.raw('terms'), path: '/terms', issues });
  const common = takeCommonTerms(terms);
  const numbers = table === 1 ? takeNumbers(terms) : {};
  terms.refuseUnknown();
  if (issues.length > 0 || common === undefined) return undefined;
  return table === 1 ? remitUtiText({ ...common, ...numbers }, profile) : remitContractIdText(common);
}

function takeCommonTerms(terms: RequestFields): Omit<UtiTerms, 'price' | 'priceCurrency' | 'quantity' | 'quantityUnit'> | undefined {
  const party = {
    required: true,
    test: (text: string) => checkAcerCode(text).length === 0,
    code: 'acerCode.shape',
    fix: 'Give an ACER code, e.g. A0045821W.IT.',
  };
  const date = { required: true, test: isBusinessDate, code: 'field.date', fix: 'Give a date YYYY-MM-DD that exists.' };
  const buyer = terms.textOf('buyer', party);
  const seller = terms.textOf('seller', party);
  const contractType = terms.oneOf('contractType', { required: true, values: CONTRACT_TYPES });
  const energyCommodity = terms.oneOf('energyCommodity', { required: true, values: ['EL', 'NG', 'LG'] });
  const settlementMethod = terms.oneOf('settlementMethod', { required: true, values: ['P', 'C', 'O'] });
  const tradeDate = terms.textOf('tradeDate', date);
  const deliveryPoint = terms.textOf('deliveryPoint', {
    required: true,
    test: (text) => checkEic(text).every((finding) => finding.severity !== 'error'),
    code: 'eic.shape',
    fix: 'Give an EIC of 16 characters, e.g. 10YNL----------L.',
  });
  const deliveryStartDate = terms.textOf('deliveryStartDate', date);
  const deliveryEndDate = terms.textOf('deliveryEndDate', date);
  if (deliveryStartDate !== undefined && deliveryEndDate !== undefined && deliveryEndDate < deliveryStartDate) {
    terms.add('deliveryEndDate', { code: 'field.reversed', message: 'Delivery ends before it starts.', fix: 'Give the later date here.' });
  }
  if (buyer === undefined || seller === undefined || contractType === undefined || energyCommodity === undefined) return undefined;
  if (settlementMethod === undefined || tradeDate === undefined || deliveryPoint === undefined) return undefined;
  if (deliveryStartDate === undefined || deliveryEndDate === undefined) return undefined;
  return { buyer, seller, contractType, energyCommodity, settlementMethod, tradeDate, deliveryPoint, deliveryStartDate, deliveryEndDate };
}

function takeNumbers(terms: RequestFields): Pick<UtiTerms, 'price' | 'priceCurrency' | 'quantity' | 'quantityUnit'> {
  const price = terms.decimalText('price', { required: false });
  const priceCurrency = terms.oneOf('priceCurrency', { required: false, values: CURRENCIES });
  const quantity = terms.decimalText('quantity', { required: false });
  const quantityUnit = terms.oneOf('quantityUnit', { required: false, values: UTI_QUANTITY_UNITS });
  if (quantity !== undefined && !decimal(quantity).greaterThan(0)) {
    terms.add('quantity', {
      code: 'field.range',
      message: 'The quantity is not above zero.',
      fix: 'Give a quantity above zero, or leave it out.',
    });
  }
  return {
    ...(price === undefined ? {} : { price }),
    ...(priceCurrency === undefined ? {} : { priceCurrency }),
    ...(quantity === undefined ? {} : { quantity }),
    ...(quantityUnit === undefined ? {} : { quantityUnit }),
  };
}
