import { hash } from 'node:crypto';

/** SHA-256 (hex) of one request: its method, path and body text. Who sent it is part of the key's tenant, not of this. */
export function requestFingerprint(input: { method: string; path: string; body: string }): string {
  return hash('sha256', `${input.method} ${input.path}\n${input.body}`, 'hex');
}
