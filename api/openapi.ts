import { z } from '@hono/zod-openapi';
import type { AppErrorCode } from '../domain/errors/app-error.ts';
import { PROBLEM_KINDS } from './problems.ts';

const FieldIssueSchema = z
  .object({
    field: z.string().openapi({ description: 'JSON pointer into the request', example: '/price/fixed' }),
    code: z.string().openapi({ example: 'body.invalid_type' }),
    message: z.string(),
    fix: z.string(),
  })
  .openapi('FieldIssue');

/** RFC 9457. */
export const ProblemSchema = z
  .object({
    type: z.string().openapi({ description: 'Stable URI with a page behind it; branch on this or on `code`.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    retryable: z.boolean(),
    errors: z.array(FieldIssueSchema),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('Problem');

/** Answers that every route with a key may give. */
const ALWAYS: readonly AppErrorCode[] = ['unauthenticated', 'forbidden', 'rate-limited', 'unavailable', 'internal'];

type ProblemResponses = Record<number, { description: string; content: { 'application/problem+json': { schema: typeof ProblemSchema } } }>;

/** The shared problem responses, spread into a route. */
export function problemResponses(...codes: readonly AppErrorCode[]): ProblemResponses {
  const responses: ProblemResponses = {};
  for (const code of [...codes, ...ALWAYS]) {
    const { status } = PROBLEM_KINDS[code];
    const known = responses[status]?.description;
    responses[status] = {
      description: known === undefined ? `\`${code}\`` : `${known}, \`${code}\``,
      content: { 'application/problem+json': { schema: ProblemSchema } },
    };
  }
  return responses;
}

/** What any command may be refused with, and `codes` of its own. */
export function commandProblems(...codes: readonly AppErrorCode[]): ProblemResponses {
  return problemResponses(
    'malformed-body',
    'idempotency-key-missing',
    'idempotency-key-in-use',
    'body-too-large',
    'unsupported-media-type',
    'validation-failed',
    'idempotency-key-reused',
    ...codes,
  );
}

/** A JSON answer. */
export function jsonResponse<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

/** The answer of a read whose `If-None-Match` still holds. */
export const NOT_MODIFIED = { 304: { description: 'Unchanged: the `ETag` is the one in `If-None-Match`' } };

/** Stored bytes, sent as they are. */
export function documentResponse(mediaType: string) {
  return {
    200: {
      description: 'The exact bytes; `Digest` and `ETag` are their SHA-256',
      headers: z.object({
        ETag: z.string().openapi({ example: '"sha256-9f86d081…"' }),
        Digest: z.string().openapi({ example: 'sha-256=n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=' }),
      }),
      content: { [mediaType]: { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...NOT_MODIFIED,
  };
}

/** What lists take: an opaque cursor and a page size. A parameter that a list does not know is refused, never ignored. */
export const PageQuerySchema = z.strictObject({
  cursor: z.string().max(1000).optional().openapi({ description: '`nextCursor` of the page before; opaque' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: 'Rows a page, at most 200' }),
});

/** One page of a list in a stable order, newest first. */
export function pageOf<T extends z.ZodType>(name: string, item: T) {
  return z.object({ items: z.array(item).readonly(), hasMore: z.boolean(), nextCursor: z.string().nullable() }).openapi(name);
}

/** Header that every POST needs. */
export const IdempotencyHeaderSchema = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .openapi({ description: 'Required. Up to 255 characters; the same on every retry of one request', example: 'capture-SD-0001' }),
});

/** Header that a change of something read before needs. */
export const IfMatchHeaderSchema = IdempotencyHeaderSchema.extend({
  'if-match': z.string().optional().openapi({ description: 'Required. The `ETag` of what you read', example: '"r3"' }),
});

export const SECURITY = [{ apiKey: [] }];

export const InstantSchema = z
  .string()
  .openapi({ format: 'date-time', description: 'RFC 3339, answered in UTC', example: '2026-09-29T16:30:00.000Z' });
export const DateSchema = z.string().openapi({ format: 'date', example: '2026-10-01' });
export const DecimalSchema = z.string().openapi({ description: 'Exact decimal as text', example: '687084.00' });
