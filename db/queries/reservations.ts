import type { Reservation } from '../../domain/risk/reservation.ts';
import type { Db, Tx } from '../client.ts';
import type { Row } from '../schema.ts';

export type ReservationState = Row<'reservations'>['state'];

/** What one trade version holds or uses of one limit. */
export type StoredReservation = Reservation & {
  readonly version: number;
  readonly state: ReservationState;
  readonly isOverride: boolean;
  readonly revision: number;
};

type OfVersion = { readonly tenantId: string; readonly tradeId: string; readonly version: number };

/** Every reservation of a trade, of all its versions, by limit and version. */
export async function listReservations(db: Db, input: { tenantId: string; tradeId: string }): Promise<StoredReservation[]> {
  const rows = await db
    .selectFrom('reservations')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .orderBy('limit_id')
    .orderBy('trade_version')
    .execute();
  return rows.map((row) => ({
    limitId: row.limit_id,
    amount: row.amount,
    held: row.held,
    version: row.trade_version,
    state: row.state,
    isOverride: row.is_override,
    revision: row.revision,
  }));
}

export async function insertReservations(
  tx: Tx,
  input: OfVersion & { reservations: readonly (Reservation & { readonly isOverride: boolean })[]; at: Date },
): Promise<void> {
  if (input.reservations.length === 0) return;
  await tx
    .insertInto('reservations')
    .values(
      input.reservations.map(({ limitId, amount, held, isOverride }) => ({
        tenant_id: input.tenantId,
        limit_id: limitId,
        trade_id: input.tradeId,
        trade_version: input.version,
        amount,
        held,
        state: 'held' as const,
        is_override: isOverride,
        created_at: input.at,
        updated_at: input.at,
      })),
    )
    .execute();
}

/** A reservation that was moved, with its new revision. */
export type MovedReservation = Reservation & { readonly revision: number };

/** Moves the reservations of one version that stand in `from` to `to`; gives those that moved. */
export async function moveReservations(
  tx: Tx,
  input: OfVersion & { from: ReservationState; to: ReservationState; at: Date },
): Promise<MovedReservation[]> {
  return await tx
    .updateTable('reservations')
    .set((eb) => ({ state: input.to, updated_at: input.at, revision: eb('revision', '+', 1) }))
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('trade_version', '=', input.version)
    .where('state', '=', input.from)
    .returning(['limit_id as limitId', 'amount', 'held', 'revision'])
    .execute();
}
