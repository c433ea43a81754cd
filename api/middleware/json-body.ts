import type { Context } from 'hono';
import { AppError, ValidationError } from '../../domain/errors/app-error.ts';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import { FIELD_ISSUES_MAX, jsonPointer } from '../../domain/errors/zod-issues.ts';
import type { ApiEnv } from '../env.ts';

/** The largest body that any route takes. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** Reads a JSON body once as text and value. Refuses other media types, broken JSON and bodies over `BODY_BYTES_MAX`. */
export async function readJsonBody(c: Context<ApiEnv>): Promise<{ text: string; value: unknown }> {
  const mediaType = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new AppError({ code: 'unsupported-media-type', message: `Send the body as application/json, not '${mediaType ?? ''}'.` });
  }
  const text = await c.req.text();
  const value = parseJson(text);
  // Only an escape can bring in what PostgreSQL's text cannot hold.
  const issues = text.includes('\\u') ? unstorableText(value, '').slice(0, FIELD_ISSUES_MAX) : [];
  if (issues.length > 0) throw new ValidationError(issues);
  return { text, value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError({
      code: 'malformed-body',
      message: 'The body is not well-formed JSON.',
      issues: [
        { field: '', code: 'json.syntax', message: syntaxMessage(cause), fix: 'Send one JSON object, UTF-8, without trailing text.' },
      ],
      cause,
    });
  }
}

/** The body was over the limit: the answer of the body-limit middleware. */
export function bodyTooLarge(): AppError {
  return new AppError({ code: 'body-too-large', message: `A body may have at most ${BODY_BYTES_MAX} bytes. Send files row by row.` });
}

/** Strings with U+0000 or half of a surrogate pair, by JSON pointer. */
function unstorableText(value: unknown, field: string): readonly FieldIssue[] {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return [];
    return [
      { field, code: 'text.notStorable', message: 'This has U+0000 or half of a surrogate pair.', fix: 'Send well-formed Unicode text.' },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => unstorableText(member, `${field}${jsonPointer([key])}`));
}

function syntaxMessage(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'not JSON';
}
