import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../adapters/clock/clock.ts';
import { loadEnv } from '../config/env.ts';
import { createDb } from '../db/client.ts';
import { listTenantChannels } from '../db/queries/outbox-dispatch.ts';
import { createQueueBackend } from '../queues/connection.ts';
import { createWebhookProcessor } from '../queues/processors/deliver-webhook-job.ts';
import { SYSTEM_ACTOR } from '../services/context.ts';
import type { ServiceContext } from '../services/context.ts';
import { createIdSource } from '../services/ids.ts';
import { dispatchOutbox } from '../services/outbox/dispatch-outbox.ts';
import { ensurePartitions } from '../services/reconciliation/ensure-partitions.ts';
import { reconcileWorkflows } from '../services/reconciliation/reconcile-workflows.ts';
import { collectReceipts } from '../services/reporting/collect-receipts.ts';
import { createWebhookHttp } from '../services/webhooks/webhook-http.ts';
import { createChannel } from './wiring/channel.ts';
import { createLog } from './wiring/log.ts';
import { runLoop, sayReady, untilStopped } from './wiring/process.ts';
import type { Turn } from './wiring/process.ts';
import { createClock, createServiceContextFactory } from './wiring/service-context.ts';
import { createTemporalClient } from './wiring/temporal-client.ts';
import { createTemporalWorkflowPort } from './wiring/temporal-workflow-port.ts';
import { workflowIdOf } from './wiring/workflow-id-of.ts';

/** Runs what must happen again and again: relay, receipts, webhooks, reconciliation, partitions. Outages only slow it down. */
const RELAY_IDLE_MS = 25;
const RELAY_BATCH = 100;
const PARTITIONS_EVERY_MS = 12 * 60 * 60_000;
const POOL_MAX = 6;
const END_BY_FORCE_AFTER_MS = 8_000;

const env = loadEnv();
const log = createLog({ env, name: 'queue-worker' });
const { stopped, signal } = untilStopped();
const db = createDb({
  url: env.database.url,
  maxConnections: Math.min(POOL_MAX, env.database.poolMax),
  applicationName: 'energyopti-queue-worker',
});
const clock = createClock(env);
const ids = createIdSource();
const channel = createChannel(env);
const temporal = createTemporalClient(env);
const workflows = createTemporalWorkflowPort({ client: temporal.client, clock: systemClock() });
const createContext = createServiceContextFactory({ db, clock, ids });
const contextOf = (tenantId: string): ServiceContext => createContext({ tenantId, actor: SYSTEM_ACTOR, requestId: ids.next('req') });

const backend = createQueueBackend({ databaseUrl: env.database.url, ...(env.redis.url !== undefined && { redisUrl: env.redis.url }) });
const webhookQueue = backend.createQueue('webhooks');
const queues = { webhooks: webhookQueue };
const webhookWorker = backend.createWorker({
  name: 'webhooks',
  processor: createWebhookProcessor({ contextOf, http: createWebhookHttp({ allowPrivate: env.profile === 'development' }) }),
  concurrency: env.queue.concurrency,
  onError: (error) => log.warn({ err: error, queue: 'webhooks' }, 'the queue is not reachable'),
});

async function relay(): Promise<Turn> {
  const { dispatched, failed, more } = await dispatchOutbox({ deps: { db, clock, workflows, queues }, limit: RELAY_BATCH });
  if (failed > 0) log.warn({ dispatched, failed }, 'messages could not be sent and wait for another time');
  return more || dispatched > 0 ? 'again' : 'idle';
}

async function collect(): Promise<Turn> {
  let hasMore = false;
  for (const each of await listTenantChannels(db)) {
    // Our token opens the mailbox of one sender; what lies in it is no other tenant's.
    if (each.channelId !== channel.id || each.sender !== env.reporting.reportingEntityAcerCode) continue;
    const { stored, more } = await collectReceipts({ ctx: contextOf(each.tenantId), deps: { channel } });
    if (stored > 0) log.info({ tenantId: each.tenantId, stored }, 'receipts were stored');
    hasMore = hasMore || more;
  }
  return hasMore ? 'again' : 'idle';
}

async function reconcile(): Promise<Turn> {
  const result = await reconcileWorkflows({ db, deps: { workflows, workflowIdOf, contextOf } });
  if (result.restarted > 0) log.warn(result, 'workflows were missing and are started again');
  return 'idle';
}

async function keepPartitions(): Promise<Turn> {
  await ensurePartitions({ db, clock });
  return 'idle';
}

const loop = (name: string, idleMs: number, turn: () => Promise<Turn>): Promise<void> => runLoop({ name, idleMs, turn, log, signal });
const loops = Promise.all([
  loop('relay', RELAY_IDLE_MS, relay),
  loop('receipts', env.channel.receiptPollMs, collect),
  loop('reconcile', env.queue.reconcileEveryMs, reconcile),
  loop('partitions', PARTITIONS_EVERY_MS, keepPartitions),
]);
sayReady({ process: 'queue-worker', queues: ['webhooks'], backend: backend.kind });

await stopped;
const drained = await Promise.race([
  Promise.all([loops, webhookWorker.close()]).then(() => true),
  sleep(END_BY_FORCE_AFTER_MS, false, { ref: false }),
]);
if (!drained) log.warn('what was under way is left to the next process');
await Promise.race([
  Promise.allSettled([webhookQueue.close(), backend.close(), temporal.close(), db.destroy()]),
  sleep(END_BY_FORCE_AFTER_MS / 4, undefined, { ref: false }),
]);
channel.close();
process.exit(0);
