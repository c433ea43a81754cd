import type { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import { insertPrices } from '../../db/queries/prices.ts';
import {
  type ReferenceRow,
  type ReferenceTable,
  listReferenceRevisions,
  lockReferenceData,
  upsertLimits,
  upsertReference,
} from '../../db/queries/reference.ts';
import { ConflictError, ValidationError } from '../../domain/errors/app-error.ts';
import { fieldIssuesOfZod } from '../../domain/errors/zod-issues.ts';
import { type AuditEntry, writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { databaseRefusalOf } from '../trades/database-refusal.ts';
import { type ReferenceInput, referenceSchema } from './reference-schema.ts';
import { referenceRows } from './reference-rows.ts';

export type SeedReferenceResult = { readonly inserted: number; readonly changed: number; readonly pricesAdded: number };

/** A record that was written: its audit subject and whether it is new. */
type Written = { readonly subjectId: string; readonly inserted: boolean; readonly after: unknown };

const AUDIT_ENTRIES_PER_STATEMENT = 500;

/**
 * Brings a tenant's reference data to what is given: new rows are added, changed ones changed, none removed; the same input twice changes
 * nothing. One transaction; one audit event for each record that changed (curve points: one for each curve and day). An agreement stays
 * with its counterparty, a limit with its scope, and a curve point once known never changes.
 * Throws `forbidden` (admin only), `validation-failed` with wrong check digits and the like, `conflict` where a row names what is not there.
 */
export async function seedReference({ ctx, input }: { ctx: ServiceContext; input: ReferenceInput }): Promise<SeedReferenceResult> {
  authorise(ctx, { allowed: ['admin'], action: 'change reference data' });
  const parsed = referenceSchema.safeParse(input);
  if (!parsed.success) throw new ValidationError(fieldIssuesOfZod(parsed.error));
  return await withTenant(ctx.db, ctx.tenantId, (tx) => seedIn(tx, ctx, parsed.data));
}

async function seedIn(tx: Tx, ctx: ServiceContext, data: z.output<typeof referenceSchema>): Promise<SeedReferenceResult> {
  const now = ctx.clock.now();
  await lockReferenceData(tx, { tenantId: ctx.tenantId });
  const rows = referenceRows(data, now);
  const written = [
    ...(await upsert(tx, ctx, { table: 'users', kind: 'user', rows: rows.users })),
    ...(await upsert(tx, ctx, { table: 'counterparties', kind: 'counterparty', rows: rows.counterparties })),
    ...(await upsert(tx, ctx, { table: 'agreements', kind: 'agreement', rows: rows.agreements })),
    ...(await upsert(tx, ctx, { table: 'books', kind: 'book', rows: rows.books })),
    ...(await upsert(tx, ctx, { table: 'traders', kind: 'trader', rows: rows.traders })),
    ...(await upsert(tx, ctx, { table: 'restrictions', kind: 'restriction', rows: rows.restrictions })),
  ];
  const limits = await upsertLimits(tx, { tenantId: ctx.tenantId, now, rows: rows.limits });
  const points = await insertPrices(tx, { tenantId: ctx.tenantId, rows: rows.prices });
  await auditReference(tx, ctx, [...written, ...curveDays(points)]);
  await auditInBatches(
    ctx,
    tx,
    limits.map((limit) => limitEntry(limit, rows.limits)),
  );
  return {
    inserted: written.filter((one) => one.inserted).length + limits.filter((limit) => limit.revision === 1).length,
    changed: written.filter((one) => !one.inserted).length + limits.filter((limit) => limit.revision > 1).length,
    pricesAdded: points.length,
  };
}

async function upsert<T extends ReferenceTable>(
  tx: Tx,
  ctx: ServiceContext,
  input: { table: T; kind: string; rows: readonly ReferenceRow<T>[] },
): Promise<readonly Written[]> {
  const changed = await upsertReference(tx, { table: input.table, tenantId: ctx.tenantId, now: ctx.clock.now(), rows: input.rows }).catch(
    (error: unknown) => {
      if (databaseRefusalOf(error)?.kind !== 'foreignKey') throw error;
      throw new ConflictError({ message: `One of the ${input.table} names a counterparty that is not in the reference data.` });
    },
  );
  return changed.map(({ id, inserted }) => ({
    subjectId: `${input.kind}/${id}`,
    inserted,
    after: input.rows.find((row) => row.id === id),
  }));
}

/** Curve points are recorded by curve and day: a curve of a day comes as a whole. */
function curveDays(points: readonly { curve_id: string; quoted_on: string }[]): readonly Written[] {
  const counts = new Map<string, number>();
  for (const point of points) {
    const subjectId = `prices/${point.curve_id}/${point.quoted_on}`;
    counts.set(subjectId, (counts.get(subjectId) ?? 0) + 1);
  }
  return [...counts].map(([subjectId, pointsAdded]) => ({ subjectId, inserted: true, after: { pointsAdded } }));
}

async function auditReference(tx: Tx, ctx: ServiceContext, written: readonly Written[]): Promise<void> {
  const subjectIds = written.map((one) => one.subjectId);
  const revisions = await listReferenceRevisions(tx, { tenantId: ctx.tenantId, subjectIds });
  const entries = written.map((one): AuditEntry => {
    const revision = (revisions.get(one.subjectId) ?? 0) + 1;
    const action = revision === 1 ? 'reference.created' : 'reference.changed';
    return { subjectKind: 'reference', subjectId: one.subjectId, revision, action, after: one.after };
  });
  await auditInBatches(ctx, tx, entries);
}

function limitEntry(limit: { id: string; revision: number }, rows: readonly { id: string }[]): AuditEntry {
  return {
    subjectKind: 'limit',
    subjectId: limit.id,
    revision: limit.revision,
    action: limit.revision === 1 ? 'limit.created' : 'limit.changed',
    after: rows.find((row) => row.id === limit.id),
  };
}

async function auditInBatches(ctx: ServiceContext, tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += AUDIT_ENTRIES_PER_STATEMENT) {
    await writeAudit(ctx, tx, entries.slice(start, start + AUDIT_ENTRIES_PER_STATEMENT));
  }
}
