import { createMiddleware } from 'hono/factory';
import { AppError } from '../../domain/errors/app-error.ts';
import type { ApiEnv } from '../env.ts';

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/;

/** Lets only valid API keys pass and binds the request to the key's tenant, user and role. */
export const authentication = createMiddleware<ApiEnv>(async (c, next) => {
  const deps = c.get('deps');
  const key = BEARER.exec(c.req.header('Authorization') ?? '')?.[1];
  const identity = key === undefined ? undefined : await deps.authenticate(key);
  if (identity === undefined) {
    throw new AppError({ code: 'unauthenticated', message: 'Send a valid key as `Authorization: Bearer <key>`.' });
  }
  c.set('tenantId', identity.tenantId);
  c.set('actor', identity.actor);
  c.set('keyId', identity.keyId);
  c.set('ctx', {
    tenantId: identity.tenantId,
    actor: identity.actor,
    requestId: c.get('requestId'),
    db: deps.db,
    clock: deps.clock,
    ids: deps.ids,
  });
  await next();
});
