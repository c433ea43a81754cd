import type { Tx } from '../../db/client.ts';
import { withTenant } from '../../db/client.ts';
import { listTenantChannels } from '../../db/queries/outbox-dispatch.ts';
import { listUnfinishedCycles, listUnfinishedReports, listUnfinishedVersions } from '../../db/queries/unfinished.ts';
import { assertNever } from '../../domain/errors/app-error.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { OutboxMessage } from '../outbox/enqueue.ts';
import type { WorkflowPort } from '../ports/workflow-port.ts';

/** `checked`: things that are not finished; `restarted`: those of them that no workflow was working on. */
export type ReconcileResult = { readonly checked: number; readonly restarted: number };

export type ReconcileDeps = {
  readonly workflows: Pick<WorkflowPort, 'isOpen'>;
  /** The workflow that a message would go to. */
  readonly workflowIdOf: (input: { tenantId: string; message: OutboxMessage }) => string | undefined;
  /** A context of the system's own for one tenant. */
  readonly contextOf: (tenantId: string) => ServiceContext;
};

/** Younger things are on their way through the outbox. */
export const GRACE_MS = 60_000;
const PAGE_SIZE = 100;
/** Bound of one sweep over one kind of one tenant; the next sweep goes on, as what was restarted is open by then. */
const PAGES_MAX = 1_000;
const CHECKS_AT_ONCE_MAX = 16;

/**
 * Compares PostgreSQL, which is the record, with Temporal: what is not finished and has no open workflow gets its message staged again.
 * So the loss of Temporal's whole database loses nothing. Starting twice changes nothing, so a race with the relay does no harm.
 * Throws `unavailable` where Temporal cannot be asked.
 */
export async function reconcileWorkflows({ db, deps }: { db: ServiceContext['db']; deps: ReconcileDeps }): Promise<ReconcileResult> {
  let total: ReconcileResult = { checked: 0, restarted: 0 };
  for (const { tenantId } of await listTenantChannels(db)) {
    const ctx = deps.contextOf(tenantId);
    for (const sweep of SWEEPS) {
      const swept = await sweepAll({ ctx, deps, sweep });
      total = { checked: total.checked + swept.checked, restarted: total.restarted + swept.restarted };
    }
  }
  return total;
}

type PageInput = { readonly tenantId: string; readonly before: Date; readonly limit: number };
type NextPage = (tx: Tx, page: PageInput) => Promise<readonly OutboxMessage[]>;
/** Begins a walk over the unfinished things of one kind; each call of what it gives reads the next page. */
type Sweep = () => NextPage;

function walk<T>(
  list: (tx: Tx, page: PageInput & { readonly after: T | undefined }) => Promise<readonly T[]>,
  toMessage: (row: T) => OutboxMessage,
): Sweep {
  return () => {
    let after: T | undefined;
    return async (tx, page) => {
      const rows = await list(tx, { ...page, after });
      after = rows.at(-1) ?? after;
      return rows.map(toMessage);
    };
  };
}

const SWEEPS: readonly Sweep[] = [
  walk(listUnfinishedVersions, (row) => ({ kind: 'startTrade', ...row })),
  walk(listUnfinishedReports, (row) => ({ kind: 'startReporting', ...row })),
  walk(listUnfinishedCycles, (row) => ({ kind: 'startSettlement', ...row })),
];

async function sweepAll(input: { ctx: ServiceContext; deps: ReconcileDeps; sweep: Sweep }): Promise<ReconcileResult> {
  const { ctx, deps } = input;
  const { tenantId } = ctx;
  const before = new Date(ctx.clock.now().getTime() - GRACE_MS);
  const nextPage = input.sweep();
  let checked = 0;
  let restarted = 0;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const messages = await withTenant(ctx.db, tenantId, (tx) => nextPage(tx, { tenantId, before, limit: PAGE_SIZE }));
    const orphans = await withoutWorkflow({ deps, tenantId, messages });
    if (orphans.length > 0) await withTenant(ctx.db, tenantId, (tx) => startAgain(ctx, tx, orphans));
    checked += messages.length;
    restarted += orphans.length;
    if (messages.length < PAGE_SIZE) break;
  }
  return { checked, restarted };
}

/** An alarm that the lost run raised is taken back: the new one tells anew where it is stuck, if it is. */
async function startAgain(ctx: ServiceContext, tx: Tx, orphans: readonly OutboxMessage[]): Promise<void> {
  await enqueue(ctx, tx, orphans);
  const resolution = 'The workflow was lost and is started again.';
  for (const message of orphans) {
    const subjectId = subjectIdOf(message);
    if (subjectId !== undefined) await resolveOpenException(ctx, tx, { kind: 'workflowFailed', subjectId, resolution });
  }
}

/** What the workflow that a message starts is about, as exceptions name it. */
function subjectIdOf(message: OutboxMessage): string | undefined {
  switch (message.kind) {
    case 'startTrade':
      return message.tradeId;
    case 'startReporting':
      return message.obligationId;
    case 'startSettlement':
      return message.cycleId;
    case 'signalReceipt':
    case 'webhook':
      return undefined;
    default:
      return assertNever(message);
  }
}

async function withoutWorkflow(input: {
  deps: ReconcileDeps;
  tenantId: string;
  messages: readonly OutboxMessage[];
}): Promise<readonly OutboxMessage[]> {
  const { deps, tenantId } = input;
  const orphans: OutboxMessage[] = [];
  const waiting = input.messages.values();
  const lane = async (): Promise<void> => {
    for (const message of waiting) {
      const workflowId = deps.workflowIdOf({ tenantId, message });
      if (workflowId !== undefined && !(await deps.workflows.isOpen({ workflowId }))) orphans.push(message);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CHECKS_AT_ONCE_MAX, input.messages.length) }, lane));
  return orphans;
}
