import pino from 'pino';
import { systemClock } from '../../adapters/clock/clock.ts';
import { createApp } from '../../api/app.ts';
import { createApiMetrics } from '../../api/metrics.ts';
import { createRateLimiter } from '../../api/middleware/rate-limit.ts';
import { bufferedOutput } from '../../bin/wiring/log.ts';
import { startHttpServer } from '../../bin/api/http-server.ts';
import { createDb } from '../../db/client.ts';
import { createAuthenticator } from '../../services/auth/authenticate-key.ts';
import { createIdSource } from '../../services/ids.ts';
import { createTradeInserter } from '../../services/trades/trade-inserter.ts';
import { createRecordingWorkflowPort } from '../../test/support/recording-workflow-port.ts';

/** The API as `bin/api.ts` wires it; capture stages its workflow in the outbox, so that no Temporal takes part. */
export async function startMeasuredApi(input: { databaseUrl: string; poolMax: number }): Promise<number> {
  const clock = systemClock();
  const db = createDb({ url: input.databaseUrl, maxConnections: input.poolMax, applicationName: 'bench-api' });
  const app = createApp({
    db,
    clock,
    ids: createIdSource(),
    workflows: createRecordingWorkflowPort(),
    insertTrade: createTradeInserter(db),
    authenticate: createAuthenticator({ db, clock, ttlMs: 15_000 }),
    rateLimiter: createRateLimiter({ quota: 10_000_000, windowSeconds: 60 }),
    metrics: createApiMetrics(),
    log: pino({ level: 'info' }, bufferedOutput('/dev/null')),
    cursorSecret: 'a secret of the bench, 32 letters long',
    publicUrl: 'http://127.0.0.1',
    version: 'bench',
    healthChecks: [],
    allowPrivateWebhooks: false,
    simulatedClock: false,
  });
  const server = await startHttpServer({ fetch: (request) => app.fetch(request), host: '127.0.0.1', port: 0 });
  return server.port;
}
