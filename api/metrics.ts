import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What Prometheus scrapes of this process. */
export type ApiMetrics = {
  readonly registry: Registry;
  readonly requestDurationSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly tradesCaptured: Counter<'outcome'>;
};

const LATENCY_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** A registry of its own, so that two apps in one process (tests) do not share counters. */
export function createApiMetrics(): ApiMetrics {
  const registry = new Registry();
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
