import { type Insertable, type Selectable, sql } from 'kysely';
import type { Tx } from '../client.ts';
import type { ExceptionKind, ExceptionsTable } from '../schema.ts';

export type ExceptionRow = Selectable<ExceptionsTable>;

/** A literal, never a parameter: the generic plan of a prepared statement could not tell that the partial index is meant. */
const OPEN = sql.lit<'open'>('open');

/** Opens an exception unless one of this kind is open for the subject; nothing where one is. */
export async function insertException(tx: Tx, row: Insertable<ExceptionsTable>): Promise<ExceptionRow | undefined> {
  return await tx
    .insertInto('exceptions')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'subject_id']).where('state', '=', OPEN).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findException(tx: Tx, input: { tenantId: string; exceptionId: string }): Promise<ExceptionRow | undefined> {
  return await tx
    .selectFrom('exceptions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.exceptionId)
    .executeTakeFirst();
}

export async function findOpenException(
  tx: Tx,
  input: { tenantId: string; kind: ExceptionKind; subjectId: string },
): Promise<ExceptionRow | undefined> {
  return await tx
    .selectFrom('exceptions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('kind', '=', input.kind)
    .where('subject_id', '=', input.subjectId)
    .where('state', '=', OPEN)
    .executeTakeFirst();
}

/** Closes one that is open; gives its new revision, or nothing where it is not open (or not at the revision expected). */
export async function updateExceptionResolved(
  tx: Tx,
  input: {
    tenantId: string;
    exceptionId: string;
    expectedRevision?: number;
    resolution: string;
    resolvedBy: string;
    now: Date;
  },
): Promise<number | undefined> {
  let query = tx
    .updateTable('exceptions')
    .set((row) => ({
      state: 'resolved',
      resolution: input.resolution,
      resolved_by: input.resolvedBy,
      resolved_at: input.now,
      revision: row('revision', '+', 1),
    }))
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.exceptionId)
    .where('state', '=', 'open');
  if (input.expectedRevision !== undefined) query = query.where('revision', '=', input.expectedRevision);
  return (await query.returning('revision').executeTakeFirst())?.revision;
}

export type ExceptionFilters = {
  readonly state?: 'open' | 'resolved';
  readonly kind?: ExceptionKind;
  readonly ownerRole?: string;
  readonly tradeId?: string;
};

/** Newest first, then by id; `after` is the last row of the page before. */
export async function listExceptions(
  tx: Tx,
  input: { tenantId: string; filters: ExceptionFilters; limit: number; after?: { at: Date; id: string } },
): Promise<readonly ExceptionRow[]> {
  const { filters, after } = input;
  let query = tx.selectFrom('exceptions').selectAll().where('tenant_id', '=', input.tenantId);
  if (filters.state !== undefined) query = query.where('state', '=', filters.state);
  if (filters.kind !== undefined) query = query.where('kind', '=', filters.kind);
  if (filters.ownerRole !== undefined) query = query.where('owner_role', '=', filters.ownerRole);
  if (filters.tradeId !== undefined) query = query.where('trade_id', '=', filters.tradeId);
  if (after !== undefined) query = query.where(sql<boolean>`(since, id) < (${after.at}, ${after.id})`);
  return await query.orderBy('since', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}
