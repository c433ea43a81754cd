import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { OpenAPIHono } from '@hono/zod-openapi';
import { NotFoundError, ValidationError } from '../domain/errors/app-error.ts';
import { fieldIssuesOfZod } from '../domain/errors/zod-issues.ts';
import { type AllowedMethods, allowedMethodsOf } from './allowed-methods.ts';
import type { ApiDeps, ApiEnv } from './env.ts';
import { authentication } from './middleware/authentication.ts';
import { limitBody } from './middleware/limit-body.ts';
import { plainUrl } from './middleware/plain-url.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { requestIdentity } from './middleware/request-identity.ts';
import { privateAnswers, securityHeaders } from './middleware/security-headers.ts';
import { PROBLEM_KINDS, handleError, problemResponse } from './problems.ts';
import { openApiConfig, registerDocs } from './routes/docs/docs.ts';
import { registerExceptionRoutes } from './routes/exceptions/exceptions.ts';
import { registerHealthRoutes } from './routes/health/health.ts';
import { registerObligationRoutes } from './routes/obligations/obligations.ts';
import { registerSettlementCycleRoutes } from './routes/settlement-cycles/settlement-cycles.ts';
import { registerSubmissionRoutes } from './routes/submissions/submissions.ts';
import { registerTradeRoutes } from './routes/trades/trades.ts';
import { registerWebhookEndpointRoutes } from './routes/webhook-endpoints/webhook-endpoints.ts';

/** The whole API over its dependencies. No state of its own: any number of processes serve the same. */
export type ApiApp = OpenAPIHono<ApiEnv>;

export function createApp(deps: ApiDeps): ApiApp {
  const app: ApiApp = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new ValidationError(fieldIssuesOfZod(result.error));
    },
  });
  app.onError(handleError);
  app.notFound((c) => problemResponse(c, new NotFoundError({ what: 'route', id: `${c.req.method} ${c.req.path}` })));
  app.use(requestIdentity(deps), securityHeaders);
  answerOptions(app);
  registerHealthRoutes(app);
  registerProblemPages(app);
  app.use('/v1/*', privateAnswers, authentication, rateLimit, plainUrl, limitBody);
  registerRoutes(app);
  registerDocs(app, { version: deps.version });
  return app;
}

/** The OpenAPI document that the API serves, without an API. */
export function openApiDocument(input: { version: string }) {
  const app: ApiApp = new OpenAPIHono<ApiEnv>();
  registerRoutes(app);
  registerDocs(app, input);
  return app.getOpenAPI31Document(openApiConfig(input));
}

function registerRoutes(app: ApiApp): void {
  registerTradeRoutes(app);
  registerExceptionRoutes(app);
  registerObligationRoutes(app);
  registerSubmissionRoutes(app);
  registerSettlementCycleRoutes(app);
  registerWebhookEndpointRoutes(app);
}

/** OPTIONS says what a path takes, without a key and without any CORS header. */
function answerOptions(app: ApiApp): void {
  let allowedMethods: AllowedMethods | undefined;
  app.use(async (c, next) => {
    if (c.req.method !== 'OPTIONS') return await next();
    // Asked at the first request, when every route is registered.
    allowedMethods ??= allowedMethodsOf(app);
    const methods = allowedMethods(c.req.path);
    if (methods.length === 0) return await next();
    return c.body(null, 204, { Allow: methods.join(', ') });
  });
}

/** The page behind each problem type. */
function registerProblemPages(app: ApiApp): void {
  const folder = path.join(import.meta.dirname, '..', 'docs', 'problems');
  app.get('/problems/:code', async (c) => {
    const code = c.req.param('code');
    if (!Object.hasOwn(PROBLEM_KINDS, code)) throw new NotFoundError({ what: 'problem', id: code });
    return c.text(await readFile(path.join(folder, `${code}.md`), 'utf8'));
  });
}
