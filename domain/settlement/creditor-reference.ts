import { mod97 } from '../identifiers/mod-97.ts';

const REFERENCE = /^[0-9A-Z]{1,21}$/;

/** The structured creditor reference `RF` + check digits over 1 to 21 letters and digits. Throws on any other text. @source ISO 11649 */
export function creditorReference(text: string): string {
  if (!REFERENCE.test(text)) throw new Error(`'${text}' cannot be a creditor reference`);
  const checkDigits = 98 - mod97(`${text}RF00`);
  return `RF${String(checkDigits).padStart(2, '0')}${text}`;
}

/** True for a reference whose check digits are right. */
export function isCreditorReference(text: string): boolean {
  return /^RF\d{2}[0-9A-Z]{1,21}$/.test(text) && mod97(text.slice(4) + text.slice(0, 4)) === 1;
}
