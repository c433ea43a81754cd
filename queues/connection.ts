import { createPostgresBackend, DEFAULT_SCHEMA, Queue, runMigrations, UnrecoverableError, withBackend, Worker } from 'bullmq';
import type { JobsOptions, PgPool } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { z } from 'zod';
import { jobIdOf, queueRegistry } from './registry.ts';
import type { QueueName, QueuePayload, QueueProducer } from './registry.ts';

/** Does one job. Throwing means "try again later", within the queue's attempts. */
export type QueueProcessor<N extends QueueName> = (payload: QueuePayload<N>, job: { id: string; attempt: number }) => Promise<void>;

export type QueueWorker = { close(): Promise<void> };

/** The one switch between Redis and PostgreSQL as the carrier of jobs. */
export type QueueBackend = {
  readonly kind: 'redis' | 'postgresql';
  createQueue<N extends QueueName>(name: N): QueueProducer<N>;
  createWorker<N extends QueueName>(input: {
    readonly name: N;
    readonly processor: QueueProcessor<N>;
    readonly concurrency?: number;
    readonly onError?: (error: Error) => void;
  }): QueueWorker;
  /** Jobs that wait, run or failed, for health and metrics. */
  counts(name: QueueName): Promise<Readonly<Record<string, number>>>;
  /** Closes what this backend opened itself; queues and workers are closed first. */
  close(): Promise<void>;
};

const DEFAULT_CONCURRENCY = 5;
/** Connections for queries; one more is checked out per worker for `LISTEN`. */
const POOL_MAX = 8;

/** Redis where `redisUrl` is set; else PostgreSQL, in the schema `bullmq`, which `migrateQueues` made. */
export function createQueueBackend(input: { readonly redisUrl?: string; readonly databaseUrl: string }): QueueBackend {
  return input.redisUrl === undefined ? postgresBackend(input.databaseUrl) : redisBackend(input.redisUrl);
}

/**
 * Brings the schema `bullmq` up to date and lets `appRole` use it, without the right to change its tables' shape.
 * Runs as the owner, after the application role exists; harmless when repeated.
 */
export async function migrateQueues(input: { readonly adminUrl: string; readonly appRole: string }): Promise<void> {
  const client = new pg.Client({ connectionString: input.adminUrl });
  await client.connect();
  try {
    await runMigrations(client, DEFAULT_SCHEMA);
    const role = pg.escapeIdentifier(input.appRole);
    await client.query(`grant usage on schema ${DEFAULT_SCHEMA} to ${role}`);
    await client.query(`grant select, insert, update, delete on all tables in schema ${DEFAULT_SCHEMA} to ${role}`);
    await client.query(`grant usage, select, update on all sequences in schema ${DEFAULT_SCHEMA} to ${role}`);
    await client.query(`grant execute on all functions in schema ${DEFAULT_SCHEMA} to ${role}`);
  } finally {
    await client.end();
  }
}

function redisBackend(url: string): QueueBackend {
  // Producers fail fast, workers wait: BullMQ's own advice for production.
  const producer = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const client of [producer, consumer]) client.on('error', () => undefined);
  return assemble({
    kind: 'redis',
    openQueue: (name) => new Queue(name, { connection: producer }),
    openWorker: (name, run, concurrency) => new Worker(name, run, { connection: consumer, concurrency }),
    close: async () => {
      for (const client of [producer, consumer]) client.disconnect();
    },
  });
}

function postgresBackend(databaseUrl: string): QueueBackend {
  // A pool of our own: native ES modules have no `require` for BullMQ to load the driver with.
  const pool = new pg.Pool({ connectionString: databaseUrl, options: `-c search_path=${DEFAULT_SCHEMA}`, max: POOL_MAX, keepAlive: true });
  // A connection that the server ended is replaced at the next query.
  pool.on('error', () => undefined);
  const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
  return assemble({
    kind: 'postgresql',
    openQueue: (name) => new PostgresQueue(name, { connection: asBullPool(pool) }),
    openWorker: (name, run, concurrency) => new PostgresWorker(name, run, { connection: asBullPool(pool), concurrency }),
    close: () => pool.end(),
  });
}

/** Safe because BullMQ's PgPool describes a subset of the driver's Pool, whose overloads TypeScript cannot match to it. */
function asBullPool(pool: pg.Pool): PgPool {
  return pool as unknown as PgPool;
}

type JobLike = { readonly id?: string | undefined; readonly data: unknown; readonly attemptsMade: number };
type Emitter = { on(event: 'error', listener: (error: Error) => void): unknown };
type OpenQueue = Emitter & {
  add(name: string, data: unknown, options: JobsOptions): Promise<{ id?: string | undefined }>;
  getJobCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
};
type Carrier = {
  readonly kind: QueueBackend['kind'];
  readonly openQueue: (name: string) => OpenQueue;
  readonly openWorker: (name: string, run: (job: JobLike) => Promise<void>, concurrency: number) => Emitter & { close(): Promise<void> };
  readonly close: () => Promise<void>;
};

function assemble(carrier: Carrier): QueueBackend {
  const open = (name: QueueName): OpenQueue => {
    const queue = carrier.openQueue(queueRegistry[name].queue);
    // The call that failed rejects; without a listener the event would end the process as well.
    queue.on('error', () => undefined);
    return queue;
  };
  return {
    kind: carrier.kind,
    createQueue: (name) => producerOf(name, open(name)),
    createWorker: ({ name, processor, concurrency, onError }) => {
      const run = async (job: JobLike): Promise<void> => {
        await processor(parsePayload(name, job.data), { id: job.id ?? '', attempt: job.attemptsMade + 1 });
      };
      const worker = carrier.openWorker(queueRegistry[name].queue, run, concurrency ?? DEFAULT_CONCURRENCY);
      worker.on('error', (error) => onError?.(error));
      return { close: () => worker.close() };
    },
    counts: async (name) => {
      const queue = open(name);
      try {
        return await queue.getJobCounts();
      } finally {
        await queue.close();
      }
    },
    close: carrier.close,
  };
}

function producerOf<N extends QueueName>(name: N, queue: OpenQueue): QueueProducer<N> {
  const { job, options } = queueRegistry[name];
  return {
    add: async (payload) => {
      const parsed = parsePayload(name, payload);
      const jobId = jobIdOf({ job, key: keyOf(name, parsed) });
      await queue.add(job, parsed, {
        jobId,
        attempts: options.attempts,
        backoff: { type: 'exponential', delay: options.backoffMs },
        removeOnComplete: { count: options.keepCompleted },
        removeOnFail: { count: options.keepFailed },
      });
      return jobId;
    },
    close: () => queue.close(),
  };
}

/** Bad input never gets better by trying again. */
function parsePayload<N extends QueueName>(name: N, data: unknown): QueuePayload<N> {
  const result = definitionOf(name).payload.safeParse(data);
  if (result.success) return result.data;
  throw new UnrecoverableError(`The payload for queue '${name}' is not valid: ${result.error.message}`);
}

function keyOf<N extends QueueName>(name: N, payload: QueuePayload<N>): string {
  return definitionOf(name).key(payload);
}

type Definition<N extends QueueName> = {
  readonly payload: z.ZodType<QueuePayload<N>>;
  readonly key: (payload: QueuePayload<N>) => string;
};

/** Safe because the registry's entry for N is declared with exactly N's payload; TypeScript does not see it through the index. */
function definitionOf<N extends QueueName>(name: N): Definition<N> {
  return queueRegistry[name] as unknown as Definition<N>;
}
