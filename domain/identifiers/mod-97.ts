/** Remainder by 97 of the number that the text is when letters count A=10 … Z=35. ISO 7064, as LEI and IBAN use it. */
export function mod97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
