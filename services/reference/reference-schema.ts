import { z } from 'zod';
import { traderMandateSchema } from '../../domain/compliance/trader-mandate.ts';
import { checkAcerCode } from '../../domain/identifiers/acer-code.ts';
import { checkEic } from '../../domain/identifiers/eic.ts';
import type { IdentifierFinding } from '../../domain/identifiers/finding.ts';
import { checkIban } from '../../domain/identifiers/iban.ts';
import { checkLei } from '../../domain/identifiers/lei.ts';
import { isDecimalText } from '../../domain/money/decimal.ts';
import { isBusinessDate, isYearMonth } from '../../domain/time/business-date.ts';
import { CALENDAR_NAMES } from '../../domain/time/calendar.ts';
import { plainText, referenceId } from '../../domain/trade/trade-draft-schema.ts';

const PRICES_MAX = 20_000;
const ROWS_MAX = 2_000;

/** An identifier that its own check accepts; warnings pass. */
function identifier(check: (text: string) => readonly IdentifierFinding[]): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    for (const finding of check(text).filter((one) => one.severity === 'error')) {
      context.addIssue({ code: 'custom', message: finding.message, params: { code: finding.code, fix: finding.fix } });
    }
  });
}

const decimalText = z.string().refine(isDecimalText, {
  message: 'This is not a plain decimal.',
  params: { code: 'decimal.format', fix: 'Write it in quotes without exponent, e.g. "12.5".' },
});
const amount = decimalText.refine((text) => !text.startsWith('-'), {
  message: 'This is below zero.',
  params: { code: 'decimal.negative', fix: 'Give zero or more.' },
});
const date = z.string().refine(isBusinessDate, {
  message: 'This is not a date.',
  params: { code: 'date.invalid', fix: 'Write an existing date as YYYY-MM-DD.' },
});
const month = z.string().refine(isYearMonth, {
  message: 'This is not a month.',
  params: { code: 'month.invalid', fix: 'Write it as YYYY-MM.' },
});

const address = z.strictObject({
  street: plainText(200),
  postCode: plainText(20),
  city: plainText(100),
  country: z.string().regex(/^[A-Z]{2}$/),
});

const legalEntity = {
  name: plainText(200),
  lei: identifier(checkLei),
  acerCode: identifier(checkAcerCode),
  eic: identifier(checkEic).exactOptional(),
  address,
  vatNumber: plainText(20),
  isTaxableDealer: z.boolean(),
  iban: identifier(checkIban).exactOptional(),
  bic: z
    .string()
    .regex(/^[A-Z0-9]{8}(?:[A-Z0-9]{3})?$/)
    .exactOptional(),
};

/** The firm itself, as the database owner enters it. */
export const tenantSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/),
  legalEntity: z.strictObject(legalEntity),
  reportingEntityAcerCode: identifier(checkAcerCode),
  channelId: referenceId(),
});

/** Reference data of one tenant. Rows that are there are brought to what is given; none is removed. */
export const referenceSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        id: referenceId(),
        name: plainText(200),
        role: z.enum(['upstream', 'compliance', 'backOffice', 'auditor', 'admin']),
        active: z.boolean().default(true),
      }),
    )
    .max(ROWS_MAX)
    .default([]),
  counterparties: z
    .array(z.strictObject({ id: referenceId(), ...legalEntity }))
    .max(ROWS_MAX)
    .default([]),
  agreements: z
    .array(
      z.strictObject({
        id: referenceId(),
        counterpartyId: referenceId(),
        name: plainText(200),
        /** Day of the month after delivery on which an invoice falls due, moved to a day of the calendar. */
        dueDay: z.int().min(1).max(28),
        calendar: z.enum(CALENDAR_NAMES),
        roundingPlaces: z.int().min(0).max(6).default(2),
      }),
    )
    .max(ROWS_MAX)
    .default([]),
  books: z
    .array(z.strictObject({ id: referenceId(), name: plainText(200) }))
    .max(ROWS_MAX)
    .default([]),
  traders: z
    .array(z.strictObject({ id: referenceId(), name: plainText(200), mandate: traderMandateSchema }))
    .max(ROWS_MAX)
    .default([]),
  limits: z
    .array(
      z.strictObject({
        id: referenceId(),
        scope: z.enum(['tenant', 'book', 'trader', 'counterparty']),
        scopeId: referenceId(),
        commodity: z.enum(['power', 'gas']).nullable().default(null),
        measure: z.enum(['notionalEur', 'volumeMwh', 'creditEur']),
        bound: amount,
        warnRatio: decimalText.default('0.8'),
      }),
    )
    .max(ROWS_MAX)
    .default([]),
  restrictions: z
    .array(
      z.strictObject({
        id: referenceId(),
        subjectKind: z.enum(['counterparty', 'market']),
        subjectId: referenceId(),
        reason: plainText(500),
        validFrom: date,
        validTo: date.nullable().default(null),
      }),
    )
    .max(ROWS_MAX)
    .default([]),
  prices: z
    .array(
      z.strictObject({
        curveId: referenceId(),
        quotedOn: date,
        deliveryMonth: month,
        price: decimalText,
        currency: z.literal('EUR').default('EUR'),
        provenance: z.enum(['live', 'imported', 'simulated']),
        /** When the price became known; the time of the seed where it is left out. */
        knownAt: z.iso.datetime({ offset: true }).exactOptional(),
      }),
    )
    .max(PRICES_MAX)
    .default([]),
});

/** The whole seed file: a tenant and its reference data. */
export const referenceFileSchema = referenceSchema.extend({ tenant: tenantSchema });

export type TenantInput = z.input<typeof tenantSchema>;
export type ReferenceInput = z.input<typeof referenceSchema>;
export type ReferenceFile = z.input<typeof referenceFileSchema>;
