import { type Selectable, sql } from 'kysely';
import type { Tx } from '../client.ts';
import type {
  AgreementsTable,
  BooksTable,
  CounterpartiesTable,
  LimitsTable,
  RestrictionsTable,
  TenantsTable,
  TradersTable,
  UsersTable,
} from '../schema.ts';

export async function findTenant(tx: Tx, input: { tenantId: string }): Promise<Selectable<TenantsTable> | undefined> {
  return await tx.selectFrom('tenants').selectAll().where('id', '=', input.tenantId).executeTakeFirst();
}

/** Which of the four exist; an agreement counts only where it is one with that counterparty. */
export async function findReferences(
  tx: Tx,
  input: { tenantId: string; counterpartyId: string; bookId: string; traderId: string; agreementId: string },
): Promise<{ counterparty: boolean; book: boolean; trader: boolean; agreement: boolean }> {
  const { tenantId } = input;
  const result = await sql<{ counterparty: boolean; book: boolean; trader: boolean; agreement: boolean }>`select
    exists (select from counterparties where tenant_id = ${tenantId} and id = ${input.counterpartyId}) as counterparty,
    exists (select from books where tenant_id = ${tenantId} and id = ${input.bookId}) as book,
    exists (select from traders where tenant_id = ${tenantId} and id = ${input.traderId}) as trader,
    exists (select from agreements where tenant_id = ${tenantId} and id = ${input.agreementId}
      and counterparty_id = ${input.counterpartyId}) as agreement`.execute(tx);
  const [row] = result.rows;
  if (row === undefined) throw new Error('a select without from gave no row');
  return row;
}

/** The tables that `upsertReference` may write, and the columns that a second seed may change. */
const CHANGEABLE = {
  users: ['name', 'role', 'active'],
  counterparties: ['name', 'lei', 'acer_code', 'eic', 'address', 'vat_number', 'is_taxable_dealer', 'iban', 'bic'],
  agreements: ['name', 'due_day', 'calendar', 'rounding_places'],
  books: ['name'],
  traders: ['name', 'mandate'],
  restrictions: ['subject_kind', 'subject_id', 'reason', 'valid_from', 'valid_to'],
} as const;

export type ReferenceTable = keyof typeof CHANGEABLE;

type RowOf = {
  users: Omit<Selectable<UsersTable>, 'tenant_id' | 'created_at'>;
  counterparties: Omit<Selectable<CounterpartiesTable>, 'tenant_id' | 'created_at'>;
  agreements: Omit<Selectable<AgreementsTable>, 'tenant_id' | 'created_at'>;
  books: Omit<Selectable<BooksTable>, 'tenant_id' | 'created_at'>;
  traders: Omit<Selectable<TradersTable>, 'tenant_id' | 'created_at'>;
  restrictions: Omit<Selectable<RestrictionsTable>, 'tenant_id' | 'created_at'>;
};
export type ReferenceRow<T extends ReferenceTable> = RowOf[T];

/**
 * Writes rows that are new or changed, all in one statement, and names them; rows that are there as given are left alone.
 * `jsonb` columns take JSON values, not text.
 */
export async function upsertReference<T extends ReferenceTable>(
  tx: Tx,
  input: { table: T; tenantId: string; now: Date; rows: readonly ReferenceRow<T>[] },
): Promise<readonly { id: string; inserted: boolean }[]> {
  if (input.rows.length === 0) return [];
  const table = sql.table(input.table);
  const rows = input.rows.map((row) => ({ ...row, tenant_id: input.tenantId, created_at: input.now }));
  const columns = Object.keys(rows[0] ?? {});
  const list = sql.join(columns.map((column) => sql.ref(column)));
  const changeable = CHANGEABLE[input.table];
  const current = sql.join(changeable.map((column) => sql.ref(`${input.table}.${column}`)));
  const given = sql.join(changeable.map((column) => sql.ref(`excluded.${column}`)));
  const sets = sql.join(changeable.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`));
  const result = await sql<{ id: string; inserted: boolean }>`
    insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(rows)}::jsonb)
    on conflict (tenant_id, id) do update set ${sets} where (${current}) is distinct from (${given})
    returning id, xmax = 0 as inserted`.execute(tx);
  return result.rows;
}

export type LimitRow = Pick<Selectable<LimitsTable>, 'id' | 'scope' | 'scope_id' | 'commodity' | 'measure' | 'bound' | 'warn_ratio'>;

/** Writes limits that are new or whose bound or warning ratio changed; what is used and reserved stays. Gives the new revisions. */
export async function upsertLimits(
  tx: Tx,
  input: { tenantId: string; now: Date; rows: readonly LimitRow[] },
): Promise<readonly { id: string; revision: number }[]> {
  if (input.rows.length === 0) return [];
  const rows = input.rows.map((row) => ({ ...row, tenant_id: input.tenantId, created_at: input.now, updated_at: input.now }));
  const result = await sql<{ id: string; revision: number }>`
    insert into limits (tenant_id, id, scope, scope_id, commodity, measure, bound, warn_ratio, created_at, updated_at)
    select tenant_id, id, scope, scope_id, commodity, measure, bound, warn_ratio, created_at, updated_at
    from jsonb_populate_recordset(null::limits, ${JSON.stringify(rows)}::jsonb)
    on conflict (tenant_id, id) do update set bound = excluded.bound, warn_ratio = excluded.warn_ratio,
      updated_at = excluded.updated_at, revision = limits.revision + 1
    where (limits.bound, limits.warn_ratio) is distinct from (excluded.bound, excluded.warn_ratio)
    returning id, revision`.execute(tx);
  return result.rows;
}

/** The highest revision that the audit trail names of each reference record; records without one are left out. */
export async function listReferenceRevisions(
  tx: Tx,
  input: { tenantId: string; subjectIds: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  if (input.subjectIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('audit_events')
    .select((of) => ['subject_id', of.fn.max('revision').as('revision')])
    .where('tenant_id', '=', input.tenantId)
    .where('subject_kind', '=', 'reference')
    .where('subject_id', 'in', [...input.subjectIds])
    .groupBy('subject_id')
    .execute();
  return new Map(rows.map((row) => [row.subject_id, row.revision]));
}

/** One writer of reference data of a tenant at a time, until the end of the transaction: revisions stay contiguous. */
export async function lockReferenceData(tx: Tx, input: { tenantId: string }): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('reference'), hashtext(${input.tenantId}))`.execute(tx);
}
