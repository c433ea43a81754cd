import { z } from 'zod';
import { type FieldIssue, ValidationError } from '../errors/app-error.ts';
import { type CheckParams, fieldIssuesOfZod } from '../errors/zod-issues.ts';
import { MARKET_CODES, marketOf } from '../market/markets.ts';
import { CURRENCIES, ROUNDING_MODES } from '../money/currency.ts';
import { isDecimalText } from '../money/decimal.ts';
import { businessDate, isBusinessDate, isYearMonth, monthOf, yearMonth } from '../time/business-date.ts';
import { CALENDAR_NAMES } from '../time/calendar.ts';
import { deliveryIssues } from './delivery-issues.ts';
import type { DeliveryTerms } from './delivery-intervals.ts';
import { DEFAULT_SETTLEMENT_TERMS } from './due-date.ts';
import type { PricedTerms } from './settlement-line.ts';

/** Integers and decimals of so many digits survive a JSON number; those with more must come as text. */
const LOSSLESS_DIGITS_MAX = 15;

/** Payment days after the 28th do not exist in every month. */
const DUE_DAY_MAX = 28;

/** What an agreement may name; beyond the decimals of the currency it changes nothing. */
const ROUNDING_PLACES_MAX = 6;

const decimalField = z.preprocess(
  (value) => (typeof value === 'number' && isLossless(value) ? String(value) : value),
  checked(isDecimalText, 'This is not a plain decimal.', {
    code: 'decimal.format',
    fix: 'Write it in quotes without exponent and without leading zeros, e.g. "-12.50".',
  }),
);

const dateField = checked(isBusinessDate, 'This is not a date.', {
  code: 'date.invalid',
  fix: 'Write an existing date as YYYY-MM-DD.',
}).transform((text) => businessDate(text));

const monthField = checked(isYearMonth, 'This is not a month.', {
  code: 'month.invalid',
  fix: 'Write the delivery month as YYYY-MM, e.g. 2027-01.',
}).transform((text) => yearMonth(text));

const countryField = checked((text) => /^[A-Z]{2}$/.test(text), 'This is not a country code.', {
  code: 'country.format',
  fix: 'Give the two capital letters of ISO 3166-1, e.g. DE.',
});

const noFixings = z
  .array(z.unknown())
  .refine((fixings) => fixings.length === 0, {
    message: 'A fixed price takes no fixings.',
    params: { code: 'settlement.fixingsNotUsed', fix: 'Leave the fixings out, or give an empty list.' },
  })
  .default([]);

const requestSchema = z.strictObject({
  terms: z.strictObject({
    commodity: z.enum(['power', 'gas']),
    market: z.enum(MARKET_CODES),
    direction: z.enum(['buy', 'sell']),
    profile: z.enum(['base', 'peak', 'offpeak', 'gasDay', 'shaped']),
    capacityMw: decimalField.optional(),
    shape: z.array(z.strictObject({ from: z.string(), to: z.string(), quantityMw: decimalField })).optional(),
    price: z.strictObject({ fixed: decimalField }),
    currency: z.enum(CURRENCIES),
    deliveryStart: dateField,
    deliveryEnd: dateField,
    agreement: z
      .strictObject({
        rounding: z.enum(ROUNDING_MODES).default(DEFAULT_SETTLEMENT_TERMS.rounding),
        /** Decimals of a line; an addition of ours to the shape of the command. */
        roundingPlaces: z.int().min(0).max(ROUNDING_PLACES_MAX).default(DEFAULT_SETTLEMENT_TERMS.roundingPlaces),
        dueDay: z.int().min(1).max(DUE_DAY_MAX).default(DEFAULT_SETTLEMENT_TERMS.dueDay),
        calendar: z.enum(CALENDAR_NAMES).default(DEFAULT_SETTLEMENT_TERMS.calendar),
      })
      .default(DEFAULT_SETTLEMENT_TERMS),
    vat: z.strictObject({ sellerCountry: countryField, buyerCountry: countryField, buyerIsDealer: z.boolean() }),
  }),
  month: monthField,
  fixings: noFixings,
  /** Moves the due date where the document came late; an addition of ours to the shape of the command. */
  invoiceReceivedOn: dateField.optional(),
});

/** A request that passed: every field known, typed and consistent with the others. */
export type SettlementRequest = z.output<typeof requestSchema>;

/**
 * Reads the input of `settlement compute`. Unknown fields are refused, never ignored. Throws ValidationError with every issue found;
 * each names its field as a JSON pointer into the input.
 */
export function parseSettlementRequest(input: unknown): SettlementRequest {
  const pricing = pricingIssues(input);
  const parsed = requestSchema.safeParse(input);
  if (!parsed.success) {
    const others = fieldIssuesOfZod(parsed.error).filter(({ field }) => pricing.length === 0 || !field.startsWith('/terms/price/'));
    throw new ValidationError([...pricing, ...others]);
  }
  const issues = consistencyIssues(parsed.data);
  if (issues.length > 0) throw new ValidationError(issues);
  return parsed.data;
}

/** The part of the request that says what is delivered at which price. */
export function pricedTermsOf(request: SettlementRequest): PricedTerms {
  const { terms } = request;
  return { ...deliveryTermsOf(request), price: terms.price, currency: terms.currency };
}

function deliveryTermsOf({ terms }: SettlementRequest): DeliveryTerms {
  return {
    market: terms.market,
    profile: terms.profile,
    ...(terms.capacityMw === undefined ? {} : { capacityMw: terms.capacityMw }),
    ...(terms.shape === undefined ? {} : { shape: terms.shape }),
    deliveryStartDate: terms.deliveryStart,
    deliveryEndDate: terms.deliveryEnd,
  };
}

/** Prices that are agreed in practice but not settled here get their own words, not those of a mistyped field. */
function pricingIssues(input: unknown): readonly FieldIssue[] {
  const price = memberOf(memberOf(input, 'terms'), 'price');
  return (['index', 'factor', 'spread', 'formula'] as const)
    .filter((name) => memberOf(price, name) !== undefined)
    .map((name) => ({
      field: `/terms/price/${name}`,
      code: 'settlement.priceNotFixed',
      message: `A price by ${name} is not settled by this version; only fixed prices are.`,
      fix: 'Give the price as {"fixed": "92.35"}.',
    }));
}

function consistencyIssues(request: SettlementRequest): readonly FieldIssue[] {
  const { terms, month } = request;
  const market = marketOf(terms.market);
  const issues: FieldIssue[] = [];
  if (market.commodity !== terms.commodity) {
    issues.push({
      field: '/terms/commodity',
      code: 'settlement.commodityMismatch',
      message: `The market ${market.code} trades ${market.commodity}, not ${terms.commodity}.`,
      fix: 'Correct the commodity or the market.',
    });
  }
  issues.push(...deliveryIssues(deliveryTermsOf(request)).map((issue) => ({ ...issue, field: requestField(issue.field) })));
  if (month < monthOf(terms.deliveryStart) || month > monthOf(terms.deliveryEnd)) {
    issues.push({
      field: '/month',
      code: 'settlement.monthOutsideDelivery',
      message: `Nothing is delivered in ${month}; delivery runs from ${terms.deliveryStart} to ${terms.deliveryEnd}.`,
      fix: 'Give a month of the delivery period.',
    });
  }
  return issues;
}

/** The request calls the days `deliveryStart` and `deliveryEnd`; the rest is named as in the terms. */
function requestField(field: string): string {
  return `/terms${field.replace(/^\/delivery(Start|End)Date$/, '/delivery$1')}`;
}

function checked(check: (text: string) => boolean, message: string, params: CheckParams): z.ZodString {
  return z.string().refine(check, { message, params });
}

function isLossless(value: number): boolean {
  return String(value).replace(/^-?0?\.?0*|\D/g, '').length <= LOSSLESS_DIGITS_MAX;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
