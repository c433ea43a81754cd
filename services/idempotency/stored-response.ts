import { z } from 'zod';

/** An answer as it was given, kept so that a repeated request gets the very same. */
export type StoredResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const headersSchema = z.record(z.string(), z.string());

/** The stored row as an answer. Throws on a row that has none: callers look at `status` first. */
export function storedResponseOf(row: { status: number | null; headers: unknown; body: string | null }): StoredResponse {
  if (row.status === null) throw new Error('an idempotency key without an answer was read as one');
  return { status: row.status, headers: headersSchema.parse(row.headers ?? {}), body: row.body ?? '' };
}
