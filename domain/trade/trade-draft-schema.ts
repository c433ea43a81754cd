import { z } from 'zod';
import type { CheckParams } from '../errors/zod-issues.ts';
import { MARKET_CODES } from '../market/markets.ts';
import { decimal, decimalText, isDecimalText } from '../money/decimal.ts';
import { SHAPE_STEPS_MAX } from '../settlement/delivery-issues.ts';
import { isBusinessDate } from '../time/business-date.ts';
import { epochMsOf, instantText, isInstantText } from '../time/zone.ts';

/** @source REMIT Table 1 V3 schema, type for quantities and prices: at most 20 digits, at most 5 of them decimals */
const REMIT_DIGITS_MAX = 20;
const REMIT_DECIMALS_MAX = 5;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const NO_CONTROL_CHARACTERS = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
/** @source REMIT Table 1 V3 schema, uniqueTransactionIdentifierType and orderIdentifierType (fields 31 and 33) */
const UTI_PATTERN = /^[A-Za-z0-9_-](?:[A-Za-z0-9_ -]*[A-Za-z0-9_-])?$/;
/** @source REMIT Table 1 V3 schema, contractIdType (field 21) */
const CONTRACT_ID_PATTERN = /^[A-Za-z0-9_:-]*$/;
/** @source REMIT Table 1 V3 schema, traderCode (field 3) */
const TRADER_CODE_PATTERN = /^[A-Za-z0-9_ -]*$/;
const MIC_PATTERN = /^[A-Z0-9]{4}$/;
const REFERENCE_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?$/;

/** A string with one rule of our own: what it must satisfy, and how to mend it. */
function checked(check: (text: string) => boolean, message: string, params: CheckParams): z.ZodString {
  return z.string().refine(check, { message, params });
}

/** Text that people read: no control characters, no blanks at its ends. */
export function plainText(lengthMax: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(lengthMax)
    .refine((text) => NO_CONTROL_CHARACTERS.test(text), {
      message: 'This has control characters or line breaks.',
      params: { code: 'text.controlCharacters', fix: 'Remove them.' },
    })
    .refine((text) => text.isWellFormed(), {
      message: 'This has half of a character: a lone surrogate.',
      params: { code: 'text.loneSurrogate', fix: 'Send whole characters, as UTF-8.' },
    })
    .refine((text) => text === text.trim(), {
      message: 'This begins or ends with a blank.',
      params: { code: 'text.outerBlanks', fix: 'Remove the blanks at the ends.' },
    });
}

/** The id of something of ours: a counterparty, a book, a trader, an agreement. */
export function referenceId(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(60)
    .refine((text) => REFERENCE_PATTERN.test(text), {
      message: 'This is not an id.',
      params: {
        code: 'id.pattern',
        fix: 'Use letters, digits, dot, colon, hyphen and underscore, beginning and ending with a letter or digit.',
      },
    });
}

/** A text that goes into a report as it is: what the report cannot carry is refused when the trade comes in. */
function reported(text: z.ZodString, pattern: RegExp, signs: string): z.ZodString {
  return text.refine((value) => pattern.test(value), {
    message: 'This has characters that a REMIT report cannot carry.',
    params: { code: 'report.characters', fix: `Use ${signs} only.` },
  });
}

/** A number as REMIT takes it, in its shortest form: `12.50` becomes `12.5`. */
const remitDecimal = checked(isRemitDecimal, 'This is not a plain decimal of at most 20 digits, 5 of them after the point.', {
  code: 'decimal.format',
  fix: 'Write it in quotes without exponent and without leading zeros, e.g. "-12.50".',
}).transform((text) => decimalText(decimal(text)));

const date = checked(isTradeDate, `This is not a date of the years ${FIRST_YEAR} to ${LAST_YEAR}.`, {
  code: 'date.invalid',
  fix: 'Write an existing date as YYYY-MM-DD.',
});

const instant = checked(isTradeInstant, 'This is not an instant with a zone.', {
  code: 'instant.invalid',
  fix: 'Write RFC 3339 with seconds and an offset, e.g. 2026-09-29T08:15:00+02:00 or 2026-09-29T06:15:00Z.',
}).transform((text) => instantText(epochMsOf(text)));

const venue = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('organisedMarket'),
    mic: checked((text) => MIC_PATTERN.test(text), 'This is not a market identifier code.', {
      code: 'mic.format',
      fix: 'Give the four capital letters or digits of ISO 10383, e.g. XEEE.',
    }),
    contractId: reported(plainText(50), CONTRACT_ID_PATTERN, 'letters, digits, colon, hyphen and underscore'),
    contractName: plainText(200),
    traderIdAtVenue: reported(plainText(100), TRADER_CODE_PATTERN, 'letters, digits, hyphen, underscore and inner blanks'),
    orderId: reported(plainText(100), UTI_PATTERN, 'letters, digits, hyphen, underscore and inner blanks').exactOptional(),
    aggressor: z.enum(['initiator', 'aggressor']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('bilateral'), voiceBrokered: z.boolean().exactOptional() }),
]);

/** The fields of `TradeTerms` one by one; what holds between fields is checked by `parseTradeTerms`. */
const termsShape = {
  direction: z.enum(['buy', 'sell']),
  commodity: z.enum(['power', 'gas']),
  market: z.enum(MARKET_CODES),
  deliveryPoint: plainText(16),
  venue,
  contractType: z.enum(['CO', 'FW', 'FU']),
  settlementMethod: z.enum(['physical', 'financial']),
  profile: z.enum(['base', 'peak', 'offpeak', 'gasDay', 'shaped']),
  capacityMw: remitDecimal.exactOptional(),
  shape: z
    .array(z.strictObject({ from: instant, to: instant, quantityMw: remitDecimal }))
    .max(SHAPE_STEPS_MAX)
    .exactOptional(),
  deliveryStartDate: date,
  deliveryEndDate: date,
  price: z.strictObject({ fixed: remitDecimal }),
  currency: z.enum(['EUR']),
  concludedAt: instant,
  counterpartyId: referenceId(),
  bookId: referenceId(),
  traderId: reported(referenceId(), TRADER_CODE_PATTERN, 'letters, digits, hyphen and underscore'),
  agreementId: referenceId(),
  uti: z
    .string()
    .max(100)
    .refine((text) => UTI_PATTERN.test(text), {
      message: 'This is not a unique transaction identifier.',
      params: { code: 'uti.pattern', fix: 'Use letters, digits, hyphen, underscore and inner blanks, 1 to 100 of them.' },
    })
    .exactOptional(),
};

/** The terms alone, as an amendment sends them. */
export const tradeTermsSchema = z.strictObject(termsShape);

/** What an upstream system sends: whose trade, and its terms, in one flat object. */
export const tradeDraftSchema = z.strictObject({ sourceSystem: plainText(60), sourceTradeId: plainText(100), ...termsShape });

function isRemitDecimal(text: string): boolean {
  if (!isDecimalText(text)) return false;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return fraction.length <= REMIT_DECIMALS_MAX && whole.length + fraction.length <= REMIT_DIGITS_MAX;
}

function isTradeDate(text: string): boolean {
  return isBusinessDate(text) && isKnownYear(text);
}

function isTradeInstant(text: string): boolean {
  return isInstantText(text) && isKnownYear(text);
}

function isKnownYear(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
