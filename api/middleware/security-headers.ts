import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../env.ts';

/** The documentation page runs its own script and style sheet and nothing of anybody else; everything else is data. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Strict-Transport-Security', 'max-age=15552000; includeSubDomains'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"],
];

/** On every answer, refusals included. No CORS header is among them: pages of other origins read nothing. */
export const securityHeaders = createMiddleware<ApiEnv>(async (c, next) => {
  for (const [name, value] of HEADERS) c.header(name, value);
  await next();
});

/** What a key may see is for its holder: shared caches keep nothing, and a private one asks again with the `ETag`. */
export const privateAnswers = createMiddleware<ApiEnv>(async (c, next) => {
  c.header('Cache-Control', 'private, no-cache');
  c.header('Vary', 'Authorization');
  await next();
});
