import type { IdentifierFinding } from './finding.ts';

/** Stands for a counterparty that is no market participant. */
export const ACER_CODE_OF_NON_PARTICIPANT = 'ACERNONMP.EU';

const ACER_CODE_SHAPE = /^[A-Z0-9]{9}\.[A-Z]{2}$/;

/**
 * Checks the shape of an ACER registration code, `XXXXXXXXX.CC` (`acerCode.shape`, an error).
 * Its check rule is not public; whether it is registered, CEREMP knows.
 *
 * @source ACER TRUM v6.0, field 1 (type 1): 12 characters
 */
export function checkAcerCode(text: string): readonly IdentifierFinding[] {
  if (ACER_CODE_SHAPE.test(text)) return [];
  return [
    {
      code: 'acerCode.shape',
      severity: 'error',
      message: `'${text}' is not an ACER code.`,
      fix: 'Give 9 capital letters or digits, a dot and the country, e.g. A0045821W.IT.',
    },
  ];
}
