import { type Insertable, type Selectable, sql } from 'kysely';
import type { Tx } from '../client.ts';
import type { WebhookDeliveriesTable, WebhookEndpointsTable } from '../schema.ts';

export type WebhookEndpointRow = Selectable<WebhookEndpointsTable>;
export type WebhookDeliveryRow = Selectable<WebhookDeliveriesTable>;

/** A tenant has at most this many endpoints. */
export const WEBHOOK_ENDPOINTS_MAX = 50;

export async function insertWebhookEndpoint(tx: Tx, row: Insertable<WebhookEndpointsTable>): Promise<void> {
  await tx.insertInto('webhook_endpoints').values(row).execute();
}

/** Oldest first. */
export async function listWebhookEndpoints(tx: Tx, input: { tenantId: string }): Promise<readonly WebhookEndpointRow[]> {
  return await tx
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(WEBHOOK_ENDPOINTS_MAX)
    .execute();
}

/** Turns an endpoint off; false where there is none that is on. */
export async function updateWebhookEndpointDisabled(tx: Tx, input: { tenantId: string; endpointId: string }): Promise<boolean> {
  const result = await tx
    .updateTable('webhook_endpoints')
    .set({ active: false })
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.endpointId)
    .where('active', '=', true)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export type WebhookDeliveryWithEndpoint = WebhookDeliveryRow & { readonly url: string; readonly secret: string; readonly active: boolean };

export async function findWebhookDelivery(
  tx: Tx,
  input: { tenantId: string; deliveryId: string },
): Promise<WebhookDeliveryWithEndpoint | undefined> {
  return await tx
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_endpoints as e', (join) => join.onRef('e.tenant_id', '=', 'd.tenant_id').onRef('e.id', '=', 'd.endpoint_id'))
    .selectAll('d')
    .select(['e.url', 'e.secret', 'e.active'])
    .where('d.tenant_id', '=', input.tenantId)
    .where('d.id', '=', input.deliveryId)
    .executeTakeFirst();
}

/** Records one attempt; what was delivered stays delivered. */
export async function updateWebhookDelivery(
  tx: Tx,
  input: {
    tenantId: string;
    deliveryId: string;
    state: 'pending' | 'delivered' | 'failed';
    status: number | null;
    error: string | null;
    now: Date;
  },
): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set((row) => ({
      state: input.state,
      attempts: row('attempts', '+', 1),
      last_status: input.status,
      last_error: input.error,
      updated_at: input.now,
    }))
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.deliveryId)
    .where('state', '<>', 'delivered')
    .execute();
}

/** The delivery log, newest first. */
export async function listWebhookDeliveries(
  tx: Tx,
  input: { tenantId: string; endpointId?: string; limit: number; after?: { at: Date; id: string } },
): Promise<readonly WebhookDeliveryRow[]> {
  let query = tx.selectFrom('webhook_deliveries').selectAll().where('tenant_id', '=', input.tenantId);
  if (input.endpointId !== undefined) query = query.where('endpoint_id', '=', input.endpointId);
  if (input.after !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${input.after.at}, ${input.after.id})`);
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}
