import type { ChangedLimit } from '../../db/queries/limits.ts';
import type { AuditEntry } from '../audit/write-audit.ts';

/** One audit entry for each limit that changed, with what was used and reserved before and after. */
export function limitEntries(input: { changed: readonly ChangedLimit[]; action: string; tradeId: string; version: number }): AuditEntry[] {
  const { action, tradeId, version } = input;
  return input.changed.map(({ id, revision, before, after }) => ({
    subjectKind: 'limit',
    subjectId: id,
    revision,
    action,
    before,
    after: { ...after, tradeId, version },
  }));
}
