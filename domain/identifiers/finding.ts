/** What a check of an identifier found. `warning` never blocks: ACER's own examples fail check digits. */
export type IdentifierFinding = {
  /** Stable code, e.g. `lei.checkDigits`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
};
