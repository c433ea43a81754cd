import type { AuditEntry } from '../audit/write-audit.ts';

/** The changes that webhooks tell of: which audit action becomes which event, and under which name it gives the id of the record. */
const EVENT_OF_ACTION: Readonly<Record<string, { readonly type: string; readonly idName: string }>> = {
  'trade.booked': { type: 'trade.booked', idName: 'tradeId' },
  'obligation.accepted': { type: 'report.accepted', idName: 'obligationId' },
  'obligation.rejected': { type: 'report.rejected', idName: 'obligationId' },
  'exception.opened': { type: 'exception.opened', idName: 'exceptionId' },
  'cycle.invoiced': { type: 'cycle.invoiced', idName: 'cycleId' },
};

/** Thin events of the changes that webhooks tell of: what happened to which revision of which record; receivers read the rest from the API. */
export function webhookEventsOf(entries: readonly AuditEntry[], at: Date): readonly { readonly type: string; readonly body: string }[] {
  return entries.flatMap(({ action, subjectId, revision }) => {
    const event = EVENT_OF_ACTION[action];
    if (event === undefined) return [];
    const data = { [event.idName]: subjectId, revision };
    return [{ type: event.type, body: JSON.stringify({ type: event.type, timestamp: at.toISOString(), data }) }];
  });
}
