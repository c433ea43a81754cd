import { sql } from 'kysely';
import { ConflictError } from '../../domain/errors/app-error.ts';
import { decimal, decimalText } from '../../domain/money/decimal.ts';
import type { LimitState } from '../../domain/risk/limit.ts';
import type { LimitDelta } from '../../domain/risk/reservation.ts';
import type { Commodity } from '../../domain/trade/trade-terms.ts';
import type { Db, Tx } from '../client.ts';
import type { Row } from '../schema.ts';

export type LimitRow = Row<'limits'>;

/** What a limit's scope may name. */
export type LimitSubject = {
  readonly bookId: string;
  readonly traderId: string;
  readonly counterpartyId: string;
  readonly commodity: Commodity;
};

/** How a limit stood before a change, and how it stands after it. */
export type ChangedLimit = {
  readonly id: string;
  readonly revision: number;
  readonly before: { readonly used: string; readonly reserved: string };
  readonly after: { readonly used: string; readonly reserved: string };
};

/**
 * Locks every limit that concerns a trade until the transaction ends. All writers lock limits in the order of their ids, so that no two
 * of them wait for each other.
 */
export async function lockConcernedLimits(tx: Tx, input: { tenantId: string; subject: LimitSubject }): Promise<LimitState[]> {
  const { tenantId, subject } = input;
  const rows = await tx
    .selectFrom('limits')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb.or([eb('commodity', 'is', null), eb('commodity', '=', subject.commodity)]))
    .where((eb) =>
      eb.or([
        eb('scope', '=', 'tenant'),
        eb.and([eb('scope', '=', 'book'), eb('scope_id', '=', subject.bookId)]),
        eb.and([eb('scope', '=', 'trader'), eb('scope_id', '=', subject.traderId)]),
        eb.and([eb('scope', '=', 'counterparty'), eb('scope_id', '=', subject.counterpartyId)]),
      ]),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(limitStateOf);
}

/**
 * Locks limits in the order of their ids and changes them in one statement, each revision raised by one. With `keepBounds` a limit that a
 * growing reservation would take over its bound is not changed, and then none is: throws `conflict`.
 */
export async function applyLimitDeltas(
  tx: Tx,
  input: { tenantId: string; deltas: readonly LimitDelta[]; keepBounds: boolean; at: Date },
): Promise<ChangedLimit[]> {
  const { tenantId, deltas, keepBounds, at } = input;
  if (deltas.length === 0) return [];
  const ids = deltas.map(({ limitId }) => limitId);
  const { rows } = await sql<{ id: string; revision: number } & Record<'used' | 'reserved' | 'used_before' | 'reserved_before', string>>`
    with locked as materialized (
      select id from limits where tenant_id = ${tenantId} and id = any(${ids}) order by id for update)
    update limits l
    set used = l.used + d.used, reserved = l.reserved + d.reserved, revision = l.revision + 1, updated_at = ${at}
    from locked, unnest(
      ${ids}::text[], ${deltas.map(({ used }) => used)}::numeric[], ${deltas.map(({ reserved }) => reserved)}::numeric[]) as d (id, used, reserved)
    where l.tenant_id = ${tenantId} and l.id = locked.id and d.id = locked.id
      and (not ${keepBounds} or d.used + d.reserved <= 0 or l.used + d.used + l.reserved + d.reserved <= l.bound)
    returning l.id, l.revision, l.used::text as used, l.reserved::text as reserved,
      (l.used - d.used)::text as used_before, (l.reserved - d.reserved)::text as reserved_before`.execute(tx);
  if (rows.length !== deltas.length) {
    throw new ConflictError({ message: `Of ${deltas.length} limits only ${rows.length} could be changed; nothing was.` });
  }
  return rows.map(({ id, revision, used, reserved, used_before, reserved_before }) => ({
    id,
    revision,
    before: { used: shortest(used_before), reserved: shortest(reserved_before) },
    after: { used: shortest(used), reserved: shortest(reserved) },
  }));
}

export async function listLimits(db: Db, input: { tenantId: string; limit: number }): Promise<LimitRow[]> {
  return await db.selectFrom('limits').selectAll().where('tenant_id', '=', input.tenantId).orderBy('id').limit(input.limit).execute();
}

/** The one mapper from a row to the domain's limit; decimals in their shortest form. */
export function limitStateOf(row: LimitRow): LimitState {
  return {
    id: row.id,
    scope: row.scope,
    scopeId: row.scope_id,
    ...(row.commodity === null ? {} : { commodity: commodityOf(row.commodity) }),
    measure: row.measure,
    bound: shortest(row.bound),
    warnRatio: shortest(row.warn_ratio),
    used: shortest(row.used),
    reserved: shortest(row.reserved),
  };
}

function commodityOf(text: string): Commodity {
  if (text === 'power' || text === 'gas') return text;
  throw new Error(`'${text}' is not a commodity`);
}

function shortest(text: string): string {
  return decimalText(decimal(text));
}
