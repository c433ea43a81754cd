import type { Tx } from '../../db/client.ts';
import { type CycleKey, type LockedTrade, lockExistingCycles } from '../../db/queries/booking.ts';
import { type CycleRow, insertMissingCycles, updateCycle } from '../../db/queries/settlement-cycles.ts';
import { cycleTimesOf } from '../../domain/settlement/close.ts';
import { type YearMonth, yearMonth } from '../../domain/time/business-date.ts';
import type { CalendarName } from '../../domain/time/calendar.ts';
import { localDateOf } from '../../domain/time/zone.ts';
import { marketOf } from '../../domain/market/markets.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';
import type { AuditEntry } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import type { OutboxMessage } from '../outbox/enqueue.ts';

export type EnsuredCycles = {
  /** Cycles of the months in which the version delivers, by month. */
  readonly cycleIds: readonly string[];
  readonly entries: readonly AuditEntry[];
  readonly messages: readonly OutboxMessage[];
};

/**
 * Makes sure that every delivery month of a version being booked has a settlement cycle, in the caller's transaction. Only cycles that
 * are new, or were empty and have something to settle now, are started. A month that was invoiced already, of this version or of the one
 * before, needs a credit and a new invoice: an exception says so.
 */
export async function ensureCycles(
  ctx: ServiceContext,
  tx: Tx,
  input: {
    trade: LockedTrade;
    months: readonly YearMonth[];
    previous: { readonly terms: TradeTerms; readonly months: readonly YearMonth[] } | undefined;
    calendar: CalendarName;
  },
): Promise<EnsuredCycles> {
  const { trade, months, previous, calendar } = input;
  const needed = keysOf(trade.terms, months);
  const keys = previous === undefined ? needed : distinct([...needed, ...keysOf(previous.terms, previous.months)]);
  const { existing, opened } = await lockOrOpen(ctx, tx, { keys, needed, terms: trade.terms, calendar });
  const reopened = await reopenEmpty(ctx, tx, { existing, needed });
  await reportInvoiced(ctx, tx, { trade, existing });
  const byKey = new Map([...existing, ...opened].map((row) => [textOf(keyOf(row)), row.id]));
  return {
    cycleIds: needed.flatMap((key) => byKey.get(textOf(key)) ?? []),
    entries: [...opened.map((row) => openedEntry(row)), ...reopened.map((row) => reopenedEntry(row))],
    messages: [...opened, ...reopened].map((row) => ({ kind: 'startSettlement', cycleId: row.id, ...keyOf(row) })),
  };
}

/** A cycle that another booking opens at the same moment is waited for, and then one that exists. */
async function lockOrOpen(
  ctx: ServiceContext,
  tx: Tx,
  input: { keys: readonly CycleKey[]; needed: readonly CycleKey[]; terms: TradeTerms; calendar: CalendarName },
): Promise<{ existing: readonly CycleRow[]; opened: readonly CycleRow[] }> {
  const { tenantId } = ctx;
  const existing = await lockExistingCycles(tx, { tenantId, keys: input.keys });
  const known = new Set(existing.map((row) => textOf(keyOf(row))));
  const missing = input.needed.filter((key) => !known.has(textOf(key)));
  if (missing.length === 0) return { existing, opened: [] };
  const opened = await insertMissingCycles(
    tx,
    missing.map((key) => newCycle(ctx, { ...input, key })),
  );
  if (opened.length === missing.length) return { existing, opened };
  const own = new Set(opened.map((row) => textOf(keyOf(row))));
  const raced = await lockExistingCycles(tx, { tenantId, keys: missing.filter((key) => !own.has(textOf(key))) });
  return { existing: [...existing, ...raced], opened };
}

function newCycle(ctx: ServiceContext, input: { key: CycleKey; terms: TradeTerms; calendar: CalendarName }): CycleRow {
  const { key, terms, calendar } = input;
  const { invoiceAt } = cycleTimesOf({ market: terms.market, deliveryMonth: yearMonth(key.deliveryMonth), calendar });
  const at = ctx.clock.now();
  return {
    tenant_id: ctx.tenantId,
    id: ctx.ids.next('stl'),
    counterparty_id: key.counterpartyId,
    agreement_id: key.agreementId,
    delivery_month: key.deliveryMonth,
    state: 'open',
    // By itself it closes when it is invoiced; the back office may close it from the end of delivery on.
    closes_at: new Date(invoiceAt),
    invoice_on: localDateOf({ instant: invoiceAt, zone: marketOf(terms.market).zone }),
    blocked_reason: null,
    revision: 1,
    created_at: at,
    updated_at: at,
  };
}

async function reopenEmpty(
  ctx: ServiceContext,
  tx: Tx,
  input: { existing: readonly CycleRow[]; needed: readonly CycleKey[] },
): Promise<readonly CycleRow[]> {
  const needed = new Set(input.needed.map(textOf));
  const reopened: CycleRow[] = [];
  for (const row of input.existing) {
    if (row.state !== 'empty' || !needed.has(textOf(keyOf(row)))) continue;
    reopened.push(await updateCycle(tx, row, { state: 'open', blocked_reason: null, updated_at: ctx.clock.now() }));
  }
  return reopened;
}

async function reportInvoiced(ctx: ServiceContext, tx: Tx, input: { trade: LockedTrade; existing: readonly CycleRow[] }): Promise<void> {
  const { tradeId, version, kind } = input.trade;
  for (const row of input.existing.filter(({ state }) => state === 'invoiced' || state === 'settled')) {
    await openException(ctx, tx, {
      kind: 'settlementBlocked',
      subjectKind: 'cycle',
      subjectId: row.id,
      tradeId,
      reason: `Version ${version} (${kind}) of the trade ${tradeId} changes ${row.delivery_month}, which is ${row.state} already.`,
      nextAction: 'Issue a credit for the invoice of this month and a new invoice with the changed volumes and prices.',
      ownerRole: 'backOffice',
    });
  }
}

function openedEntry(row: CycleRow): AuditEntry {
  const { id, revision, counterparty_id, agreement_id, delivery_month } = row;
  const after = { state: row.state, counterpartyId: counterparty_id, agreementId: agreement_id, deliveryMonth: delivery_month };
  return { subjectKind: 'cycle', subjectId: id, revision, action: 'cycle.opened', after };
}

function reopenedEntry({ id, revision }: CycleRow): AuditEntry {
  return { subjectKind: 'cycle', subjectId: id, revision, action: 'cycle.reopened', before: { state: 'empty' }, after: { state: 'open' } };
}

function keysOf(terms: TradeTerms, months: readonly YearMonth[]): readonly CycleKey[] {
  return months.map((deliveryMonth) => ({ counterpartyId: terms.counterpartyId, agreementId: terms.agreementId, deliveryMonth }));
}

function keyOf(row: CycleRow): CycleKey {
  return { counterpartyId: row.counterparty_id, agreementId: row.agreement_id, deliveryMonth: row.delivery_month };
}

function distinct(keys: readonly CycleKey[]): readonly CycleKey[] {
  return [...new Map(keys.map((key) => [textOf(key), key])).values()];
}

function textOf(key: CycleKey): string {
  return JSON.stringify([key.counterpartyId, key.agreementId, key.deliveryMonth]);
}
