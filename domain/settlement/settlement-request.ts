import { z } from 'zod';
import { type FieldIssue, ValidationError } from '../errors/app-error.ts';
import { type CheckParams, fieldIssuesOfZod } from '../errors/zod-issues.ts';
import { BLOCK_PROFILES, SETTLEMENT_MARKET_CODES, settlementMarketOf } from '../market/settlement-markets.ts';
import { CURRENCIES, ROUNDING_MODES } from '../money/currency.ts';
import { isDecimalText } from '../money/decimal.ts';
import { businessDate, isBusinessDate, isYearMonth, monthOf, yearMonth } from '../time/business-date.ts';
import { CALENDAR_NAMES } from '../time/calendar.ts';
import { isInstantText } from '../time/zone.ts';
import { deliveryIssues } from './delivery-issues.ts';
import type { DeliveryTerms } from './delivery-intervals.ts';
import { DEFAULT_SETTLEMENT_TERMS } from './due-date.ts';
import { parseUnit } from './pricing/unit.ts';

/** Integers and decimals of so many digits survive a JSON number; those with more must come as text. */
const LOSSLESS_DIGITS_MAX = 15;

/** Payment days after the 28th do not exist in every month. */
const DUE_DAY_MAX = 28;

/** What an agreement may name; beyond the decimals of the currency it changes nothing. */
const ROUNDING_PLACES_MAX = 6;

const NAME_LENGTH_MAX = 60;
/** Names with blanks are written in single quotes in a formula. */
const INDEX_NAME = /^[A-Za-z](?:[^'\n]*[^'\s])?$/;
/** Ten years of quarter-hours of one index. */
const FIXINGS_MAX = 400_000;
const INDICES_MAX = 100;

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

const priceField = z.strictObject({
  fixed: decimalField.optional(),
  /** By index: every interval pays `factor` times its value plus `spread`; 1 and 0 where absent. */
  index: z.string().regex(INDEX_NAME).max(NAME_LENGTH_MAX).optional(),
  factor: decimalField.optional(),
  spread: decimalField.optional(),
  /** See `parseFormula`. */
  formula: z.string().optional(),
});

const indexField = z.strictObject({
  name: z.string().regex(INDEX_NAME).max(NAME_LENGTH_MAX),
  unit: checked((text) => parseUnit(text) !== undefined, 'This is not a unit.', {
    code: 'index.unit',
    fix: 'Write e.g. EUR/MWh, p/th, EUR/t, or GBP/EUR for a reference rate.',
  }),
  averaging: z.enum(['time', 'day', 'publication', 'month']).default('time'),
  resolution: z.enum(['quarterHour', 'hour', 'day', 'month']).default('quarterHour'),
  calendar: z.enum(CALENDAR_NAMES).default('TARGET'),
  market: z.enum(SETTLEMENT_MARKET_CODES).optional(),
});

const fixingTime = checked((text) => isInstantText(text) || isBusinessDate(text) || isYearMonth(text), 'This is not a time.', {
  code: 'fixing.time',
  fix: 'Write an instant (2027-01-01T00:00:00+01:00), a delivery day (2027-01-01) or a month (2027-01); days and months are included.',
});

const fixingField = z.strictObject({
  index: z.string().min(1).max(NAME_LENGTH_MAX),
  from: fixingTime,
  to: fixingTime,
  value: decimalField,
});

const requestSchema = z.strictObject({
  terms: z.strictObject({
    commodity: z.enum(['power', 'gas']),
    market: z.enum(SETTLEMENT_MARKET_CODES),
    direction: z.enum(['buy', 'sell']),
    profile: z.enum(['base', 'offpeak', 'gasDay', 'shaped', ...BLOCK_PROFILES]),
    capacityMw: decimalField.optional(),
    shape: z.array(z.strictObject({ from: z.string(), to: z.string(), quantityMw: decimalField })).optional(),
    price: priceField,
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
  fixings: z.array(fixingField).max(FIXINGS_MAX).default([]),
  /** Indices beside the known ones; an addition of ours to the shape of the command. */
  indices: z.array(indexField).max(INDICES_MAX).default([]),
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
  const parsed = requestSchema.safeParse(input);
  if (!parsed.success) throw new ValidationError(fieldIssuesOfZod(parsed.error));
  const issues = consistencyIssues(parsed.data);
  if (issues.length > 0) throw new ValidationError(issues);
  return parsed.data;
}

/** The part of the request that says what is delivered when. */
export function deliveryTermsOf({ terms }: SettlementRequest): DeliveryTerms {
  return {
    market: terms.market,
    profile: terms.profile,
    ...(terms.capacityMw === undefined ? {} : { capacityMw: terms.capacityMw }),
    ...(terms.shape === undefined ? {} : { shape: terms.shape }),
    deliveryStartDate: terms.deliveryStart,
    deliveryEndDate: terms.deliveryEnd,
  };
}

/** A price is fixed, or by index, or by formula; factor and spread belong to an index. */
function priceIssues({ terms: { price } }: SettlementRequest): readonly FieldIssue[] {
  const kinds = [price.fixed, price.index, price.formula].filter((value) => value !== undefined).length;
  const strayFactor = price.index === undefined && (price.factor !== undefined || price.spread !== undefined);
  if (kinds === 1 && !strayFactor) return [];
  return [
    {
      field: '/terms/price',
      code: 'settlement.priceKind',
      message: kinds === 0 ? 'The price is missing.' : 'The price is given in more than one way.',
      fix: 'Give {"fixed": "92.35"}, {"index": "DE_DA", "factor": "1", "spread": "0.75"} or {"formula": "…"}.',
    },
  ];
}

function consistencyIssues(request: SettlementRequest): readonly FieldIssue[] {
  const { terms, month } = request;
  const market = settlementMarketOf(terms.market);
  const issues: FieldIssue[] = [...priceIssues(request)];
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
