import { randomBytes } from 'node:crypto';
import { withTenant } from '../../db/client.ts';
import {
  WEBHOOK_ENDPOINTS_MAX,
  type WebhookEndpointRow,
  insertWebhookEndpoint,
  listWebhookEndpoints,
  updateWebhookEndpointDisabled,
} from '../../db/queries/webhooks.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../domain/errors/app-error.ts';
import { webhookSecret } from '../../domain/webhooks/sign.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type TargetPolicy, targetUrlIssues } from './target-url.ts';

/** An endpoint without its secret. */
export type WebhookEndpointView = { readonly id: string; readonly url: string; readonly active: boolean; readonly createdAt: string };

const SECRET_BYTES = 32;

/**
 * Registers a URL for every event of the tenant. `secret` (`whsec_…`) is shown this once; with it the receiver checks signatures.
 * Throws `forbidden` (admin only), `validation-failed` on a URL that is not https or leads into a private network, `conflict` at 50 endpoints.
 */
export async function createWebhookEndpoint({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { url: string; policy: TargetPolicy };
}): Promise<WebhookEndpointView & { secret: string }> {
  authorise(ctx, { allowed: ['admin'], action: 'create webhook endpoints' });
  const issues = targetUrlIssues(input.url, input.policy);
  if (issues.length > 0) throw new ValidationError(issues);
  const secret = webhookSecret(randomBytes(SECRET_BYTES));
  const row = { tenant_id: ctx.tenantId, id: ctx.ids.next('whk'), url: input.url, secret, active: true, created_at: ctx.clock.now() };
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const present = await listWebhookEndpoints(tx, { tenantId: ctx.tenantId });
    if (present.length >= WEBHOOK_ENDPOINTS_MAX)
      throw new ConflictError({ message: `There are ${WEBHOOK_ENDPOINTS_MAX} endpoints already.` });
    await insertWebhookEndpoint(tx, row);
    await writeAudit(ctx, tx, [
      { subjectKind: 'reference', subjectId: `webhook/${row.id}`, revision: 1, action: 'webhookEndpoint.created', after: { url: row.url } },
    ]);
  });
  return { ...viewOf(row), secret };
}

/** Every endpoint, oldest first. Throws `forbidden`. */
export async function listEndpoints({ ctx }: { ctx: ServiceContext }): Promise<readonly WebhookEndpointView[]> {
  authorise(ctx, { allowed: ['admin', 'auditor'], action: 'read webhook endpoints' });
  const rows = await withTenant(ctx.db, ctx.tenantId, (tx) => listWebhookEndpoints(tx, { tenantId: ctx.tenantId }));
  return rows.map(viewOf);
}

/** Turns an endpoint off for good. Throws `forbidden`, `not-found` where there is none that is on. */
export async function disableWebhookEndpoint({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { endpointId: string; reason: string };
}): Promise<void> {
  authorise(ctx, { allowed: ['admin'], action: 'disable webhook endpoints' });
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const disabled = await updateWebhookEndpointDisabled(tx, { tenantId: ctx.tenantId, endpointId: input.endpointId });
    if (!disabled) throw new NotFoundError({ what: 'active webhook endpoint', id: input.endpointId });
    const entry = { subjectKind: 'reference', subjectId: `webhook/${input.endpointId}`, revision: 2 } as const;
    await writeAudit(ctx, tx, [{ ...entry, action: 'webhookEndpoint.disabled', reason: input.reason }]);
  });
}

function viewOf(row: Pick<WebhookEndpointRow, 'id' | 'url' | 'active' | 'created_at'>): WebhookEndpointView {
  return { id: row.id, url: row.url, active: row.active, createdAt: row.created_at.toISOString() };
}
