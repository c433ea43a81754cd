import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../domain/errors/app-error.ts';
import type { AppErrorCode, FieldIssue } from '../domain/errors/app-error.ts';
import type { ApiEnv } from './env.ts';

/** An answer in the form of RFC 9457. Clients branch on `type` (or its short form `code`) only. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: AppErrorCode;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly errors: readonly FieldIssue[];
  readonly details?: Readonly<Record<string, unknown>>;
};

type ProblemKind = { readonly status: ContentfulStatusCode; readonly title: string };

/** The one table from a refusal to its status. `docs/problems/<code>.md` is the page behind each `type`. */
export const PROBLEM_KINDS: Readonly<Record<AppErrorCode, ProblemKind>> = {
  'validation-failed': { status: 422, title: 'A field is not valid' },
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'not-found': { status: 404, title: 'There is no such thing' },
  conflict: { status: 409, title: 'The change conflicts with the present state' },
  'duplicate-trade': { status: 409, title: 'This trade id is taken by other terms' },
  'illegal-transition': { status: 409, title: 'This is not allowed in the present state' },
  'idempotency-key-missing': { status: 400, title: 'The Idempotency-Key header is missing' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'idempotency-key-in-use': { status: 409, title: 'The first request with this Idempotency-Key still runs' },
  'precondition-required': { status: 428, title: 'The If-Match header is missing' },
  'precondition-failed': { status: 412, title: 'It changed since you read it' },
  unauthenticated: { status: 401, title: 'No valid API key' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  'self-approval': { status: 403, title: 'The maker may not decide on his own trade' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'reference-data-missing': { status: 422, title: 'Reference data is missing' },
  'report-invalid': { status: 422, title: 'The report would not be valid' },
  'schema-pin-mismatch': { status: 500, title: 'An official schema is not the pinned one' },
  unavailable: { status: 503, title: 'A part of the system is not reachable' },
  internal: { status: 500, title: 'Something went wrong on our side' },
};

/** Where an answer of 503, 409 in use or 429 says when to come back. */
const RETRY_AFTER_SECONDS = '1';

/** Answers with the problem that an error is. A bug tells the caller nothing but the request id; the log has the rest. */
export function problemResponse(c: Context<ApiEnv>, error: AppError): Response {
  const kind = PROBLEM_KINDS[error.code];
  const isOurFault = kind.status === 500;
  const problem: Problem = {
    type: `${c.get('deps').publicUrl}/problems/${error.code}`,
    title: kind.title,
    status: kind.status,
    detail: isOurFault ? `The request id ${c.get('requestId')} leads us to it.` : error.message,
    instance: c.req.path,
    code: error.code,
    requestId: c.get('requestId'),
    retryable: error.retryable || kind.status === 503 || kind.status === 429,
    errors: isOurFault ? [] : error.issues,
    ...(isOurFault || Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
  if (problem.retryable && c.res.headers.get('Retry-After') === null) c.header('Retry-After', RETRY_AFTER_SECONDS);
  if (kind.status === 401) c.header('WWW-Authenticate', 'Bearer realm="energyopti"');
  return c.body(JSON.stringify(problem), kind.status, { 'Content-Type': 'application/problem+json' });
}

/** Turns whatever was thrown into a problem, and logs what only we may see. */
export function handleError(error: Error, c: Context<ApiEnv>): Response {
  if (error instanceof AppError) {
    if (PROBLEM_KINDS[error.code].status >= 500) c.get('deps').log.error({ err: error, requestId: c.get('requestId') }, 'request failed');
    return problemResponse(c, error);
  }
  const { log } = c.get('deps');
  if (isConnectionLoss(error)) {
    log.warn({ err: error, requestId: c.get('requestId') }, 'database not reachable');
    return problemResponse(c, new AppError({ code: 'unavailable', message: 'The database is not reachable. Try again.', retryable: true }));
  }
  log.error({ err: error, requestId: c.get('requestId') }, 'request failed');
  return problemResponse(c, new AppError({ code: 'internal', message: 'internal' }));
}

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and the socket errors beneath them. */
const CONNECTION_LOSS = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/;

function isConnectionLoss(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CONNECTION_LOSS.test(code) || error.message.startsWith('Connection terminated');
}
