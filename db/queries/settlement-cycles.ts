import { sql } from 'kysely';
import { ConflictError, NotFoundError } from '../../domain/errors/app-error.ts';
import type { Db, Tx } from '../client.ts';
import type { CycleState, NewRow, Row, RowUpdate } from '../schema.ts';
import type { ListPosition } from './obligations.ts';

export type CycleRow = Row<'settlement_cycles'>;

export type CycleFilter = { readonly state?: CycleState; readonly counterpartyId?: string; readonly month?: string };

type OfCycle = { readonly tenantId: string; readonly counterpartyId: string; readonly agreementId: string; readonly deliveryMonth: string };

/** Opens the cycles that do not exist yet and gives back those it opened. */
export async function insertMissingCycles(tx: Tx, rows: readonly NewRow<'settlement_cycles'>[]): Promise<CycleRow[]> {
  if (rows.length === 0) return [];
  return await tx
    .insertInto('settlement_cycles')
    .values(rows)
    .onConflict((oc) => oc.columns(['tenant_id', 'counterparty_id', 'agreement_id', 'delivery_month']).doNothing())
    .returningAll()
    .execute();
}

export async function findCycle(db: Db, input: { tenantId: string; id: string }): Promise<CycleRow | undefined> {
  return await db
    .selectFrom('settlement_cycles')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
}

/** Throws `not-found`. */
export async function getCycle(db: Db, input: { tenantId: string; id: string }): Promise<CycleRow> {
  const row = await findCycle(db, input);
  if (row === undefined) throw new NotFoundError({ what: 'settlement cycle', id: input.id });
  return row;
}

/** Locks one cycle until the transaction ends. Throws `not-found`. */
export async function lockCycle(tx: Tx, input: { tenantId: string; id: string }): Promise<CycleRow> {
  const row = await tx
    .selectFrom('settlement_cycles')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'settlement cycle', id: input.id });
  return row;
}

/** Changes a cycle of exactly this revision and raises it by one. Throws `conflict` where somebody else was first. */
export async function updateCycle(
  tx: Tx,
  row: Pick<CycleRow, 'tenant_id' | 'id' | 'revision'>,
  set: Pick<RowUpdate<'settlement_cycles'>, 'state' | 'blocked_reason' | 'updated_at'>,
): Promise<CycleRow> {
  const updated = await tx
    .updateTable('settlement_cycles')
    .set({ ...set, revision: row.revision + 1 })
    .where('tenant_id', '=', row.tenant_id)
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .returningAll()
    .executeTakeFirst();
  if (updated === undefined) throw new ConflictError({ message: `The settlement cycle '${row.id}' was changed by somebody else.` });
  return updated;
}

/** Newest first. */
export async function listCycles(
  db: Db,
  input: { tenantId: string; filter: CycleFilter; after?: ListPosition; limit: number },
): Promise<CycleRow[]> {
  const { filter, after } = input;
  let query = db.selectFrom('settlement_cycles').selectAll().where('tenant_id', '=', input.tenantId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.counterpartyId !== undefined) query = query.where('counterparty_id', '=', filter.counterpartyId);
  if (filter.month !== undefined) query = query.where('delivery_month', '=', filter.month);
  if (after !== undefined) query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.at, after.id)));
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}

/** Trades of a cycle whose current version is still being checked or waits for a person, at most `limit`, oldest first. */
export async function listUndecidedTrades(
  db: Db,
  input: OfCycle & { firstDay: string; lastDay: string; limit: number },
): Promise<{ id: string; state: string }[]> {
  return await db
    .selectFrom('trades as t')
    .select(['t.id', 't.state'])
    .where('t.tenant_id', '=', input.tenantId)
    .where('t.counterparty_id', '=', input.counterpartyId)
    .where('t.state', 'in', ['captured', 'checking', 'held'])
    .where((eb) =>
      eb.or([
        eb.and([eb('t.delivery_start_date', '<=', input.lastDay), eb('t.delivery_end_date', '>=', input.firstDay)]),
        // What is booked delivers in the month even where the version that waits would move it elsewhere.
        eb.exists(
          eb
            .selectFrom('delivery_intervals as i')
            .select(sql`1`.as('one'))
            .whereRef('i.tenant_id', '=', 't.tenant_id')
            .whereRef('i.trade_id', '=', 't.id')
            .whereRef('i.trade_version', '=', 't.booked_version')
            .where('i.delivery_month', '=', input.deliveryMonth),
        ),
      ]),
    )
    .where('t.agreement_id', '=', input.agreementId)
    .orderBy('t.created_at')
    .orderBy('t.id')
    .limit(input.limit)
    .execute();
}

export type DeliveredTradeRow = { readonly tradeId: string; readonly version: number; readonly terms: unknown };

/** Booked versions that deliver in the month of a cycle, oldest trade first. Cancelled trades are left out. */
export async function listDeliveredTrades(db: Db, input: OfCycle & { limit: number }): Promise<DeliveredTradeRow[]> {
  return await db
    .selectFrom('trades as t')
    .innerJoin('trade_versions as v', (join) =>
      join.onRef('v.tenant_id', '=', 't.tenant_id').onRef('v.trade_id', '=', 't.id').onRef('v.version', '=', 't.booked_version'),
    )
    .select(['t.id as tradeId', 'v.version', 'v.terms'])
    .where('t.tenant_id', '=', input.tenantId)
    .where('t.counterparty_id', '=', input.counterpartyId)
    .where('t.state', 'in', ['booked', 'settled'])
    .where('v.kind', '!=', 'cancel')
    .where('t.agreement_id', '=', input.agreementId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('delivery_intervals as i')
          .select(sql`1`.as('one'))
          .whereRef('i.tenant_id', '=', 'v.tenant_id')
          .whereRef('i.trade_id', '=', 'v.trade_id')
          .whereRef('i.trade_version', '=', 'v.version')
          .where('i.delivery_month', '=', input.deliveryMonth),
      ),
    )
    .orderBy('t.created_at')
    .orderBy('t.id')
    .limit(input.limit)
    .execute();
}

/** Delivery intervals of these trade versions in one month, by trade and time. */
export async function listMonthIntervals(
  db: Db,
  input: { tenantId: string; deliveryMonth: string; trades: readonly { tradeId: string; version: number }[] },
): Promise<Row<'delivery_intervals'>[]> {
  if (input.trades.length === 0) return [];
  return await db
    .selectFrom('delivery_intervals')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('delivery_month', '=', input.deliveryMonth)
    .where((eb) =>
      eb(
        eb.refTuple('trade_id', 'trade_version'),
        'in',
        input.trades.map(({ tradeId, version }) => eb.tuple(tradeId, version)),
      ),
    )
    .orderBy('trade_id')
    .orderBy('start_at')
    .execute();
}

/** Locks those of the trades that are booked and not settled yet, in one order for all writers. */
export async function lockBookedTrades(
  tx: Tx,
  input: { tenantId: string; tradeIds: readonly string[] },
): Promise<{ id: string; revision: number }[]> {
  if (input.tradeIds.length === 0) return [];
  return await tx
    .selectFrom('trades')
    .select(['id', 'revision'])
    .where('tenant_id', '=', input.tenantId)
    .where('id', 'in', input.tradeIds)
    .where('state', '=', 'booked')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/**
 * Of the trades given, which have nothing left to do: each obligation accepted or withdrawn, and for each month in which the booked
 * version delivers a cycle that is settled or empty.
 */
export async function listFinishedTradeIds(tx: Tx, input: { tenantId: string; tradeIds: readonly string[] }): Promise<string[]> {
  if (input.tradeIds.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select t.id
    from trades t
    where t.tenant_id = ${input.tenantId} and t.id = any(${input.tradeIds}) and t.state = 'booked'
      and not exists (
        select from obligations o
        where o.tenant_id = t.tenant_id and o.trade_id = t.id and o.state not in ('accepted', 'withdrawn'))
      and not exists (
        select from (
          select distinct i.delivery_month from delivery_intervals i
          where i.tenant_id = t.tenant_id and i.trade_id = t.id and i.trade_version = t.booked_version) m
        left join settlement_cycles c on c.tenant_id = t.tenant_id and c.counterparty_id = t.counterparty_id
          and c.agreement_id = t.agreement_id and c.delivery_month = m.delivery_month
        where c.state is null or c.state not in ('settled', 'empty'))`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Marks locked trades as settled; gives back those that changed. */
export async function settleTrades(
  tx: Tx,
  input: { tenantId: string; tradeIds: readonly string[]; at: Date },
): Promise<{ id: string; revision: number }[]> {
  if (input.tradeIds.length === 0) return [];
  return await tx
    .updateTable('trades')
    .set((eb) => ({ state: 'settled', state_since: input.at, updated_at: input.at, revision: eb('revision', '+', 1) }))
    .where('tenant_id', '=', input.tenantId)
    .where('id', 'in', input.tradeIds)
    .where('state', '=', 'booked')
    .returning(['id', 'revision'])
    .execute();
}

/** Who and what a cycle is between. */
export type CyclePartiesRow = {
  readonly legalEntity: unknown;
  readonly counterparty: Row<'counterparties'>;
  readonly agreement: Pick<Row<'agreements'>, 'due_day' | 'calendar' | 'rounding_places'>;
};

/** Throws `not-found` where one of them is missing. */
export async function getCyclePartiesRow(
  db: Db,
  input: { tenantId: string; counterpartyId: string; agreementId: string },
): Promise<CyclePartiesRow> {
  const { rows } = await sql<Row<'counterparties'> & { legalEntity: unknown; due_day: number; calendar: string; rounding_places: number }>`
    select c.*, n.legal_entity as "legalEntity", a.due_day, a.calendar, a.rounding_places
    from counterparties c
    join tenants n on n.id = c.tenant_id
    join agreements a on a.tenant_id = c.tenant_id and a.id = ${input.agreementId}
    where c.tenant_id = ${input.tenantId} and c.id = ${input.counterpartyId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError({ what: 'counterparty', id: input.counterpartyId });
  const { legalEntity, due_day, calendar, rounding_places, ...counterparty } = row;
  return { legalEntity, counterparty, agreement: { due_day, calendar, rounding_places } };
}
