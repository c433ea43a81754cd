import { AppError } from '../../domain/errors/app-error.ts';

// One test for all that text may not carry as it is; nearly every value passes.
// oxlint-disable-next-line no-control-regex
const SPECIAL = /[&<>"\u0000-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

/** The text of an element with its escapes. Throws `AppError` `report-invalid` on characters that XML cannot carry. */
export function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseForbidden(text);
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

/** The value of an attribute with its escapes. Throws as `escapeText` does. */
export function escapeAttribute(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseForbidden(text);
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;')
    .replace(/\r/g, '&#13;');
}

function refuseForbidden(text: string): void {
  if (FORBIDDEN.test(text)) {
    throw new AppError({
      code: 'report-invalid',
      message: `A value has a character that XML cannot carry: ${JSON.stringify(text.slice(0, 60))}.`,
    });
  }
}
