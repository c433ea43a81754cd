import type { IdentifierFinding } from './finding.ts';

/** What an EIC names, by its third character. */
export type EicKind = 'party' | 'area' | 'point' | 'tieLine' | 'facility' | 'location';

const EIC_SHAPE = /^[0-9]{2}[XYZTWV][0-9A-Z-]{12}[0-9A-Z-]$/;
const EIC_BODY_SHAPE = /^[0-9]{2}[XYZTWV][0-9A-Z-]{12}$/;
const EIC_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-';

const EIC_KINDS: Readonly<Record<string, EicKind>> = {
  X: 'party',
  Y: 'area',
  Z: 'point',
  T: 'tieLine',
  W: 'facility',
  V: 'location',
};

/**
 * Checks an Energy Identification Code: 16 characters, two digits and a kind letter first (`eic.shape`, an error).
 * A wrong check character (`eic.checkCharacter`) is a warning only: ACER's own examples fail it, its list of accepted codes decides.
 *
 * @source ENTSO-E, The Energy Identification Coding Scheme (EIC) Reference Manual, check character algorithm
 */
export function checkEic(text: string): readonly IdentifierFinding[] {
  if (!EIC_SHAPE.test(text)) {
    return [
      {
        code: 'eic.shape',
        severity: 'error',
        message: `'${text}' is not an EIC.`,
        fix: 'Give 16 characters: two digits, one of X Y Z T W V, then capital letters, digits and hyphens.',
      },
    ];
  }
  const expected = eicWithCheckCharacter(text.slice(0, 15));
  if (expected === text) return [];
  return [
    {
      code: 'eic.checkCharacter',
      severity: 'warning',
      message: `The EIC '${text}' has a wrong check character.`,
      fix: `Check it for a typing error; ${text.slice(0, 15)} would end in ${expected.slice(15)}.`,
    },
  ];
}

/** Completes 15 characters to an EIC. Throws on any other shape. */
export function eicWithCheckCharacter(body: string): string {
  if (!EIC_BODY_SHAPE.test(body)) throw new Error(`'${body}' is not the body of an EIC`);
  let weighted = 0;
  for (let index = 0; index < 15; index += 1) weighted += EIC_CHARACTERS.indexOf(body.charAt(index)) * (16 - index);
  return body + EIC_CHARACTERS.charAt(36 - ((weighted + 36) % 37));
}

/** What the code names; undefined where the third character names nothing. */
export function eicKindOf(text: string): EicKind | undefined {
  return EIC_KINDS[text.charAt(2)];
}
