import { systemClock } from '../adapters/clock/clock.ts';
import { createApp } from '../api/app.ts';
import { createApiMetrics } from '../api/metrics.ts';
import { readBacklog } from '../services/operations/read-backlog.ts';
import { createRateLimiter } from '../api/middleware/rate-limit.ts';
import { loadEnv } from '../config/env.ts';
import { createDb } from '../db/client.ts';
import { createAuthenticator } from '../services/auth/authenticate-key.ts';
import { createIdSource } from '../services/ids.ts';
import { createTradeInserter } from '../services/trades/trade-inserter.ts';
import { cursorSecretOf } from './api/cursor-secret.ts';
import { createHealthChecks } from './api/health-checks.ts';
import { startHttpServer } from './api/http-server.ts';
import { packageVersion } from './api/package-version.ts';
import { createLog } from './wiring/log.ts';
import { sayReady, untilStopped } from './wiring/process.ts';
import { createClock } from './wiring/service-context.ts';
import { createTemporalClient } from './wiring/temporal-client.ts';
import { createTemporalWorkflowPort } from './wiring/temporal-workflow-port.ts';

/** A revoked key works this much longer at most. */
const KEY_CACHE_TTL_MS = 15_000;
const RATE_WINDOW_SECONDS = 60;

/**
 * The API process. It starts, and answers, while Temporal is away: trades are staged in the database, and only commands that a workflow
 * must judge wait for it. Prints `{"ready":true,"url":…}`; ends on SIGTERM and Ctrl-C once the answers under way are out.
 */
async function main(): Promise<void> {
  const env = loadEnv();
  const log = createLog({ env, name: 'api', isBuffered: true });
  const { stopped } = untilStopped();
  const clock = createClock(env);
  const system = systemClock();
  const db = createDb({ url: env.database.url, maxConnections: env.database.poolMax, applicationName: 'energyopti-api' });
  const temporal = createTemporalClient(env);
  const app = createApp({
    db,
    clock,
    ids: createIdSource(),
    workflows: createTemporalWorkflowPort({ client: temporal.client, clock: system }),
    insertTrade: createTradeInserter(db),
    authenticate: createAuthenticator({ db, clock, ttlMs: KEY_CACHE_TTL_MS }),
    rateLimiter: createRateLimiter({ quota: env.api.rateLimitPerMinute, windowSeconds: RATE_WINDOW_SECONDS }),
    metrics: createApiMetrics({ readBacklog: () => readBacklog({ db, clock }) }),
    log,
    cursorSecret: cursorSecretOf({
      payloadKeys: env.encryption.payloadKeys,
      ...(env.api.cursorSecret !== undefined && { given: env.api.cursorSecret }),
    }),
    publicUrl: env.api.publicUrl,
    version: packageVersion(),
    healthChecks: createHealthChecks({ db, temporal: temporal.client, namespace: env.temporal.namespace, clock: system }),
    allowPrivateWebhooks: env.profile === 'development',
    simulatedClock: env.clockFile !== undefined,
  });
  const server = await startHttpServer({ fetch: (request) => app.fetch(request), host: env.api.host, port: env.api.port });
  sayReady({ url: urlOf({ host: env.api.host, port: server.port }) });
  await stopped;
  log.info('ending');
  await server.drain();
  await temporal.close();
  await db.destroy();
}

function urlOf(input: { host: string; port: number }): string {
  return `http://${input.host.includes(':') ? `[${input.host}]` : input.host}:${input.port}`;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
