import { hkdfSync } from 'node:crypto';

const SECRET_BYTES = 32;

/**
 * The secret under which cursors are signed: the one given, else one derived from the payload keys, which every process of an
 * installation shares. New payload keys end the cursors that are about; a walk begins again.
 */
export function cursorSecretOf(input: { readonly given?: string; readonly payloadKeys: string }): string {
  return input.given ?? Buffer.from(hkdfSync('sha256', input.payloadKeys, '', 'energyopti cursors 1', SECRET_BYTES)).toString('hex');
}
