import type { IdentifierFinding } from './finding.ts';
import { mod97 } from './mod-97.ts';

const LEI_SHAPE = /^[0-9A-Z]{18}[0-9]{2}$/;
const LEI_BODY_SHAPE = /^[0-9A-Z]{18}$/;

/**
 * Checks a Legal Entity Identifier: 20 capital letters and digits (`lei.shape`, an error) whose number mod 97 is 1
 * (`lei.checkDigits`). Capture of our own data refuses wrong check digits; the validation of REMIT files passes `warning`,
 * because ACER's own examples fail them.
 *
 * @source ISO 17442-1:2020, check digits by ISO/IEC 7064 MOD 97-10
 */
export function checkLei(
  text: string,
  options: { checkDigits: IdentifierFinding['severity'] } = { checkDigits: 'error' },
): readonly IdentifierFinding[] {
  if (!LEI_SHAPE.test(text)) {
    return [
      {
        code: 'lei.shape',
        severity: 'error',
        message: `'${text}' is not an LEI.`,
        fix: 'Give 20 characters: 18 capital letters or digits and 2 check digits.',
      },
    ];
  }
  if (mod97(text) === 1) return [];
  return [
    {
      code: 'lei.checkDigits',
      severity: options.checkDigits,
      message: `The LEI '${text}' has wrong check digits.`,
      fix: `Check it for a typing error; ${text.slice(0, 18)} would end in ${leiWithCheckDigits(text.slice(0, 18)).slice(18)}.`,
    },
  ];
}

/** Completes 18 characters to an LEI. Throws on any other shape. */
export function leiWithCheckDigits(body: string): string {
  if (!LEI_BODY_SHAPE.test(body)) throw new Error(`'${body}' is not the body of an LEI`);
  return body + String(98 - mod97(`${body}00`)).padStart(2, '0');
}
