import { createMiddleware } from 'hono/factory';
import type { ApiDeps, ApiEnv } from '../env.ts';

const REQUEST_ID_PATTERN = /^[A-Za-z0-9._:-]{1,100}$/;

/** Gives each request its dependencies and an id: the caller's own `X-Request-Id` where it is well-shaped, else ours. Logs and measures it. */
export function requestIdentity(deps: ApiDeps) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const offered = c.req.header('X-Request-Id');
    const requestId = offered !== undefined && REQUEST_ID_PATTERN.test(offered) ? offered : deps.ids.next('req');
    c.set('deps', deps);
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    if (deps.simulatedClock) c.header('X-EnergyOpti-Clock', 'simulated');
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const route = c.req.routePath;
    deps.metrics.requestDurationSeconds.observe({ method: c.req.method, route, status: String(c.res.status) }, seconds);
    if (deps.log.isLevelEnabled('info') && !route.startsWith('/health')) {
      deps.log.info({ requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms: Math.round(seconds * 1000) }, 'request');
    }
  });
}
