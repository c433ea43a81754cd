import type { Logger } from 'pino';
import type { Clock } from '../domain/time/clock.ts';
import type { Authenticate } from '../services/auth/authenticate-key.ts';
import type { Actor, IdSource, ServiceContext } from '../services/context.ts';
import type { InsertTrade } from '../services/trades/trade-inserter.ts';
import type { WorkflowPort } from '../services/ports/workflow-port.ts';
import type { ApiMetrics } from './metrics.ts';
import type { RateLimiter } from './middleware/rate-limit.ts';

/** One dependency whose health `/health/ready` reports. */
export type HealthCheck = { readonly name: string; readonly check: () => Promise<void> };

/** Everything the API is given by `bin/api.ts`; it reads no environment and holds no singleton. */
export type ApiDeps = {
  readonly db: ServiceContext['db'];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly workflows: WorkflowPort;
  readonly authenticate: Authenticate;
  /** Writes captured trades; one for the process, so that it can write many at once. */
  readonly insertTrade: InsertTrade;
  readonly rateLimiter: RateLimiter;
  readonly metrics: ApiMetrics;
  readonly log: Logger;
  /** Signs cursors, so that one cannot be made up or carried to another tenant. */
  readonly cursorSecret: string;
  /** Base of problem types and links, e.g. `http://127.0.0.1:3000`. */
  readonly publicUrl: string;
  readonly version: string;
  readonly healthChecks: readonly HealthCheck[];
  /** Webhooks to private addresses are refused unless this is set (tests, embedded demos). */
  readonly allowPrivateWebhooks: boolean;
  /** Where a simulated clock is in use, the API says so in every answer. */
  readonly simulatedClock: boolean;
};

export type ApiEnv = {
  Variables: {
    deps: ApiDeps;
    requestId: string;
    tenantId: string;
    actor: Actor;
    keyId: string;
    ctx: ServiceContext;
  };
};
