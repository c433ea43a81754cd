import { sql } from 'kysely';
import { ConflictError, NotFoundError } from '../../domain/errors/app-error.ts';
import type { Db, Tx } from '../client.ts';
import type { NewRow, ObligationState, Row, RowUpdate } from '../schema.ts';

export type ObligationRow = Row<'obligations'>;

/** What a list of obligations may be narrowed to; each absent filter lets everything pass. */
export type ObligationFilter = {
  readonly state?: ObligationState;
  readonly regime?: string;
  readonly dueBefore?: Date;
  readonly tradeId?: string;
};

/** The last row of the page before: newest first, ties by id. */
export type ListPosition = { readonly at: Date; readonly id: string };

const FINAL_STATES: readonly ObligationState[] = ['accepted', 'withdrawn'];

export async function insertObligations(tx: Tx, rows: readonly NewRow<'obligations'>[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('obligations').values(rows).execute();
}

export async function findObligation(db: Db, input: { tenantId: string; id: string }): Promise<ObligationRow | undefined> {
  return await db
    .selectFrom('obligations')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
}

/** Locks one obligation until the transaction ends. Throws `not-found`. */
export async function lockObligation(tx: Tx, input: { tenantId: string; id: string }): Promise<ObligationRow> {
  const row = await tx
    .selectFrom('obligations')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'obligation', id: input.id });
  return row;
}

/** Locks the first obligation of a UTI that is neither accepted nor withdrawn: the only one that may be worked on. */
export async function lockNextObligation(
  tx: Tx,
  input: { tenantId: string; regime: 'REMIT' | 'EMIR_EU' | 'EMIR_UK'; uti: string },
): Promise<ObligationRow | undefined> {
  return await tx
    .selectFrom('obligations')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('regime', '=', input.regime)
    .where('uti', '=', input.uti)
    .where('state', 'not in', FINAL_STATES)
    .orderBy('sequence')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
}

/** Changes an obligation of exactly this revision and raises it by one. Throws `conflict` where somebody else was first. */
export async function updateObligation(
  tx: Tx,
  row: Pick<ObligationRow, 'tenant_id' | 'id' | 'revision'>,
  set: Omit<RowUpdate<'obligations'>, 'revision' | 'tenant_id' | 'id'>,
): Promise<ObligationRow> {
  const updated = await tx
    .updateTable('obligations')
    .set({ ...set, revision: row.revision + 1 })
    .where('tenant_id', '=', row.tenant_id)
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .returningAll()
    .executeTakeFirst();
  if (updated === undefined) throw new ConflictError({ message: `The obligation '${row.id}' was changed by somebody else.` });
  return updated;
}

/** Newest first. */
export async function listObligations(
  db: Db,
  input: { tenantId: string; filter: ObligationFilter; after?: ListPosition; limit: number },
): Promise<ObligationRow[]> {
  const { filter, after } = input;
  let query = db.selectFrom('obligations').selectAll().where('tenant_id', '=', input.tenantId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.regime !== undefined) query = query.where((eb) => eb(eb.cast<string>('regime', 'text'), '=', filter.regime ?? ''));
  if (filter.dueBefore !== undefined) query = query.where('due_at', '<', filter.dueBefore);
  if (filter.tradeId !== undefined) query = query.where('trade_id', '=', filter.tradeId);
  if (after !== undefined) query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.at, after.id)));
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}

/** True where this request has repaired this obligation before: the audit trail knows. */
export async function findRepairOfRequest(db: Db, input: { tenantId: string; obligationId: string; requestId: string }): Promise<boolean> {
  const row = await db
    .selectFrom('audit_events')
    .select('id')
    .where('tenant_id', '=', input.tenantId)
    .where('subject_kind', '=', 'obligation')
    .where('subject_id', '=', input.obligationId)
    .where('action', '=', 'obligation.repaired')
    .where('request_id', '=', input.requestId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What a report is made of beside the obligation itself. */
export type ReportBasisRow = {
  readonly terms: unknown;
  readonly versionCreatedAt: Date;
  readonly legalEntity: unknown;
  readonly reportingEntityAcerCode: string;
  readonly channelId: string;
  readonly counterparty: Row<'counterparties'>;
};

/** Reads terms of the version, our own entity and the other side in one go. Throws `not-found` where one of them is missing. */
export async function getReportBasis(db: Db, input: { tenantId: string; tradeId: string; tradeVersion: number }): Promise<ReportBasisRow> {
  const { rows } = await sql<Omit<ReportBasisRow, 'counterparty'> & Row<'counterparties'>>`
    select c.*, v.terms, v.created_at as "versionCreatedAt", n.legal_entity as "legalEntity",
      n.reporting_entity_acer_code as "reportingEntityAcerCode", n.channel_id as "channelId"
    from trade_versions v
    join tenants n on n.id = v.tenant_id
    join counterparties c on c.tenant_id = v.tenant_id and c.id = v.terms ->> 'counterpartyId'
    where v.tenant_id = ${input.tenantId} and v.trade_id = ${input.tradeId} and v.version = ${input.tradeVersion}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError({ what: 'trade version', id: `${input.tradeId} v${input.tradeVersion}` });
  const { terms, versionCreatedAt, legalEntity, reportingEntityAcerCode, channelId, ...counterparty } = row;
  return { terms, versionCreatedAt, legalEntity, reportingEntityAcerCode, channelId, counterparty };
}
