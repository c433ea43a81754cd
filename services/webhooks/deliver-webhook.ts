import { withTenant } from '../../db/client.ts';
import {
  type WebhookDeliveryWithEndpoint,
  findWebhookDelivery,
  updateWebhookDelivery,
  updateWebhookEndpointDisabled,
} from '../../db/queries/webhooks.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { signWebhook } from '../../domain/webhooks/sign.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import type { WebhookAnswer, WebhookHttp } from './webhook-http.ts';

/** `retry`: call again later with the same id. `givenUp`: the endpoint is off, or wants no more (410). */
export type WebhookDelivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly error: string }
  | { readonly kind: 'givenUp' };

const CALL_TIMEOUT_MS = 15_000;
const GONE = 410;

/**
 * Sends one delivery, signed, under an id that is the same on every attempt. What was delivered is not sent again. An answer 2xx is
 * delivered; 410 turns the endpoint off; anything else is for the caller to try again later. Throws `forbidden`, `not-found`.
 */
export async function deliverWebhook({
  ctx,
  input,
  http,
}: {
  ctx: ServiceContext;
  input: { deliveryId: string };
  http: WebhookHttp;
}): Promise<WebhookDelivery> {
  authorise(ctx, { allowed: ['admin'], action: 'deliver webhooks' });
  const of = { tenantId: ctx.tenantId, deliveryId: input.deliveryId };
  const delivery = await withTenant(ctx.db, ctx.tenantId, (tx) => findWebhookDelivery(tx, of));
  if (delivery === undefined) throw new NotFoundError({ what: 'webhook delivery', id: input.deliveryId });
  if (delivery.state === 'delivered') return { kind: 'delivered' };
  if (!delivery.active) return await record(ctx, delivery, { kind: 'failed', error: 'The endpoint is turned off.' });
  const headers = signWebhook({
    id: delivery.id,
    timestampSeconds: Math.floor(ctx.clock.now().getTime() / 1_000),
    body: delivery.body,
    secrets: [delivery.secret],
  });
  const answer = await http.post({
    url: delivery.url,
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'energyopti-webhooks/1' },
    body: delivery.body,
    timeoutMs: CALL_TIMEOUT_MS,
  });
  return await record(ctx, delivery, answer);
}

async function record(ctx: ServiceContext, delivery: WebhookDeliveryWithEndpoint, answer: WebhookAnswer): Promise<WebhookDelivery> {
  const status = answer.kind === 'answered' ? answer.status : null;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const isGivenUp = status === GONE || !delivery.active;
  const error = answer.kind === 'failed' ? answer.error : isDelivered ? null : `The endpoint answered ${answer.status}.`;
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const state = isDelivered ? 'delivered' : isGivenUp ? 'failed' : 'pending';
    await updateWebhookDelivery(tx, { tenantId: ctx.tenantId, deliveryId: delivery.id, state, status, error, now: ctx.clock.now() });
    if (status !== GONE) return;
    const endpoint = { tenantId: ctx.tenantId, endpointId: delivery.endpoint_id };
    if (!(await updateWebhookEndpointDisabled(tx, endpoint))) return;
    const entry = { subjectKind: 'reference', subjectId: `webhook/${delivery.endpoint_id}`, revision: 2 } as const;
    await writeAudit(ctx, tx, [{ ...entry, action: 'webhookEndpoint.disabled', reason: 'The endpoint answered 410 Gone.' }]);
  });
  if (isDelivered) return { kind: 'delivered' };
  return isGivenUp ? { kind: 'givenUp' } : { kind: 'retry', error: error ?? 'no answer' };
}
