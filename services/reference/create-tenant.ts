import type { Db } from '../../db/client.ts';
import { ConflictError, ValidationError } from '../../domain/errors/app-error.ts';
import { fieldIssuesOfZod } from '../../domain/errors/zod-issues.ts';
import type { Clock } from '../../domain/time/clock.ts';
import { type TenantInput, tenantSchema } from './reference-schema.ts';

/**
 * Enters a firm. `adminDb` is a pool of the database's owner: the application role may not make tenants, so a leaked one cannot either.
 * Idempotent: the same tenant again changes nothing; another legal entity or channel under the same id is a `conflict`, and so is a
 * sender that another tenant has at the same channel: its mailbox and its file names are one.
 * Throws `validation-failed` naming each field.
 */
export async function createTenant({
  adminDb,
  clock,
  input,
}: {
  adminDb: Db;
  clock: Clock;
  input: TenantInput;
}): Promise<{ tenantId: string; created: boolean }> {
  const parsed = tenantSchema.safeParse(input);
  if (!parsed.success) throw new ValidationError(fieldIssuesOfZod(parsed.error));
  const tenant = parsed.data;
  const values = {
    id: tenant.id,
    legal_entity: JSON.stringify(tenant.legalEntity),
    reporting_entity_acer_code: tenant.reportingEntityAcerCode,
    channel_id: tenant.channelId,
    created_at: clock.now(),
  };
  const result = await adminDb
    .insertInto('tenants')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows === 1n) return { tenantId: tenant.id, created: true };
  const same = await adminDb
    .selectFrom('tenants')
    .select('id')
    .where('id', '=', tenant.id)
    .where('legal_entity', '=', values.legal_entity)
    .where('reporting_entity_acer_code', '=', tenant.reportingEntityAcerCode)
    .where('channel_id', '=', tenant.channelId)
    .executeTakeFirst();
  if (same === undefined) {
    const sender = `the sender ${tenant.reportingEntityAcerCode} at the channel '${tenant.channelId}'`;
    throw new ConflictError({
      message: `There is another tenant with the id '${tenant.id}' or with ${sender}. Choose another id or channel.`,
    });
  }
  return { tenantId: tenant.id, created: false };
}
