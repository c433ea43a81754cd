import { AppError } from '../../domain/errors/app-error.ts';
import type { QueuePayload } from '../registry.ts';

export type WebhookJob = { readonly tenantId: string; readonly deliveryId: string };

/** Ids of tenants hold no slash (a constraint of the table), so the first one separates. */
const SEPARATOR = '/';

/** The payload of a job: row-level security needs the tenant to find the delivery, and the pair is the job's key. */
export function toWebhookPayload(job: WebhookJob): QueuePayload<'webhooks'> {
  return { deliveryId: `${job.tenantId}${SEPARATOR}${job.deliveryId}` };
}

/** The inverse of `toWebhookPayload`. Throws `internal` for a payload that it did not make. */
export function fromWebhookPayload(payload: QueuePayload<'webhooks'>): WebhookJob {
  const at = payload.deliveryId.indexOf(SEPARATOR);
  if (at <= 0) throw new AppError({ code: 'internal', message: `The webhook job '${payload.deliveryId}' names no tenant.` });
  return { tenantId: payload.deliveryId.slice(0, at), deliveryId: payload.deliveryId.slice(at + 1) };
}
