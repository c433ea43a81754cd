import { createHash } from 'node:crypto';

/** SHA-256 (hex) of one request: its method, path and exact body bytes. Who sent it is part of the key's tenant, not of this. */
export function requestFingerprint(input: { method: string; path: string; body: string | Uint8Array }): string {
  return createHash('sha256').update(`${input.method} ${input.path}\n`).update(input.body).digest('hex');
}
