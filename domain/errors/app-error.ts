/** One field that is wrong, in the words of its user: where, what, and how to mend it. */
export type FieldIssue = {
  /** JSON pointer into the input, e.g. `/price/fixed`; empty for the whole input. */
  readonly field: string;
  /** Stable machine code, e.g. `lei.checkDigits`. */
  readonly code: string;
  readonly message: string;
  readonly fix: string;
};

/**
 * Every refusal has one of these codes. `api/problems.ts` maps them to a status, `docs/problems/` has a page for each.
 */
export type AppErrorCode =
  | 'validation-failed'
  | 'malformed-body'
  | 'not-found'
  | 'conflict'
  | 'duplicate-trade'
  | 'illegal-transition'
  | 'idempotency-key-missing'
  | 'idempotency-key-reused'
  | 'idempotency-key-in-use'
  | 'precondition-required'
  | 'precondition-failed'
  | 'unauthenticated'
  | 'forbidden'
  | 'self-approval'
  | 'rate-limited'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'reference-data-missing'
  | 'report-invalid'
  | 'schema-pin-mismatch'
  | 'unavailable'
  | 'internal';

/**
 * The one base of every refusal and outage that services, adapters and activities throw.
 * `message` is safe to show; what only operators may see goes into `cause`.
 */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly issues: readonly FieldIssue[];
  /** True where the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** Extra members for the caller, e.g. the transitions that are allowed. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(input: {
    code: AppErrorCode;
    message: string;
    issues?: readonly FieldIssue[];
    retryable?: boolean;
    details?: Readonly<Record<string, unknown>>;
    cause?: unknown;
  }) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'AppError';
    this.code = input.code;
    this.issues = input.issues ?? [];
    this.retryable = input.retryable ?? false;
    this.details = input.details ?? {};
  }
}

/** Refuses an input, naming every field that is wrong. */
export class ValidationError extends AppError {
  constructor(issues: readonly FieldIssue[], message?: string) {
    const [first] = issues;
    super({
      code: 'validation-failed',
      message: message ?? (first === undefined ? 'The input is not valid.' : `${first.field}: ${first.message}`),
      issues,
    });
    this.name = 'ValidationError';
  }
}

/** The thing named does not exist for this tenant. */
export class NotFoundError extends AppError {
  constructor(input: { what: string; id: string }) {
    super({ code: 'not-found', message: `There is no ${input.what} '${input.id}'.`, details: { id: input.id } });
    this.name = 'NotFoundError';
  }
}

/** Somebody else changed it first, or it is in a state that does not allow this. */
export class ConflictError extends AppError {
  constructor(input: {
    message: string;
    code?: 'conflict' | 'duplicate-trade' | 'illegal-transition';
    issues?: readonly FieldIssue[];
    details?: Record<string, unknown>;
  }) {
    super({ code: input.code ?? 'conflict', message: input.message, issues: input.issues ?? [], details: input.details ?? {} });
    this.name = 'ConflictError';
  }
}

/** Ends an exhaustive switch: reaching it is a bug that the compiler should have found. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

/** Asserts an invariant; a broken one is a bug and ends the request. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
