import type { ExceptionRow } from '../../db/queries/exceptions.ts';

/** An exception as people see it. Instants are RFC 3339 in UTC. */
export type ExceptionView = {
  readonly id: string;
  readonly kind: ExceptionRow['kind'];
  readonly subjectKind: ExceptionRow['subject_kind'];
  readonly subjectId: string;
  readonly tradeId: string | null;
  readonly reason: string;
  readonly nextAction: string;
  readonly ownerRole: string;
  readonly since: string;
  readonly deadline: string | null;
  readonly state: 'open' | 'resolved';
  readonly resolution: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: string | null;
  readonly revision: number;
};

export function exceptionViewOf(row: ExceptionRow): ExceptionView {
  return {
    id: row.id,
    kind: row.kind,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    tradeId: row.trade_id,
    reason: row.reason,
    nextAction: row.next_action,
    ownerRole: row.owner_role,
    since: row.since.toISOString(),
    deadline: row.deadline?.toISOString() ?? null,
    state: row.state,
    resolution: row.resolution,
    resolvedBy: row.resolved_by,
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    revision: row.revision,
  };
}
