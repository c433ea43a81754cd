import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../domain/errors/app-error.ts';
import { claimKey } from '../../services/idempotency/claim-key.ts';
import { completeKey, releaseKey } from '../../services/idempotency/complete-key.ts';
import { requestFingerprint } from '../../services/idempotency/request-fingerprint.ts';
import type { StoredResponse } from '../../services/idempotency/stored-response.ts';
import type { ApiEnv } from '../env.ts';

const KEY_LENGTH_MAX = 255;

/** The caller's key, or a refusal that says how to send one. */
export function requireIdempotencyKey(c: Context<ApiEnv>): string {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined || key === '') {
    throw new AppError({
      code: 'idempotency-key-missing',
      message: 'Send an Idempotency-Key header; the same one on every retry of this request.',
    });
  }
  if (key.length > KEY_LENGTH_MAX) {
    throw new AppError({
      code: 'validation-failed',
      message: `An Idempotency-Key has at most ${KEY_LENGTH_MAX} characters.`,
      issues: [
        {
          field: 'Idempotency-Key',
          code: 'idempotencyKey.length',
          message: `has ${key.length} characters`,
          fix: `Send at most ${KEY_LENGTH_MAX}.`,
        },
      ],
    });
  }
  return key;
}

/** What a key is bound to: the route's template, and the exact request. */
export function idempotencyOf(c: Context<ApiEnv>, bodyText: string): { route: string; key: string; fingerprint: string } {
  return {
    route: `${c.req.method} ${c.req.path}`,
    key: requireIdempotencyKey(c),
    fingerprint: requestFingerprint({ method: c.req.method, path: c.req.path, body: bodyText }),
  };
}

/**
 * Runs a command once per key and answers every repetition with the first answer. A failure frees the key, so that the same or a
 * corrected request may use it; a crash leaves a claim that the next repetition takes over, and `commandId` makes the workflow give
 * the first outcome again.
 */
export async function runOnce(
  c: Context<ApiEnv>,
  input: { bodyText: string; run: (commandId: string) => Promise<StoredResponse> },
): Promise<Response> {
  const ctx = c.get('ctx');
  const request = idempotencyOf(c, input.bodyText);
  const claim = await claimKey({ ctx, input: request });
  if (claim.kind === 'replay') return answer(c, { response: claim.response, isReplay: true });
  const held = { route: request.route, key: request.key, claimedAt: claim.claimedAt };
  let response: StoredResponse;
  try {
    response = await input.run(commandIdOf(ctx.tenantId, request));
  } catch (error) {
    // Freed after any failure: the repetition may begin at once, and what a workflow took already it finds by `commandId`.
    await releaseKey({ ctx, input: held });
    throw error;
  }
  await completeKey({ ctx, input: { ...held, response } });
  return answer(c, { response, isReplay: false });
}

/** Sends a stored answer; a repetition says that it is one. */
export function answer(c: Context<ApiEnv>, input: { response: StoredResponse; isReplay: boolean }): Response {
  const { response } = input;
  if (input.isReplay) c.header('Idempotency-Replayed', 'true');
  // Safe because every stored status was written by our own handlers, all of which answer with a body.
  return c.body(response.body, response.status as ContentfulStatusCode, { 'Content-Type': 'application/json', ...response.headers });
}

/** A JSON answer that can be stored under a key. */
export function jsonAnswer(input: { status: number; body: unknown; headers?: Readonly<Record<string, string>> }): StoredResponse {
  return { status: input.status, headers: input.headers ?? {}, body: JSON.stringify(input.body) };
}

/** The request is part of it: a key that a refusal freed may come again with a corrected body, which is another command. */
function commandIdOf(tenantId: string, request: { route: string; key: string; fingerprint: string }): string {
  return createHash('sha256').update(`${tenantId}\n${request.route}\n${request.key}\n${request.fingerprint}`).digest('hex').slice(0, 32);
}
