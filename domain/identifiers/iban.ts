import type { IdentifierFinding } from './finding.ts';
import { mod97 } from './mod-97.ts';

const IBAN_SHAPE = /^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$/;

/**
 * Checks an International Bank Account Number without blanks: shape (`iban.shape`) and check digits (`iban.checkDigits`).
 * The length that each country sets is not checked. Both are errors: money would go astray.
 *
 * @source ISO 13616-1:2020, check digits by ISO/IEC 7064 MOD 97-10
 */
export function checkIban(text: string): readonly IdentifierFinding[] {
  if (!IBAN_SHAPE.test(text)) {
    return [
      {
        code: 'iban.shape',
        severity: 'error',
        message: `'${text}' is not an IBAN.`,
        fix: 'Give country code, check digits and account without blanks, e.g. DE89370400440532013000.',
      },
    ];
  }
  if (mod97(text.slice(4) + text.slice(0, 4)) === 1) return [];
  return [
    {
      code: 'iban.checkDigits',
      severity: 'error',
      message: `The IBAN '${text}' has wrong check digits.`,
      fix: 'Check it for a typing error.',
    },
  ];
}
