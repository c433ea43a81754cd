import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../client.ts';
import type { NewRow, Row } from '../schema.ts';
import { WEBHOOK_ENDPOINTS_MAX } from './webhooks.ts';

export type NewAuditEvent = NewRow<'audit_events'>;

/** What every active endpoint of a tenant is told; bodies are fixed here, so that each retry sends the same. */
export type WebhookNews = {
  readonly tenantId: string;
  readonly requestId: string;
  readonly at: Date;
  readonly events: readonly { readonly type: string; readonly body: string }[];
};

/** Writes audit events and, in the same statement, a delivery with its outbox message for each event and active webhook endpoint. */
export async function insertAuditEvents(tx: Tx, input: { rows: readonly NewAuditEvent[]; webhooks: WebhookNews }): Promise<void> {
  const { rows, webhooks } = input;
  const { events } = webhooks;
  const insert =
    events.length === 0 ? tx : tx.with('delivery', () => insertDeliveries(webhooks)).with('message', () => insertMessages(webhooks));
  await insert
    .insertInto('audit_events')
    .values([...rows])
    .execute();
}

/** The one event of a revision of a record. */
export async function findAuditEvent(
  tx: Tx,
  input: { tenantId: string; subjectKind: string; subjectId: string; revision: number },
): Promise<Row<'audit_events'> | undefined> {
  return await tx
    .selectFrom('audit_events')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('subject_kind', '=', input.subjectKind)
    .where('subject_id', '=', input.subjectId)
    .where('revision', '=', input.revision)
    .executeTakeFirst();
}

/** Ids come from the database: how many there will be, only it knows. */
function insertDeliveries({ tenantId, at, events }: WebhookNews): RawBuilder<{ id: string }> {
  const types = events.map(({ type }) => type);
  const bodies = events.map(({ body }) => body);
  return sql<{ id: string }>`
    (insert into webhook_deliveries (tenant_id, id, endpoint_id, event_type, body, state, created_at, updated_at)
    select ${tenantId}, 'whd_' || replace(gen_random_uuid()::text, '-', ''), e.id, n.type, n.body, 'pending', ${at}, ${at}
    from (select id from webhook_endpoints where tenant_id = ${tenantId} and active order by created_at, id limit ${WEBHOOK_ENDPOINTS_MAX}) e
    cross join unnest(${types}::text[], ${bodies}::text[]) as n (type, body)
    returning id)`;
}

function insertMessages({ tenantId, requestId, at }: WebhookNews): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    (insert into outbox (tenant_id, id, kind, payload, created_at)
    select ${tenantId}, 'out_' || replace(gen_random_uuid()::text, '-', ''), 'webhook',
      jsonb_build_object('kind', 'webhook', 'deliveryId', delivery.id, 'requestId', ${requestId}::text), ${at}
    from delivery
    returning id)`;
}
