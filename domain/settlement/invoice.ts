import { assertNever, invariant } from '../errors/app-error.ts';
import { type Currency, amountText, roundToCurrency } from '../money/currency.ts';
import { type Decimal, type DecimalText, decimal, fixedText, sum } from '../money/decimal.ts';
import type { LegalEntity } from '../party/party.ts';
import type { BusinessDate, YearMonth } from '../time/business-date.ts';
import type { Commodity, Direction } from '../trade/trade-terms.ts';
import { type SettlementTerms, dueDateOf } from './due-date.ts';
import type { SettlementLine } from './settlement-line.ts';
import { type VatCategory, type VatTreatment, chargeableDateOf, selfBillingText, vatOf, vatTreatmentOf } from './vat.ts';

/**
 * `invoice`: we sell and claim. `selfBill`: we buy and write the seller's invoice for him. `creditNote`: the seller owes, because prices
 * were negative or an earlier document is taken back; its amounts are printed positive. Who wrote it is its `issuer`.
 */
export type InvoiceKind = 'invoice' | 'selfBill' | 'creditNote';

/** One trade in the document. Quantity carries the sign and the unit price never does, as EN 16931 rule BR-27 wants it. */
export type InvoiceLine = {
  readonly lineNumber: number;
  readonly tradeId: string;
  readonly text: string;
  /** MWh with three decimals. */
  readonly quantityMwh: DecimalText;
  /** Zero or more, per MWh, with the decimals of the trade and at least two. */
  readonly unitPrice: DecimalText;
  /** Rounded once; the totals are sums of these. */
  readonly net: DecimalText;
  readonly formula: string;
  /** Resolves through the API to the intervals and the version of the trade. */
  readonly evidenceId: string;
};

/** VAT of one category (BG-23). */
export type VatSubtotal = {
  readonly category: VatCategory;
  readonly ratePercent: DecimalText;
  readonly base: DecimalText;
  readonly vat: DecimalText;
  readonly text?: string;
  readonly exemptionCode?: 'VATEX-EU-AE';
};

/** The earlier document that a credit note takes back (BT-25, BT-26). */
export type PrecedingInvoice = { readonly number: string; readonly issuedOn: BusinessDate };

/** A settlement document, complete and ready to render. Every amount is text with the decimals of the currency. */
export type Invoice = {
  readonly kind: InvoiceKind;
  /** BT-3, UNTDID 1001: 380 invoice, 389 self-billed invoice, 381 credit note, 261 self-billed credit note. */
  readonly typeCode: '380' | '389' | '381' | '261';
  readonly number: string;
  readonly issuedOn: BusinessDate;
  readonly deliveryMonth: YearMonth;
  readonly commodity: Commodity;
  /** Who wrote the document: we do. */
  readonly issuer: 'seller' | 'buyer';
  readonly seller: LegalEntity;
  readonly buyer: LegalEntity;
  readonly agreementId: string;
  readonly cycleId: string;
  readonly currency: Currency;
  readonly lines: readonly InvoiceLine[];
  readonly net: DecimalText;
  readonly vatSubtotals: readonly VatSubtotal[];
  readonly vat: DecimalText;
  readonly total: DecimalText;
  /** VAT that the buyer reckons on himself under reverse charge; zero otherwise. Booked, not printed. */
  readonly selfAssessedVat: DecimalText;
  readonly dueOn: BusinessDate;
  /** Who pays the total: the buyer, but for a credit note the seller. */
  readonly payer: 'seller' | 'buyer';
  readonly legalTexts: readonly string[];
  readonly precedingInvoice?: PrecedingInvoice;
};

export type InvoiceInput = {
  readonly number: string;
  readonly issuedOn: BusinessDate;
  /** Our side of every trade on this document: `sell` makes an invoice, `buy` a self-bill. */
  readonly direction: Direction;
  readonly us: LegalEntity;
  readonly counterparty: LegalEntity;
  readonly agreementId: string;
  readonly cycleId: string;
  readonly commodity: Commodity;
  readonly currency: Currency;
  readonly deliveryMonth: YearMonth;
  readonly terms: SettlementTerms;
  /** When the other side gets the document; the day of issue where nothing else is known. */
  readonly receivedOn?: BusinessDate;
  readonly lines: readonly (Pick<SettlementLine, 'text' | 'energyMwh' | 'price' | 'net' | 'formula'> & {
    readonly tradeId: string;
    readonly evidenceId: string;
  })[];
  readonly precedingInvoice?: PrecedingInvoice;
};

const QUANTITY_DECIMALS = 3;
const UNIT_PRICE_DECIMALS_MIN = 2;

/**
 * Builds the document of one cycle and direction. Totals are sums of the rounded lines; VAT is rounded once per category, on its base.
 * A total below zero turns the document into a credit note with positive amounts.
 * Throws `reference-data-missing` where no VAT rule is known, and on an empty list of lines.
 */
export function buildInvoice(input: InvoiceInput): Invoice {
  invariant(input.lines.length > 0, 'a settlement document has a line');
  const weSell = input.direction === 'sell';
  const [seller, buyer] = weSell ? [input.us, input.counterparty] : [input.counterparty, input.us];
  const treatment = vatTreatmentOf({
    sellerCountry: seller.address.country,
    buyerCountry: buyer.address.country,
    buyerIsDealer: buyer.isTaxableDealer,
    commodity: input.commodity,
    chargeableOn: chargeableDateOf(input.deliveryMonth),
  });
  const claim = sum(input.lines.map((line) => decimal(line.net)));
  const isCredit = claim.isNegative() && !claim.isZero();
  const kind = isCredit ? 'creditNote' : weSell ? 'invoice' : 'selfBill';
  const lines = input.lines.map((line, index) => invoiceLine({ line, lineNumber: index + 1, isCredit, currency: input.currency }));
  const issuer = weSell ? 'seller' : 'buyer';
  return {
    kind,
    typeCode: typeCodeOf({ kind, issuer }),
    number: input.number,
    issuedOn: input.issuedOn,
    deliveryMonth: input.deliveryMonth,
    commodity: input.commodity,
    issuer,
    seller,
    buyer,
    agreementId: input.agreementId,
    cycleId: input.cycleId,
    currency: input.currency,
    lines,
    ...totalsOf({ lines, treatment, currency: input.currency, terms: input.terms }),
    dueOn: dueDateOf({ deliveryMonth: input.deliveryMonth, receivedOn: input.receivedOn ?? input.issuedOn, terms: input.terms }),
    payer: isCredit ? 'seller' : 'buyer',
    legalTexts: legalTextsOf({ kind, issuer, treatment, us: input.us }),
    ...(input.precedingInvoice === undefined ? {} : { precedingInvoice: input.precedingInvoice }),
  };
}

function invoiceLine(input: {
  line: InvoiceInput['lines'][number];
  lineNumber: number;
  isCredit: boolean;
  currency: Currency;
}): InvoiceLine {
  const { line, isCredit } = input;
  const price = decimal(line.price);
  const energy = decimal(line.energyMwh);
  const quantity = price.isNegative() === isCredit ? energy : energy.negated();
  const net = decimal(line.net);
  return {
    lineNumber: input.lineNumber,
    tradeId: line.tradeId,
    text: line.text,
    quantityMwh: fixedText(quantity, QUANTITY_DECIMALS),
    unitPrice: fixedText(price.abs(), Math.max(UNIT_PRICE_DECIMALS_MIN, price.decimalPlaces())),
    net: amountText(isCredit ? net.negated() : net, input.currency),
    formula: line.formula,
    evidenceId: line.evidenceId,
  };
}

function totalsOf(input: {
  lines: readonly InvoiceLine[];
  treatment: VatTreatment;
  currency: Currency;
  terms: SettlementTerms;
}): Pick<Invoice, 'net' | 'vatSubtotals' | 'vat' | 'total' | 'selfAssessedVat'> {
  const { treatment, currency } = input;
  const { rounding } = input.terms;
  const net = sum(input.lines.map((line) => decimal(line.net)));
  const rounded = (ratePercent: DecimalText): Decimal => roundToCurrency({ amount: vatOf({ base: net, ratePercent }), currency, rounding });
  const vat = rounded(treatment.ratePercent);
  return {
    net: amountText(net, currency),
    vatSubtotals: [
      {
        category: treatment.category,
        ratePercent: treatment.ratePercent,
        base: amountText(net, currency),
        vat: amountText(vat, currency),
        ...(treatment.text === undefined ? {} : { text: treatment.text }),
        ...(treatment.exemptionCode === undefined ? {} : { exemptionCode: treatment.exemptionCode }),
      },
    ],
    vat: amountText(vat, currency),
    total: amountText(sum([net, vat]), currency),
    selfAssessedVat: amountText(rounded(treatment.selfAssessedRatePercent ?? '0'), currency),
  };
}

/** @source UNTDID 1001 as restricted by EN 16931-1, BT-3 */
function typeCodeOf(input: Pick<Invoice, 'kind' | 'issuer'>): Invoice['typeCode'] {
  switch (input.kind) {
    case 'invoice':
      return '380';
    case 'selfBill':
      return '389';
    case 'creditNote':
      return input.issuer === 'seller' ? '381' : '261';
    default:
      return assertNever(input.kind);
  }
}

function legalTextsOf(input: {
  kind: InvoiceKind;
  issuer: Invoice['issuer'];
  treatment: VatTreatment;
  us: LegalEntity;
}): readonly string[] {
  const texts: string[] = [];
  if (input.treatment.text !== undefined) texts.push(input.treatment.text);
  if (input.issuer === 'buyer') texts.push(selfBillingText(input.us.address.country));
  // In Germany and Austria "Gutschrift" means a self-bill, so that a credit note has to carry another word.
  const speaksGerman = ['DE', 'AT'].includes(input.us.address.country);
  if (input.kind === 'creditNote' && speaksGerman) texts.push('Rechnungskorrektur (credit note)');
  return texts;
}
