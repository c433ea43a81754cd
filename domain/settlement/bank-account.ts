import type { FieldIssue } from '../errors/app-error.ts';
import { checkIban } from '../identifiers/iban.ts';

/** Length of an account number by country. @source SWIFT IBAN Registry */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  RS: 22,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  UA: 29,
  VA: 22,
};
const BIC = /^[A-Z0-9]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;

/**
 * What keeps money from an account: an IBAN of wrong shape, length or check digits, a BIC of wrong shape or of another country.
 * Fields are `/iban` and `/bic`.
 */
export function bankAccountIssues(account: { iban: string; bic?: string }): readonly FieldIssue[] {
  const { iban, bic } = account;
  const findings = checkIban(iban).map(({ code, message, fix }): FieldIssue => ({ field: '/iban', code, message, fix }));
  const country = iban.slice(0, 2);
  const length = IBAN_LENGTHS[country];
  if (findings.length === 0 && length === undefined) {
    findings.push({
      field: '/iban',
      code: 'iban.country',
      message: `Accounts of '${country}' are not paid here.`,
      fix: 'Give an account in the single euro payments area.',
    });
  } else if (findings.length === 0 && iban.length !== length) {
    findings.push({
      field: '/iban',
      code: 'iban.length',
      message: `An IBAN of ${country} has ${length ?? 0} characters, not ${iban.length}.`,
      fix: 'Check it against the account statement.',
    });
  }
  if (bic === undefined) return findings;
  const bicCountry = BIC.exec(bic)?.[1];
  if (bicCountry === undefined) {
    const fix = 'Give 8 or 11 characters, e.g. COBADEFFXXX.';
    findings.push({ field: '/bic', code: 'bic.shape', message: `'${bic}' is not a BIC.`, fix });
  } else if (bicCountry !== country) {
    const fix = 'Give the BIC of the bank that keeps the account.';
    findings.push({ field: '/bic', code: 'bic.country', message: `The BIC is of ${bicCountry}, the IBAN of ${country}.`, fix });
  }
  return findings;
}
