import { ApplicationFailure } from '@temporalio/common';
import { AppError } from '../domain/errors/app-error.ts';
import type { FieldIssue } from '../domain/errors/app-error.ts';

/** What travels with a refusal through Temporal, so that the caller's problem can name the fields. */
export type FailureDetails = { readonly issues: readonly FieldIssue[]; readonly details: Readonly<Record<string, unknown>> };

/** Failure types of activities that are not codes of `AppError`. */
export const UNEXPECTED_FAILURE = 'unexpected';

/**
 * The one place where our errors become Temporal's: type = our code, final unless the error says that trying again may help.
 * What is not an `AppError` is an outage or a bug: retried, because a restart or a fixed release mends it.
 */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof AppError) {
    const details: FailureDetails = { issues: error.issues, details: error.details };
    return ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: !error.retryable, details: [details] });
  }
  if (!(error instanceof Error)) return ApplicationFailure.create({ message: String(error), type: UNEXPECTED_FAILURE });
  return ApplicationFailure.create({ message: error.message, type: isOutage(error) ? 'unavailable' : UNEXPECTED_FAILURE, cause: error });
}

/** Wraps every function of an activity object, so that none can forget the boundary. */
export function mapFailures<A extends Readonly<Record<string, (input: never) => Promise<unknown>>>>(activities: A): A {
  const wrapped = Object.entries(activities).map(([name, run]) => [
    name,
    async (input: never): Promise<unknown> => {
      try {
        return await run(input);
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  ]);
  // Safe because every entry keeps its name, its input and its result.
  return Object.fromEntries(wrapped) as A;
}

/** Network errors and PostgreSQL's own: connection exceptions, too many connections, shutting down, cannot connect now. */
const OUTAGE_CODE = /^(E[A-Z]{3,}|08[0-9A-Z]{3}|53300|57P0[1-5])$/;

function isOutage(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && OUTAGE_CODE.test(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}
