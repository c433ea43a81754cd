import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { OperationsBacklog } from '../services/operations/read-backlog.ts';

/** What Prometheus scrapes of this process. */
export type ApiMetrics = {
  readonly registry: Registry;
  readonly requestDurationSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly tradesCaptured: Counter<'outcome'>;
};

const LATENCY_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * A registry of its own, so that two apps in one process (tests) do not share counters. With `readBacklog` each scrape says how far
 * behind the whole system is; a scrape during an outage of the database leaves those gauges as they were.
 */
export function createApiMetrics(input: { readBacklog?: () => Promise<OperationsBacklog> } = {}): ApiMetrics {
  const registry = new Registry();
  if (input.readBacklog !== undefined) registerBacklog(registry, input.readBacklog);
  collectDefaultMetrics({ register: registry, prefix: 'energyopti_' });
  return {
    registry,
    requestDurationSeconds: new Histogram({
      name: 'energyopti_http_request_duration_seconds',
      help: 'Time to answer, by route template and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    }),
    tradesCaptured: new Counter({
      name: 'energyopti_trades_captured_total',
      help: 'Captures by outcome: captured, existing, replayed, refused.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  };
}

function registerBacklog(registry: Registry, read: () => Promise<OperationsBacklog>): void {
  let underWay: Promise<OperationsBacklog | undefined> | undefined;
  // One question a scrape: the three gauges are collected side by side and share its answer.
  const ask = (): Promise<OperationsBacklog | undefined> => {
    underWay ??= read()
      .catch(() => undefined)
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const gauge = (input: { name: string; help: string; of: (backlog: OperationsBacklog) => number }): Gauge =>
    new Gauge({
      name: input.name,
      help: input.help,
      registers: [registry],
      async collect() {
        const backlog = await ask();
        if (backlog !== undefined) this.set(input.of(backlog));
      },
    });
  gauge({ name: 'energyopti_outbox_pending', help: 'Messages that the relay has not sent yet.', of: ({ outboxPending }) => outboxPending });
  gauge({
    name: 'energyopti_outbox_oldest_seconds',
    help: 'Age of the oldest message that the relay has not sent.',
    of: ({ outboxOldestSeconds }) => outboxOldestSeconds,
  });
  gauge({
    name: 'energyopti_exceptions_open',
    help: 'What waits for a person, over all tenants.',
    of: ({ exceptionsOpen }) => exceptionsOpen,
  });
}
