import { hash } from 'node:crypto';
import type { TradeTerms } from './trade-terms.ts';

/** SHA-256 (hex) of the canonical JSON of the terms: equal exactly where the parsed terms are equal, whatever the order of keys was. */
export function termsFingerprint(terms: TradeTerms): string {
  return hash('sha256', canonicalJson(terms), 'hex');
}

/** JSON without blanks, the keys of every object sorted by code unit, absent members left out. Numbers must be finite. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
