import type { ServiceContext } from '../../services/context.ts';
import { deliverWebhook } from '../../services/webhooks/deliver-webhook.ts';
import type { WebhookHttp } from '../../services/webhooks/webhook-http.ts';
import type { QueuePayload } from '../registry.ts';

/** Delivers one webhook. Throws where it should be tried again, so that the queue's backoff and bound of attempts apply. */
export function createWebhookProcessor(deps: {
  readonly http: WebhookHttp;
  readonly contextOf: (tenantId: string) => ServiceContext;
}): (payload: QueuePayload<'webhooks'>) => Promise<void> {
  return async ({ tenantId, deliveryId }) => {
    const outcome = await deliverWebhook({ ctx: deps.contextOf(tenantId), input: { deliveryId }, http: deps.http });
    if (outcome.kind === 'retry') throw new Error(outcome.error);
  };
}
