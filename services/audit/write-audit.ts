import { type NewAuditEvent, insertAuditEvents } from '../../db/queries/audit-events.ts';
import type { Tx } from '../../db/client.ts';
import type { ServiceContext } from '../context.ts';
import { webhookEventsOf } from '../webhooks/webhook-events.ts';

/** The kinds of records whose changes are audited; each carries a `revision` that one event names. */
export type AuditSubjectKind =
  | 'trade'
  | 'limit'
  | 'reservation'
  | 'exception'
  | 'obligation'
  | 'submission'
  | 'receipt'
  | 'cycle'
  | 'invoice'
  | 'payment'
  | 'approval'
  | 'reference';

/** One recorded change: what, which revision of it this is, and how it was and is. */
export type AuditEntry = {
  readonly subjectKind: AuditSubjectKind;
  readonly subjectId: string;
  /** The subject's revision after the change: 1 on creation, raised by one each time. Append-only records have 1 only. */
  readonly revision: number;
  /** What happened, past tense, e.g. `trade.captured`. */
  readonly action: string;
  readonly reason?: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

/**
 * Records changes in the transaction that makes them: one event per change, never without it. Events of one call go in one statement,
 * and with them what webhook endpoints are told of these changes, so that neither is there without the other.
 */
export async function writeAudit(ctx: ServiceContext, tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const { tenantId, requestId } = ctx;
  const at = ctx.clock.now();
  const rows = entries.map((entry) => rowOf(ctx, { entry, at }));
  await insertAuditEvents(tx, { rows, webhooks: { tenantId, requestId, at, events: webhookEventsOf(entries, at) } });
}

function rowOf(ctx: ServiceContext, { entry, at }: { entry: AuditEntry; at: Date }): NewAuditEvent {
  return {
    tenant_id: ctx.tenantId,
    id: ctx.ids.uuid(),
    recorded_at: at,
    subject_kind: entry.subjectKind,
    subject_id: entry.subjectId,
    revision: entry.revision,
    action: entry.action,
    actor: ctx.actor.id,
    role: ctx.actor.role,
    on_behalf_of: null,
    reason: entry.reason ?? null,
    request_id: ctx.requestId,
    workflow_id: ctx.workflowId ?? null,
    before: entry.before === undefined ? null : JSON.stringify(entry.before),
    after: entry.after === undefined ? null : JSON.stringify(entry.after),
  };
}
