import {
  ServiceError,
  WorkflowContinuedAsNewError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { z } from 'zod';
import { AppError } from '../../domain/errors/app-error.ts';
import type { AppErrorCode } from '../../domain/errors/app-error.ts';

/** The codes with which a workflow refuses a command; any other failure of it is ours, not the caller's. */
const REFUSALS: ReadonlySet<string> = new Set<AppErrorCode>([
  'validation-failed',
  'not-found',
  'conflict',
  'illegal-transition',
  'forbidden',
  'self-approval',
  'reference-data-missing',
  'report-invalid',
  'unavailable',
]);

const failureDetails = z.object({
  issues: z.array(z.object({ field: z.string(), code: z.string(), message: z.string(), fix: z.string() })).default([]),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** What Temporal threw as one of our errors; what it is not for us to explain stays as it is. */
export function toAppError(error: unknown, input: { readonly workflowId: string }): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error, input);
  if (error instanceof WorkflowNotFoundError) {
    return new AppError({
      code: 'not-found',
      message: 'Nothing is waiting for this command: the process has ended, or has not begun.',
      details: input,
      cause: error,
    });
  }
  if (
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    error instanceof WorkflowContinuedAsNewError
  ) {
    return unavailable(error);
  }
  return error;
}

function refusalOf(error: WorkflowUpdateFailedError, input: { workflowId: string }): AppError {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return unavailable(error);
  if (cause.type === 'AcceptedUpdateCompletedWorkflow') {
    return new AppError({ code: 'conflict', message: 'The process ended while the command was under way.', details: input, cause });
  }
  const code = REFUSALS.has(cause.type ?? '') ? asCode(cause.type) : 'internal';
  const parsed = failureDetails.safeParse(cause.details?.[0] ?? {});
  return new AppError({
    code,
    message: code === 'internal' ? 'The command failed.' : cause.message,
    issues: parsed.success ? parsed.data.issues : [],
    details: parsed.success ? parsed.data.details : {},
    retryable: code === 'unavailable',
    cause,
  });
}

/** Safe because the caller has found the text in `REFUSALS`, which holds codes only. */
function asCode(type: string | null | undefined): AppErrorCode {
  return type as AppErrorCode;
}

function unavailable(cause: Error): AppError {
  return new AppError({
    code: 'unavailable',
    message: 'The workflow server did not answer in time. Nothing is lost; try again.',
    retryable: true,
    cause,
  });
}
