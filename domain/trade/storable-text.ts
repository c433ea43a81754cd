/**
 * True where PostgreSQL can keep the text as it is: Unicode without half surrogate pairs, which its jsonb refuses and its text changes,
 * and without U+0000, which neither holds.
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
