/** Letters that Unicode does not take apart, in the spelling that banks use. @source EPC217-08, SEPA conversion table */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  Æ: 'AE',
  æ: 'ae',
  Ø: 'O',
  ø: 'o',
  Œ: 'OE',
  œ: 'oe',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Þ: 'Th',
  þ: 'th',
  Ð: 'D',
  ð: 'd',
  '€': 'EUR',
  '£': 'GBP',
  '&': '+',
  '’': "'",
  '–': '-',
  '—': '-',
  _: '-',
};
const ALLOWED = /^[a-zA-Z0-9/\-?:().,'+ ]*$/;
const IDENTIFIER = /^[a-zA-Z0-9/\-?:().,'+]{1,35}$/;

/** Text in the characters that SEPA carries; accents are taken off, what has no spelling becomes a point. @source EPC217-08 */
export function sepaText(text: string): string {
  return Array.from(text.normalize('NFC'), (letter) => {
    const spelled = SPELLINGS[letter] ?? letter.normalize('NFD').replace(/\p{Mark}/gu, '');
    return ALLOWED.test(spelled) ? spelled : '.';
  })
    .join('')
    .replace(/ +/g, ' ')
    .trim();
}

/** True for an identifier that every bank takes: at most 35 allowed characters, no slash first, last or twice. @source EPC132-08, 1.4 */
export function isSepaIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && !text.startsWith('/') && !text.endsWith('/') && !text.includes('//');
}
