import type { Tx } from '../../db/client.ts';
import { insertWebhookDeliveries, listWebhookEndpoints } from '../../db/queries/webhooks.ts';
import type { ServiceContext } from '../context.ts';
import { enqueue } from '../outbox/enqueue.ts';

/** A thin event: what happened to which record; receivers read the rest from the API. */
export type WebhookEvent = { readonly type: string; readonly data: Readonly<Record<string, string | number | null>> };

/** Stages an event for every active endpoint, in the transaction that makes it true. The body is fixed here: each retry sends the same. */
export async function publishEvent(ctx: ServiceContext, tx: Tx, event: WebhookEvent): Promise<readonly string[]> {
  const endpoints = await listWebhookEndpoints(tx, { tenantId: ctx.tenantId, activeOnly: true });
  const now = ctx.clock.now();
  const body = JSON.stringify({ type: event.type, timestamp: now.toISOString(), data: event.data });
  const rows = endpoints.map((endpoint) => ({
    tenant_id: ctx.tenantId,
    id: ctx.ids.next('whd'),
    endpoint_id: endpoint.id,
    event_type: event.type,
    body,
    state: 'pending' as const,
    last_status: null,
    last_error: null,
    created_at: now,
    updated_at: now,
  }));
  await insertWebhookDeliveries(tx, rows);
  await enqueue(
    ctx,
    tx,
    rows.map((row) => ({ kind: 'webhook', deliveryId: row.id })),
  );
  return rows.map((row) => row.id);
}
