import { z } from 'zod';
import { type FieldIssue, ValidationError } from '../../domain/errors/app-error.ts';
import { checkAcerCode } from '../../domain/identifiers/acer-code.ts';
import { checkEic } from '../../domain/identifiers/eic.ts';
import type { IdentifierFinding } from '../../domain/identifiers/finding.ts';
import { checkMic } from '../../domain/identifiers/mic.ts';

/** Report fields that a person may correct without a new version of the trade. */
export type ReportOverrides = {
  /** EIC, TRUM field 48. */
  readonly deliveryPoint?: string;
  /** ISO 10383, TRUM field 27. */
  readonly venueMic?: string;
  /** TRUM field 22. */
  readonly contractName?: string;
  /** TRUM field 3. */
  readonly traderIdAtVenue?: string;
  /** TRUM field 4. */
  readonly otherMarketParticipantAcerCode?: string;
};

type OverrideKey = keyof ReportOverrides;

/** The longest texts that REMIT Table 1 takes. @source REMITTable1_V3.xsd, contractNameType and traderIDType */
const CONTRACT_NAME_LENGTH_MAX = 200;
const TRADER_ID_LENGTH_MAX = 100;

const CHECKS: Readonly<Record<OverrideKey, (text: string) => readonly IdentifierFinding[]>> = {
  deliveryPoint: checkEic,
  venueMic: checkMic,
  contractName: (text) => checkLength({ text, lengthMax: CONTRACT_NAME_LENGTH_MAX }),
  traderIdAtVenue: (text) => [...checkLength({ text, lengthMax: TRADER_ID_LENGTH_MAX }), ...checkTraderCode(text)],
  otherMarketParticipantAcerCode: checkAcerCode,
};

/** @source REMITTable1_V3.xsd, traderCode */
const TRADER_CODE_PATTERN = /^[A-Za-z0-9_ -]*$/;

const storedSchema = z.strictObject({
  deliveryPoint: z.string().optional(),
  venueMic: z.string().optional(),
  contractName: z.string().optional(),
  traderIdAtVenue: z.string().optional(),
  otherMarketParticipantAcerCode: z.string().optional(),
});

/** Checks corrections given by a person. Throws ValidationError naming every key that is unknown and every value that is wrong. */
export function parseOverrides(given: Readonly<Record<string, string>>): ReportOverrides {
  const issues = Object.entries(given).flatMap(([key, text]) => issuesOf(key, text));
  if (issues.length > 0) throw new ValidationError(issues);
  return readOverrides(given);
}

/** Corrections as they stand in the database. Throws where they are not what we wrote. */
export function readOverrides(stored: unknown): ReportOverrides {
  const entries = Object.entries(storedSchema.parse(stored)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function issuesOf(key: string, text: string): readonly FieldIssue[] {
  const field = `/overrides/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (!isOverrideKey(key)) {
    const fix = `Correct one of ${Object.keys(CHECKS).join(', ')}; anything else takes a new version of the trade.`;
    return [{ field, code: 'field.unknown', message: `'${key}' cannot be corrected here.`, fix }];
  }
  return CHECKS[key](text)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, fix }) => ({ field, code, message, fix }));
}

function isOverrideKey(key: string): key is OverrideKey {
  return Object.hasOwn(CHECKS, key);
}

function checkTraderCode(text: string): readonly IdentifierFinding[] {
  if (TRADER_CODE_PATTERN.test(text)) return [];
  const fix = 'Use letters, digits, hyphen, underscore and inner blanks only.';
  return [{ code: 'report.characters', severity: 'error', message: 'The code has characters that a report cannot carry.', fix }];
}

function checkLength(input: { text: string; lengthMax: number }): readonly IdentifierFinding[] {
  const { text, lengthMax } = input;
  if (text.trim() === text && text.length >= 1 && text.length <= lengthMax) return [];
  const fix = `Give 1 to ${lengthMax} characters without space at either end.`;
  return [{ code: 'text.length', severity: 'error', message: `The text has ${text.length} characters, or space at its ends.`, fix }];
}
