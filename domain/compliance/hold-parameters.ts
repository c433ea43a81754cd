/** A held trade that nobody decides on is refused after this long, so that reservations and reporting deadlines do not wait for ever. */
export const HOLD_EXPIRY_MS_DEFAULT = 8 * 3_600_000;
/** Shortest and longest expiry that a caller may ask for. */
export const HOLD_EXPIRY_MS_MIN = 1_000;
export const HOLD_EXPIRY_MS_MAX = 30 * 24 * 3_600_000;

/** When a held trade is handed on to the next role: half-way to its expiry, in whole milliseconds. */
export function escalationMsOf(expiresInMs: number): number {
  return Math.floor(expiresInMs / 2);
}
