import { createHash } from 'node:crypto';
import { z } from 'zod';

/** How one queue's jobs are retried and how many finished ones are kept. */
export type QueueOptions = {
  readonly attempts: number;
  readonly backoffMs: number;
  /** Finished jobs kept for operators; older ones are removed. */
  readonly keepCompleted: number;
  readonly keepFailed: number;
};

export type QueueDefinition<S extends z.ZodType = z.ZodType> = {
  readonly queue: string;
  readonly job: string;
  readonly payload: S;
  readonly options: QueueOptions;
  /** The business key of a job: the same payload is the same job. */
  readonly key: (payload: z.output<S>) => string;
};

function define<S extends z.ZodType>(definition: QueueDefinition<S>): QueueDefinition<S> {
  return definition;
}

const id = z.string().min(1).max(200);

/** Every queue: its name, its job, what a job carries (ids, never documents), and how it is retried. */
export const queueRegistry = {
  /** Delivers one webhook event to one endpoint. Row-level security needs the tenant to find it. */
  webhooks: define({
    queue: 'webhooks',
    job: 'deliver-webhook',
    payload: z.strictObject({ tenantId: id, deliveryId: id }),
    options: { attempts: 8, backoffMs: 2_000, keepCompleted: 1_000, keepFailed: 5_000 },
    key: (payload) => `${payload.tenantId}/${payload.deliveryId}`,
  }),
} as const;

export type QueueRegistry = typeof queueRegistry;
export type QueueName = keyof QueueRegistry;
export type QueuePayload<N extends QueueName> = z.output<QueueRegistry[N]['payload']>;

/** What services are given to add jobs: typed by the registry, blind to what carries them. */
export type QueueProducer<N extends QueueName> = {
  /** Adds a job after the commit that it belongs to. The same payload again is absorbed by its id. Returns the job id. */
  add(payload: QueuePayload<N>): Promise<string>;
  close(): Promise<void>;
};

const PLAIN_ID = /^[A-Za-z][A-Za-z0-9_.-]{0,199}$/;

/**
 * The id of a job from its business key, so that adding it twice makes one job.
 * BullMQ refuses `:` and whole numbers; a key that is not plain is hashed.
 */
export function jobIdOf(input: { readonly job: string; readonly key: string }): string {
  const plain = `${input.job}.${input.key}`;
  return PLAIN_ID.test(plain) ? plain : `${input.job}.${createHash('sha256').update(input.key).digest('hex')}`;
}
