import { createMiddleware } from 'hono/factory';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../domain/errors/app-error.ts';
import type { ApiEnv } from '../env.ts';

/** What one key may still do in its window. */
export type RateVerdict = { readonly allowed: boolean; readonly remaining: number; readonly resetSeconds: number };
export type RateLimiter = { readonly quota: number; readonly windowSeconds: number; take(keyId: string): Promise<RateVerdict> };

/** A fixed window per API key, in process. */
export function createRateLimiter(input: { quota: number; windowSeconds: number }): RateLimiter {
  const limiter = new RateLimiterMemory({ points: input.quota, duration: input.windowSeconds });
  return {
    ...input,
    take: async (keyId) => {
      try {
        return verdict(true, await limiter.consume(keyId));
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return verdict(false, refusal);
        throw refusal;
      }
    },
  };
}

/** Refuses with 429 above the quota; says the quota, what is left and when it fills again on every answer. */
export const rateLimit = createMiddleware<ApiEnv>(async (c, next) => {
  const { rateLimiter } = c.get('deps');
  const { allowed, remaining, resetSeconds } = await rateLimiter.take(c.get('keyId'));
  c.header('RateLimit-Policy', `"key";q=${rateLimiter.quota};w=${rateLimiter.windowSeconds}`);
  c.header('RateLimit', `"key";r=${remaining};t=${resetSeconds}`);
  if (!allowed) {
    c.header('Retry-After', String(resetSeconds));
    throw new AppError({
      code: 'rate-limited',
      message: `This key may make ${rateLimiter.quota} requests in ${rateLimiter.windowSeconds} s. Wait ${resetSeconds} s.`,
      retryable: true,
    });
  }
  await next();
});

function verdict(allowed: boolean, result: RateLimiterRes): RateVerdict {
  return { allowed, remaining: Math.max(0, result.remainingPoints), resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)) };
}
