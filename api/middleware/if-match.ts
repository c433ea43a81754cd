import type { Context } from 'hono';
import { AppError } from '../../domain/errors/app-error.ts';
import type { ApiEnv } from '../env.ts';

const STRONG_TAG = /^"r(\d{1,9})"$/;

/** The strong entity tag of a revision. */
export function entityTag(revision: number): string {
  return `"r${revision}"`;
}

/** The revision that the caller read. Missing is 428; a tag that is not ours can only be stale: 412. */
export function requireIfMatch(c: Context<ApiEnv>): number {
  const header = c.req.header('If-Match');
  if (header === undefined) {
    throw new AppError({
      code: 'precondition-required',
      message: 'Send the ETag that you read as If-Match, so that no change of others is lost.',
    });
  }
  const revision = STRONG_TAG.exec(header)?.[1];
  if (revision === undefined) throw stale(header);
  return Number(revision);
}

/** Compares what the caller read with what is. */
export function assertRevision(input: { expected: number; actual: number }): void {
  if (input.expected !== input.actual) throw stale(entityTag(input.expected), entityTag(input.actual));
}

/** True where the caller's `If-None-Match` names this tag (weakly compared, as RFC 9110 has it for reads) or `*`. */
export function isUnchanged(c: Context<ApiEnv>, tag: string): boolean {
  const header = c.req.header('If-None-Match');
  return header !== undefined && header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
}

/** Answers with a JSON body under its tag, or with 304 where the caller has it already. */
export function sendTagged<T extends object>(c: Context<ApiEnv>, input: { tag: string; body: T }): Response {
  c.header('ETag', input.tag);
  return isUnchanged(c, input.tag) ? c.body(null, 304) : c.json(input.body, 200);
}

function stale(sent: string, actual?: string): AppError {
  return new AppError({
    code: 'precondition-failed',
    message: `If-Match ${sent} is not the present state${actual === undefined ? '' : ` ${actual}`}. Read it again and decide anew.`,
    details: actual === undefined ? {} : { etag: actual },
  });
}
