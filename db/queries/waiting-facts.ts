import { sql } from 'kysely';
import type { Tx } from '../client.ts';
import type { CycleState, ExceptionKind, ObligationState } from '../schema.ts';

type OfTrades = { readonly tenantId: string; readonly tradeIds: readonly string[] };

/** Facts of one trade are bounded; what is beyond does not change what it waits for next. */
const FACTS_PER_TRADE_MAX = 200;

export type WaitingTradeRow = { readonly id: string; readonly state: string; readonly state_since: Date; readonly current_version: number };

export async function listWaitingTrades(tx: Tx, of: OfTrades): Promise<readonly WaitingTradeRow[]> {
  if (of.tradeIds.length === 0) return [];
  return await tx
    .selectFrom('trades')
    .select(['id', 'state', 'state_since', 'current_version'])
    .where('tenant_id', '=', of.tenantId)
    .where('id', 'in', [...of.tradeIds])
    .execute();
}

export type OpenExceptionOfTrade = {
  readonly trade_id: string | null;
  readonly kind: ExceptionKind;
  readonly owner_role: string;
  readonly since: Date;
  readonly deadline: Date | null;
  readonly reason: string;
  readonly next_action: string;
};

export async function listOpenExceptionsOfTrades(tx: Tx, of: OfTrades): Promise<readonly OpenExceptionOfTrade[]> {
  if (of.tradeIds.length === 0) return [];
  return await tx
    .selectFrom('exceptions')
    .select(['trade_id', 'kind', 'owner_role', 'since', 'deadline', 'reason', 'next_action'])
    .where('tenant_id', '=', of.tenantId)
    .where('trade_id', 'in', [...of.tradeIds])
    .where('state', '=', 'open')
    .limit(of.tradeIds.length * FACTS_PER_TRADE_MAX)
    .execute();
}

export type OpenObligationOfTrade = {
  readonly trade_id: string;
  readonly uti: string;
  readonly action: 'N' | 'M' | 'C' | 'E';
  readonly state: ObligationState;
  readonly due_at: Date;
  readonly updated_at: Date;
};

export async function listOpenObligationsOfTrades(tx: Tx, of: OfTrades): Promise<readonly OpenObligationOfTrade[]> {
  if (of.tradeIds.length === 0) return [];
  return await tx
    .selectFrom('obligations')
    .select(['trade_id', 'uti', 'action', 'state', 'due_at', 'updated_at'])
    .where('tenant_id', '=', of.tenantId)
    .where('trade_id', 'in', [...of.tradeIds])
    .where('state', 'not in', ['accepted', 'withdrawn'])
    .limit(of.tradeIds.length * FACTS_PER_TRADE_MAX)
    .execute();
}

export type CycleOfTrade = {
  readonly trade_id: string;
  readonly delivery_month: string;
  readonly state: CycleState;
  readonly closes_at: Date;
  readonly blocked_reason: string | null;
  readonly updated_at: Date;
  readonly unpaid: readonly { readonly invoiceNumber: string; readonly dueOn: string; readonly direction: 'sell' | 'buy' }[];
};

/** The cycles of the months in which booked trades deliver, with their invoices that nobody has paid. */
export async function listCyclesOfTrades(tx: Tx, of: OfTrades): Promise<readonly CycleOfTrade[]> {
  if (of.tradeIds.length === 0) return [];
  const result = await sql<CycleOfTrade>`
    select t.id as trade_id, c.delivery_month, c.state, c.closes_at, c.blocked_reason, c.updated_at, coalesce((
      select jsonb_agg(jsonb_build_object('invoiceNumber', i.invoice_number, 'dueOn', i.due_on, 'direction', i.direction) order by i.due_on)
      from invoices i left join payments p on p.tenant_id = i.tenant_id and p.invoice_id = i.id
      where i.tenant_id = c.tenant_id and i.cycle_id = c.id and p.id is null), '[]') as unpaid
    from trades t join settlement_cycles c on c.tenant_id = t.tenant_id and c.counterparty_id = t.counterparty_id
      and c.agreement_id = t.agreement_id
      and c.delivery_month between to_char(t.delivery_start_date, 'YYYY-MM') and to_char(t.delivery_end_date, 'YYYY-MM')
    where t.tenant_id = ${of.tenantId} and t.id in (${sql.join([...of.tradeIds])}) and t.state = 'booked'
    order by c.delivery_month limit ${of.tradeIds.length * FACTS_PER_TRADE_MAX}`.execute(tx);
  return result.rows;
}
