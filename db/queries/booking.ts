import { sql } from 'kysely';
import { AppError, ConflictError, NotFoundError } from '../../domain/errors/app-error.ts';
import type { DeliveryInterval } from '../../domain/settlement/delivery-intervals.ts';
import { type CalendarName, isCalendarName } from '../../domain/time/calendar.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import type { TradeEventKind, TradeState, TradeTerms } from '../../domain/trade/trade-terms.ts';
import type { Tx } from '../client.ts';
import type { NewRow, Row } from '../schema.ts';

export type VersionState = Row<'trade_versions'>['state'];

type OfVersion = { readonly tenantId: string; readonly tradeId: string; readonly version: number };

/** One trade and one of its versions, locked for a step of its way. */
export type LockedTrade = {
  readonly tradeId: string;
  readonly version: number;
  readonly kind: TradeEventKind;
  readonly terms: TradeTerms;
  readonly versionState: VersionState;
  readonly tradeState: TradeState;
  readonly bookedVersion: number | undefined;
  /** Revision of the trade. */
  readonly revision: number;
  readonly createdBy: string;
  readonly versionCreatedAt: Date;
};

/** Delivery intervals of one statement; each is an element of seven arrays. */
const INTERVALS_PER_INSERT_MAX = 5_000;

/**
 * Locks the trade and the version until the transaction ends, so that steps of one trade follow each other.
 * Throws `not-found`.
 */
export async function lockTradeVersion(tx: Tx, input: OfVersion): Promise<LockedTrade> {
  const row = await tx
    .selectFrom('trades as t')
    .innerJoin('trade_versions as v', (join) => join.onRef('v.tenant_id', '=', 't.tenant_id').onRef('v.trade_id', '=', 't.id'))
    .select(['t.state as tradeState', 't.booked_version as bookedVersion', 't.revision'])
    .select(['v.kind', 'v.terms', 'v.state as versionState', 'v.created_by as createdBy', 'v.created_at as versionCreatedAt'])
    .where('t.tenant_id', '=', input.tenantId)
    .where('t.id', '=', input.tradeId)
    .where('v.version', '=', input.version)
    .forUpdate(['t', 'v'])
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'trade version', id: `${input.tradeId} v${input.version}` });
  return {
    tradeId: input.tradeId,
    version: input.version,
    kind: row.kind,
    terms: readStoredTerms(row.terms),
    versionState: row.versionState,
    tradeState: tradeStateOf(row.tradeState),
    bookedVersion: row.bookedVersion ?? undefined,
    revision: row.revision,
    createdBy: row.createdBy,
    versionCreatedAt: row.versionCreatedAt,
  };
}

/** Moves a locked trade and its version to new states in one statement; gives the trade's new revision. Throws `conflict`. */
export async function moveTrade(
  tx: Tx,
  input: {
    tenantId: string;
    trade: Pick<LockedTrade, 'tradeId' | 'version' | 'revision'>;
    tradeState: TradeState;
    versionState: VersionState;
    /** True where this version becomes the booked one. */
    isBooking?: boolean;
    /** The terms that are in force again, where a refused version had put its own into the trade's columns. */
    restored?: Pick<TradeTerms, 'bookId' | 'traderId' | 'agreementId' | 'deliveryStartDate' | 'deliveryEndDate'>;
    at: Date;
  },
): Promise<number> {
  const { tenantId, trade, at, restored } = input;
  const { rows } = await sql<{ revision: number }>`
    with version as (
      update trade_versions set state = ${input.versionState}
      where tenant_id = ${tenantId} and trade_id = ${trade.tradeId} and version = ${trade.version})
    update trades set
      state = ${input.tradeState},
      state_since = case when state = ${input.tradeState} then state_since else ${at} end,
      booked_version = case when ${input.isBooking ?? false} then ${trade.version}::int else booked_version end,
      book_id = coalesce(${restored?.bookId ?? null}::text, book_id),
      trader_id = coalesce(${restored?.traderId ?? null}::text, trader_id),
      agreement_id = coalesce(${restored?.agreementId ?? null}::text, agreement_id),
      delivery_start_date = coalesce(${restored?.deliveryStartDate ?? null}::date, delivery_start_date),
      delivery_end_date = coalesce(${restored?.deliveryEndDate ?? null}::date, delivery_end_date),
      revision = revision + 1,
      updated_at = ${at}
    where tenant_id = ${tenantId} and id = ${trade.tradeId} and revision = ${trade.revision}
    returning revision`.execute(tx);
  const [moved] = rows;
  if (moved === undefined) throw new ConflictError({ message: `The trade '${trade.tradeId}' was changed by somebody else.` });
  return moved.revision;
}

/** Kind and terms of one version, read without a lock: versions never change them. Throws `not-found`. */
export async function getVersionTerms(tx: Tx, input: OfVersion): Promise<{ kind: TradeEventKind; terms: TradeTerms }> {
  const row = await tx
    .selectFrom('trade_versions')
    .select(['kind', 'terms'])
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('version', '=', input.version)
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'trade version', id: `${input.tradeId} v${input.version}` });
  return { kind: row.kind, terms: readStoredTerms(row.terms) };
}

/** How far the checks of a version have come, in one query. */
export type Clearance = {
  readonly riskAssessed: boolean;
  readonly complianceChecked: boolean;
  readonly isHeld: boolean;
  readonly isBlocked: boolean;
  readonly isApproved: boolean;
};

export async function getClearance(tx: Tx, input: OfVersion): Promise<Clearance> {
  const { rows } = await sql<Clearance>`
    select coalesce(bool_or(stage = 'risk'), false) as "riskAssessed",
      coalesce(bool_or(stage = 'compliance'), false) as "complianceChecked",
      coalesce(bool_or(outcome = 'hold'), false) as "isHeld",
      coalesce(bool_or(outcome = 'block'), false) as "isBlocked",
      exists (
        select from approvals a where a.tenant_id = ${input.tenantId} and a.trade_id = ${input.tradeId}
          and a.trade_version = ${input.version} and a.decision = 'approve') as "isApproved"
    from decisions
    where tenant_id = ${input.tenantId} and trade_id = ${input.tradeId} and trade_version = ${input.version}
      and stage in ('risk', 'compliance')`.execute(tx);
  const [clearance] = rows;
  if (clearance === undefined) throw new Error('an aggregate gives one row');
  return clearance;
}

/** Reference data that booking needs: both parties as ACER knows them, and the calendar of the agreement. */
export type BookingReference = { readonly ownAcerCode: string; readonly counterpartyAcerCode: string; readonly calendar: CalendarName };

/** Throws `reference-data-missing` where one of them is not there. */
export async function getBookingReference(
  tx: Tx,
  input: { tenantId: string; counterpartyId: string; agreementId: string },
): Promise<BookingReference> {
  const { rows } = await sql<{ own: string | null; other: string; calendar: string }>`
    select t.legal_entity ->> 'acerCode' as own, c.acer_code as other, a.calendar
    from tenants t, counterparties c, agreements a
    where t.id = ${input.tenantId}
      and c.tenant_id = ${input.tenantId} and c.id = ${input.counterpartyId}
      and a.tenant_id = ${input.tenantId} and a.id = ${input.agreementId}`.execute(tx);
  const [row] = rows;
  if (row === undefined || row.own === null || !isCalendarName(row.calendar)) {
    throw new AppError({
      code: 'reference-data-missing',
      message: `The ACER codes of both parties or the calendar of the agreement '${input.agreementId}' are not known.`,
      details: input,
    });
  }
  return { ownAcerCode: row.own, counterpartyAcerCode: row.other, calendar: row.calendar };
}

/** What was to be reported of a trade under one regime, in the order of the sequence. */
export async function listReportHistory(
  tx: Tx,
  input: { tenantId: string; tradeId: string; regime: 'REMIT' },
): Promise<Pick<Row<'obligations'>, 'id' | 'trade_version' | 'uti' | 'action' | 'sequence' | 'state'>[]> {
  return await tx
    .selectFrom('obligations')
    .select(['id', 'trade_version', 'uti', 'action', 'sequence', 'state'])
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('regime', '=', input.regime)
    .orderBy('trade_version')
    .orderBy('sequence')
    .execute();
}

/** Stores an obligation unless its UTI and sequence are taken; says whether it did. Waits for a booking that takes the same one. */
export async function insertObligationIfFree(tx: Tx, row: NewRow<'obligations'>): Promise<boolean> {
  const inserted = await tx
    .insertInto('obligations')
    .values(row)
    .onConflict((oc) => oc.columns(['tenant_id', 'regime', 'uti', 'sequence']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The highest UTI between two, both included; undefined where none is taken. */
export async function findHighestUti(
  tx: Tx,
  input: { tenantId: string; regime: 'REMIT'; from: string; to: string },
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('obligations')
    .select('uti')
    .where('tenant_id', '=', input.tenantId)
    .where('regime', '=', input.regime)
    .where('uti', '>=', input.from)
    .where('uti', '<=', input.to)
    .orderBy('uti', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.uti;
}

/** The settlement cycle of one counterparty, agreement and month. */
export type CycleKey = { readonly counterpartyId: string; readonly agreementId: string; readonly deliveryMonth: string };

/**
 * Locks those of the cycles that exist against a settlement that would move them meanwhile. Shared, so that bookings of one month do not
 * wait for each other.
 */
export async function lockExistingCycles(
  tx: Tx,
  input: { tenantId: string; keys: readonly CycleKey[] },
): Promise<Row<'settlement_cycles'>[]> {
  if (input.keys.length === 0) return [];
  return await tx
    .selectFrom('settlement_cycles')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where((eb) =>
      eb(
        eb.refTuple('counterparty_id', 'agreement_id', 'delivery_month'),
        'in',
        input.keys.map((key) => eb.tuple(key.counterpartyId, key.agreementId, key.deliveryMonth)),
      ),
    )
    .orderBy('id')
    .forShare()
    .execute();
}

/** Makes the partitions that delivery from `fromDate` to `toDate` needs; those that exist stay as they are. */
export async function ensureDeliveryPartitions(tx: Tx, input: { fromDate: string; toDate: string }): Promise<void> {
  await sql`select ensure_month_partitions('delivery_intervals', ${input.fromDate}::date, ${input.toDate}::date)`.execute(tx);
}

/** Stores the delivery intervals of a version, many to a statement. */
export async function insertDeliveryIntervals(tx: Tx, input: OfVersion & { intervals: readonly DeliveryInterval[] }): Promise<void> {
  for (let from = 0; from < input.intervals.length; from += INTERVALS_PER_INSERT_MAX) {
    const part = input.intervals.slice(from, from + INTERVALS_PER_INSERT_MAX);
    await sql`
      insert into delivery_intervals (tenant_id, trade_id, trade_version, start_at, end_at, delivery_month, quantity_mw, energy_mwh)
      select ${input.tenantId}, ${input.tradeId}, ${input.version}::int, i.* from unnest(
        ${part.map(({ startAt }) => startAt)}::timestamptz[],
        ${part.map(({ endAt }) => endAt)}::timestamptz[],
        ${part.map(({ deliveryMonth }) => deliveryMonth)}::text[],
        ${part.map(({ quantityMw }) => quantityMw)}::numeric[],
        ${part.map(({ energyMwh }) => energyMwh)}::numeric[]) as i`.execute(tx);
  }
}

const TRADE_STATES: readonly TradeState[] = ['captured', 'checking', 'held', 'rejected', 'booked', 'cancelled', 'settled'];

function tradeStateOf(text: string): TradeState {
  const state = TRADE_STATES.find((known) => known === text);
  if (state === undefined) throw new Error(`'${text}' is not a state of a trade`);
  return state;
}
