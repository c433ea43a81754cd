import { NotFoundError } from '../../domain/errors/app-error.ts';
import type { Db, Tx } from '../client.ts';
import type { NewRow, Row } from '../schema.ts';

/** An invoice without its PDF. */
export type InvoiceRow = Omit<Row<'invoices'>, 'document'>;
export type PaymentRow = Row<'payments'>;

const WITHOUT_DOCUMENT = [
  'tenant_id',
  'id',
  'cycle_id',
  'series',
  'year',
  'number',
  'invoice_number',
  'kind',
  'direction',
  'commodity',
  'currency',
  'net',
  'vat',
  'total',
  'issued_on',
  'due_on',
  'model',
  'sha256',
  'created_at',
] as const;

/**
 * Takes the next number of a series and year. The counter row stays locked until the transaction ends, so that a number is used
 * exactly where the transaction commits and there is never a gap. Lock series in the order of their names.
 */
export async function takeInvoiceNumber(tx: Tx, input: { tenantId: string; series: string; year: number }): Promise<number> {
  const { last_number } = await tx
    .insertInto('invoice_counters')
    .values({ tenant_id: input.tenantId, series: input.series, year: input.year, last_number: 1 })
    .onConflict((oc) =>
      oc.columns(['tenant_id', 'series', 'year']).doUpdateSet((eb) => ({ last_number: eb('invoice_counters.last_number', '+', 1) })),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  return last_number;
}

export async function insertInvoices(tx: Tx, rows: readonly NewRow<'invoices'>[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('invoices').values(rows).execute();
}

export async function insertInvoiceLines(tx: Tx, rows: readonly NewRow<'invoice_lines'>[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('invoice_lines').values(rows).execute();
}

/** Throws `not-found`. */
export async function getInvoiceRow(db: Db, input: { tenantId: string; id: string }): Promise<InvoiceRow> {
  const row = await db
    .selectFrom('invoices')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'invoice', id: input.id });
  return row;
}

/** Throws `not-found`. */
export async function getInvoiceDocument(
  db: Db,
  input: { tenantId: string; id: string },
): Promise<Pick<Row<'invoices'>, 'document' | 'sha256' | 'invoice_number'>> {
  const row = await db
    .selectFrom('invoices')
    .select(['document', 'sha256', 'invoice_number'])
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'invoice', id: input.id });
  return row;
}

/** Documents of these cycles, in order of direction and commodity: at most four a cycle. */
export async function listInvoicesOfCycles(db: Db, input: { tenantId: string; cycleIds: readonly string[] }): Promise<InvoiceRow[]> {
  if (input.cycleIds.length === 0) return [];
  return await db
    .selectFrom('invoices')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', input.tenantId)
    .where('cycle_id', 'in', input.cycleIds)
    .orderBy('cycle_id')
    .orderBy('direction', 'desc')
    .orderBy('commodity', 'desc')
    .execute();
}

/** Trades that the documents of a cycle settle. */
export async function listInvoicedTradeIds(db: Db, input: { tenantId: string; cycleId: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('invoice_lines as l')
    .innerJoin('invoices as i', (join) => join.onRef('i.tenant_id', '=', 'l.tenant_id').onRef('i.id', '=', 'l.invoice_id'))
    .select('l.trade_id')
    .distinct()
    .where('i.tenant_id', '=', input.tenantId)
    .where('i.cycle_id', '=', input.cycleId)
    .orderBy('l.trade_id')
    .execute();
  return rows.map(({ trade_id }) => trade_id);
}

export async function insertPayment(tx: Tx, row: NewRow<'payments'>): Promise<void> {
  await tx.insertInto('payments').values(row).execute();
}

/** Payments of these invoices: at most one each. */
export async function listPayments(db: Db, input: { tenantId: string; invoiceIds: readonly string[] }): Promise<PaymentRow[]> {
  if (input.invoiceIds.length === 0) return [];
  return await db
    .selectFrom('payments')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('invoice_id', 'in', input.invoiceIds)
    .execute();
}
