import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../env.ts';
import { BODY_BYTES_MAX, bodyTooLarge } from './json-body.ts';

const limitStream = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: () => {
    throw bodyTooLarge();
  },
});

/**
 * Refuses bodies over `BODY_BYTES_MAX`. One that states its length is judged by that, and the HTTP parser holds it to it; only one that
 * comes in chunks is counted, because counting means to take the request apart.
 */
export const limitBody = createMiddleware<ApiEnv>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return await next();
  const length = c.req.header('Content-Length');
  if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return await limitStream(c, next);
  if (!(Number(length) <= BODY_BYTES_MAX)) throw bodyTooLarge();
  await next();
});
