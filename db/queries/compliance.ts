import { sql } from 'kysely';
import { z } from 'zod';
import type { CurveQuote, LookAlike, Restriction } from '../../domain/compliance/facts.ts';
import { type TraderMandate, traderMandateSchema } from '../../domain/compliance/trader-mandate.ts';
import { AppError, NotFoundError } from '../../domain/errors/app-error.ts';
import { type BusinessDate, type YearMonth, businessDate, yearMonth } from '../../domain/time/business-date.ts';
import type { Db } from '../client.ts';

/** A restricted list longer than this for one subject is a mistake of data. */
const RESTRICTIONS_MAX = 1_000;
/** Look-alikes that an explanation can name. */
const LOOK_ALIKES_MAX = 10;

export type ComplianceParty = {
  readonly counterparty: { readonly id: string; readonly lei: string; readonly acerCode: string; readonly eic?: string };
  readonly trader: { readonly id: string; readonly mandate: TraderMandate };
  readonly restrictions: readonly Restriction[];
};

const restrictionsSchema = z.array(
  z.object({
    subjectKind: z.enum(['counterparty', 'market']),
    subjectId: z.string(),
    reason: z.string(),
    validFrom: z.string(),
    validTo: z.string().nullable(),
  }),
);

/**
 * The counterparty, the trader with his mandate, and all restrictions of the counterparty and market, in one query.
 * Throws `not-found`, and `reference-data-missing` where the mandate is not one.
 */
export async function getComplianceParties(
  db: Db,
  input: { tenantId: string; counterpartyId: string; traderId: string; market: string },
): Promise<ComplianceParty> {
  const { rows } = await sql<{ lei: string; acer_code: string; eic: string | null; mandate: unknown; restrictions: unknown }>`
    select c.lei, c.acer_code, c.eic, t.mandate, (
      select coalesce(jsonb_agg(jsonb_build_object('subjectKind', r.subject_kind, 'subjectId', r.subject_id, 'reason', r.reason,
        'validFrom', r.valid_from, 'validTo', r.valid_to) order by r.id), '[]')
      from (
        select * from restrictions r
        where r.tenant_id = ${input.tenantId} and (
          (r.subject_kind = 'counterparty' and r.subject_id = ${input.counterpartyId})
          or (r.subject_kind = 'market' and r.subject_id = ${input.market}))
        order by r.id limit ${RESTRICTIONS_MAX}) r
    ) as restrictions
    from counterparties c, traders t
    where c.tenant_id = ${input.tenantId} and c.id = ${input.counterpartyId}
      and t.tenant_id = ${input.tenantId} and t.id = ${input.traderId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError({ what: 'counterparty or trader', id: `${input.counterpartyId}, ${input.traderId}` });
  return {
    counterparty: { id: input.counterpartyId, lei: row.lei, acerCode: row.acer_code, ...(row.eic === null ? {} : { eic: row.eic }) },
    trader: { id: input.traderId, mandate: mandateOf(row.mandate, input.traderId) },
    restrictions: restrictionsSchema.parse(row.restrictions).map(({ validFrom, validTo, ...rest }) => ({
      ...rest,
      validFrom: businessDate(validFrom),
      ...(validTo === null ? {} : { validTo: businessDate(validTo) }),
    })),
  };
}

/** For each month the newest quote made on or before `on`, but not before `notBefore`. */
export async function listLatestQuotes(
  db: Db,
  input: { tenantId: string; curveId: string; months: readonly YearMonth[]; on: BusinessDate; notBefore: BusinessDate },
): Promise<CurveQuote[]> {
  const rows = await db
    .selectFrom('prices')
    .distinctOn('delivery_month')
    .select(['curve_id', 'delivery_month', 'quoted_on', 'price', 'provenance'])
    .where('tenant_id', '=', input.tenantId)
    .where('curve_id', '=', input.curveId)
    .where('delivery_month', 'in', input.months)
    .where('quoted_on', '<=', input.on)
    .where('quoted_on', '>=', input.notBefore)
    .orderBy('delivery_month')
    .orderBy('quoted_on', 'desc')
    .execute();
  return rows.map((row) => ({
    curveId: row.curve_id,
    deliveryMonth: yearMonth(row.delivery_month),
    quotedOn: businessDate(row.quoted_on),
    price: row.price,
    provenance: row.provenance,
  }));
}

/**
 * Trades captured before this one whose current version has the same economics and was concluded at most `windowMs` from it.
 * Rejected and cancelled ones are left out.
 */
export async function listLookAlikes(
  db: Db,
  input: { tenantId: string; tradeId: string; version: number; windowMs: number },
): Promise<LookAlike[]> {
  const { rows } = await sql<{
    trade_id: string;
    source_system: string;
    source_trade_id: string;
    concluded_at: string;
    uti: string | null;
    order_id: string | null;
  }>`
    select o.id as trade_id, o.source_system, o.source_trade_id, ov.terms ->> 'concludedAt' as concluded_at, ov.terms ->> 'uti' as uti,
      ov.terms -> 'venue' ->> 'orderId' as order_id
    from trade_versions v
    join trades t on t.tenant_id = v.tenant_id and t.id = v.trade_id
    join trade_versions ov on ov.tenant_id = v.tenant_id and ov.economics_md5 = v.economics_md5 and ov.trade_id <> v.trade_id
    join trades o on o.tenant_id = ov.tenant_id and o.id = ov.trade_id and o.current_version = ov.version
    where v.tenant_id = ${input.tenantId} and v.trade_id = ${input.tradeId} and v.version = ${input.version}
      and (o.created_at, o.id) < (t.created_at, t.id)
      and o.state not in ('rejected', 'cancelled')
      and abs(extract(epoch from (ov.terms ->> 'concludedAt')::timestamptz - (v.terms ->> 'concludedAt')::timestamptz)) * 1000 <= ${input.windowMs}
    order by o.created_at desc, o.id desc
    limit ${LOOK_ALIKES_MAX}`.execute(db);
  return rows.map((row) => ({
    tradeId: row.trade_id,
    sourceSystem: row.source_system,
    sourceTradeId: row.source_trade_id,
    concludedAt: row.concluded_at,
    ...(row.uti === null ? {} : { uti: row.uti }),
    ...(row.order_id === null ? {} : { orderId: row.order_id }),
  }));
}

function mandateOf(stored: unknown, traderId: string): TraderMandate {
  const parsed = traderMandateSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new AppError({
    code: 'reference-data-missing',
    message: `The mandate of the trader '${traderId}' is not readable: ${z.prettifyError(parsed.error)}`,
    details: { traderId },
  });
}
