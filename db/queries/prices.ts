import { sql } from 'kysely';
import type { Tx } from '../client.ts';

export type PriceRow = {
  readonly curve_id: string;
  readonly quoted_on: string;
  readonly delivery_month: string;
  readonly price: string;
  readonly currency: string;
  readonly provenance: 'live' | 'imported' | 'simulated';
  readonly known_at: string;
};

/** Adds curve points that are not there; a point once known is never changed. Makes the partitions it needs. */
export async function insertPrices(
  tx: Tx,
  input: { tenantId: string; rows: readonly PriceRow[] },
): Promise<readonly { curve_id: string; quoted_on: string }[]> {
  if (input.rows.length === 0) return [];
  const days = input.rows.map((row) => row.quoted_on).toSorted();
  await sql`select ensure_month_partitions('prices', ${days[0]}::date, ${days.at(-1)}::date)`.execute(tx);
  const rows = input.rows.map((row) => ({ ...row, tenant_id: input.tenantId }));
  const result = await sql<{ curve_id: string; quoted_on: string }>`
    insert into prices (tenant_id, curve_id, quoted_on, delivery_month, price, currency, provenance, known_at)
    select tenant_id, curve_id, quoted_on, delivery_month, price, currency, provenance, known_at
    from jsonb_populate_recordset(null::prices, ${JSON.stringify(rows)}::jsonb)
    on conflict do nothing returning curve_id, quoted_on`.execute(tx);
  return result.rows;
}

/** The newest price of a curve and delivery month that was quoted on or before a day and known at an instant. */
export async function findLatestPrice(
  tx: Tx,
  input: { tenantId: string; curveId: string; deliveryMonth: string; quotedOnOrBefore: string; knownAt: Date },
): Promise<{ price: string; quotedOn: string; provenance: 'live' | 'imported' | 'simulated' } | undefined> {
  const row = await tx
    .selectFrom('prices')
    .select(['price', 'quoted_on', 'provenance'])
    .where('tenant_id', '=', input.tenantId)
    .where('curve_id', '=', input.curveId)
    .where('delivery_month', '=', input.deliveryMonth)
    .where('quoted_on', '<=', input.quotedOnOrBefore)
    .where('known_at', '<=', input.knownAt)
    .orderBy('quoted_on', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : { price: row.price, quotedOn: row.quoted_on, provenance: row.provenance };
}
