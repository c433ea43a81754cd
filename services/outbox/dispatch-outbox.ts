import type { Db, Tx } from '../../db/client.ts';
import { withTenant } from '../../db/client.ts';
import { lockDueOutbox, updateOutboxPostponed } from '../../db/queries/outbox-dispatch.ts';
import type { DueOutboxRow } from '../../db/queries/outbox-dispatch.ts';
import { listTenantsWithOutboxWork, updateOutboxDispatched } from '../../db/queries/outbox.ts';
import { AppError, assertNever } from '../../domain/errors/app-error.ts';
import type { Clock } from '../../domain/time/clock.ts';
import type { WorkflowPort } from '../ports/workflow-port.ts';
import { orderingKeyOf, stagedMessageSchema } from './outbox-message.ts';
import type { StagedMessage } from './outbox-message.ts';

export type DispatchDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly workflows: WorkflowPort;
  readonly queues: { readonly webhooks: { add(job: { tenantId: string; deliveryId: string }): Promise<unknown> } };
};

/** `more`: at least one tenant gave a full batch, so the next call should follow at once. */
export type DispatchResult = { readonly dispatched: number; readonly failed: number; readonly more: boolean };

const GROUPS_AT_ONCE_MAX = 16;
const RETRY_MS_FIRST = 500;
/** While Temporal or the queue is down: soon again, for everybody waits for it. */
const RETRY_MS_MAX_IN_OUTAGE = 2_000;
/** A message that is itself the trouble is tried ever more rarely, so that it does not stand in the way. */
const RETRY_MS_MAX = 5 * 60_000;
const DOUBLINGS_MAX = 12;
const ERROR_LENGTH_MAX = 1_000;

/**
 * Sends what was staged: after the commit, at least once, messages of one target in their order, targets side by side.
 * What cannot be sent stays, with its error, for a later time and holds up nothing but its own target. Where the server that all
 * need is down, the rest of the batch is left as it is. Several relays may run: a row is held by one at a time.
 * @param limit messages taken of one tenant in one transaction.
 */
export async function dispatchOutbox({ deps, limit }: { deps: DispatchDeps; limit: number }): Promise<DispatchResult> {
  let total: DispatchResult = { dispatched: 0, failed: 0, more: false };
  for (const tenantId of await listTenantsWithOutboxWork(deps.db)) {
    const batch = await withTenant(deps.db, tenantId, (tx) => dispatchBatch({ deps, tx, tenantId, limit }));
    total = {
      dispatched: total.dispatched + batch.dispatched,
      failed: total.failed + batch.failed,
      more: total.more || (batch.dispatched > 0 && batch.dispatched + batch.failed === limit),
    };
  }
  return total;
}

type Failure = { readonly row: DueOutboxRow; readonly error: unknown };
type Batch = { readonly sent: string[]; readonly failures: Failure[]; isServerDown: boolean };

async function dispatchBatch(input: {
  deps: DispatchDeps;
  tx: Tx;
  tenantId: string;
  limit: number;
}): Promise<Omit<DispatchResult, 'more'>> {
  const { deps, tx, tenantId, limit } = input;
  const rows = await lockDueOutbox(tx, { tenantId, now: deps.clock.now(), limit });
  if (rows.length === 0) return { dispatched: 0, failed: 0 };
  const batch: Batch = { sent: [], failures: [], isServerDown: false };
  await inParallel(groupByTarget(rows, batch), (group) => sendGroup({ deps, tenantId, group, batch }));
  const now = deps.clock.now();
  await updateOutboxDispatched(tx, { tenantId, seqs: batch.sent, now });
  for (const { row, error } of batch.failures) {
    const nextAttemptAt = new Date(now.getTime() + retryMsOf({ row, error }));
    await updateOutboxPostponed(tx, { tenantId, seq: row.seq, error: textOf(error), nextAttemptAt });
  }
  return { dispatched: batch.sent.length, failed: batch.failures.length };
}

type Entry = { readonly row: DueOutboxRow; readonly message: StagedMessage };

/** A row that cannot be read is a failure of its own and joins no group. */
function groupByTarget(rows: readonly DueOutboxRow[], batch: Batch): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const row of rows) {
    const parsed = stagedMessageSchema.safeParse(row.payload);
    if (!parsed.success) {
      batch.failures.push({ row, error: parsed.error });
      continue;
    }
    const key = orderingKeyOf(parsed.data);
    const group = groups.get(key) ?? [];
    group.push({ row, message: parsed.data });
    groups.set(key, group);
  }
  return [...groups.values()];
}

async function sendGroup(input: { deps: DispatchDeps; tenantId: string; group: readonly Entry[]; batch: Batch }): Promise<void> {
  const { batch } = input;
  for (const { row, message } of input.group) {
    if (batch.isServerDown) return;
    try {
      await send(input.deps, input.tenantId, message);
      batch.sent.push(row.seq);
    } catch (error) {
      batch.failures.push({ row, error });
      batch.isServerDown = batch.isServerDown || isOutage(error);
      return;
    }
  }
}

async function send(deps: DispatchDeps, tenantId: string, message: StagedMessage): Promise<void> {
  switch (message.kind) {
    case 'startTrade':
      return await deps.workflows.startTrade({ tenantId, ...message });
    case 'startReporting':
      return await deps.workflows.startReporting({ tenantId, ...message });
    case 'startSettlement':
      return await deps.workflows.startSettlement({ tenantId, ...message });
    case 'signalReceipt':
      return await deps.workflows.signalReceipt({ tenantId, ...message });
    case 'webhook':
      await deps.queues.webhooks.add({ tenantId, deliveryId: message.deliveryId });
      return;
    default:
      return assertNever(message);
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(GROUPS_AT_ONCE_MAX, items.length) }, lane));
}

function retryMsOf({ row, error }: Failure): number {
  const grown = RETRY_MS_FIRST * 2 ** Math.min(row.attempts, DOUBLINGS_MAX);
  return Math.min(grown, isOutage(error) ? RETRY_MS_MAX_IN_OUTAGE : RETRY_MS_MAX);
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX);
}
