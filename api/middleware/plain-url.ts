import { createMiddleware } from 'hono/factory';
import { ValidationError } from '../../domain/errors/app-error.ts';
import type { ApiEnv } from '../env.ts';

/** Refuses U+0000 in paths and queries: nothing of ours has it in its name, and PostgreSQL's text cannot hold it. */
export const plainUrl = createMiddleware<ApiEnv>(async (c, next) => {
  if (c.req.url.includes('%00')) {
    throw new ValidationError([{ field: '', code: 'url.nul', message: 'The URL has U+0000 in it.', fix: 'Leave it out.' }]);
  }
  await next();
});
