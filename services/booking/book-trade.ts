import { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import {
  type LockedTrade,
  ensureDeliveryPartitions,
  getBookingReference,
  getClearance,
  getVersionTerms,
  insertDeliveryIntervals,
  listReportHistory,
  lockExistingCycles,
  lockTradeVersion,
  moveTrade,
} from '../../db/queries/booking.ts';
import { ConflictError } from '../../domain/errors/app-error.ts';
import { type DeliveryInterval, expandDelivery } from '../../domain/settlement/delivery-intervals.ts';
import type { YearMonth } from '../../domain/time/business-date.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';
import { type AuditEntry, writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type OutboxMessage, enqueue } from '../outbox/enqueue.ts';
import { illegalStep } from '../risk/illegal-step.ts';
import { classifyReporting } from './classify-reporting.ts';
import { confirmReservations } from './confirm-reservations.ts';
import { type EnsuredCycles, ensureCycles } from './ensure-cycles.ts';
import type { NewObligation } from './store-obligation.ts';
import { parseInput } from '../risk/parse-input.ts';

export type BookedTrade = { readonly obligationIds: readonly string[]; readonly cycleIds: readonly string[] };

const inputSchema = z.strictObject({ tradeId: z.string().min(1), version: z.int().min(1) });

/** The migration made partitions for delivery between these; others are made when a trade first needs them. */
const PARTITIONS_FROM = '2025-12-01T00:00:00.000Z';
const PARTITIONS_UNTIL = '2029-01-01T00:00:00.000Z';

/**
 * Books a version that passed, or that a person approved, in one transaction: reservations become use, delivery intervals are stored,
 * what has to be reported becomes an obligation with its deadline, and every delivery month gets its settlement cycle. Workflows are
 * started through the outbox. A cancel version ends the trade. Called again it gives the same ids and changes nothing.
 *
 * Locks are taken in one order by every booking: trade, obligation, cycles, limits.
 * Errors: `not-found`, `reference-data-missing`, `illegal-transition` where a check is missing, blocked, or waits for a person.
 */
export async function bookTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number };
}): Promise<BookedTrade> {
  authorise(ctx, { allowed: [], action: 'book a trade' });
  const { tradeId, version } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    const intervals = trade.kind === 'cancel' ? [] : expandDelivery(trade.terms);
    if (trade.versionState === 'booked') return await bookedBefore(ctx, tx, { trade, months: monthsOf(intervals) });
    await assertCleared(ctx, tx, trade);
    const reference = await getBookingReference(tx, { tenantId, ...trade.terms });
    const previous = await previousDelivery(ctx, tx, trade);
    await storeIntervals(ctx, tx, { trade, intervals });
    const obligations = await classifyReporting(ctx, tx, { trade, reference, previous: previous?.terms });
    const cycles = await ensureCycles(ctx, tx, { trade, months: monthsOf(intervals), previous, calendar: reference.calendar });
    await start(ctx, tx, { obligations, cycles });
    await finish(ctx, tx, { trade, obligations, cycles });
    return { obligationIds: obligations.map(({ id }) => id), cycleIds: cycles.cycleIds };
  });
}

async function assertCleared(ctx: ServiceContext, tx: Tx, trade: LockedTrade): Promise<void> {
  if (trade.versionState !== 'checking') throw illegalStep(trade, 'be booked');
  const { riskAssessed, complianceChecked, isHeld, isBlocked, isApproved } = await getClearance(tx, { tenantId: ctx.tenantId, ...trade });
  if (riskAssessed && complianceChecked && !isBlocked && (!isHeld || isApproved)) return;
  const why = isBlocked ? 'a rule blocks it' : isHeld ? 'a person has to decide on it' : 'not every check has been made';
  throw new ConflictError({
    code: 'illegal-transition',
    message: `Version ${trade.version} of the trade '${trade.tradeId}' cannot be booked: ${why}.`,
    details: { riskAssessed, complianceChecked, isHeld, isBlocked, isApproved },
  });
}

/** When and under which agreement the version booked before delivered: months that this one changes too. */
async function previousDelivery(
  ctx: ServiceContext,
  tx: Tx,
  { tradeId, bookedVersion }: LockedTrade,
): Promise<{ terms: TradeTerms; months: readonly YearMonth[] } | undefined> {
  if (bookedVersion === undefined) return undefined;
  const { kind, terms } = await getVersionTerms(tx, { tenantId: ctx.tenantId, tradeId, version: bookedVersion });
  return { terms, months: kind === 'cancel' ? [] : monthsOf(expandDelivery(terms)) };
}

async function storeIntervals(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; intervals: readonly DeliveryInterval[] },
): Promise<void> {
  const { trade, intervals } = input;
  const [first, last] = [intervals.at(0), intervals.at(-1)];
  if (first === undefined || last === undefined) return;
  if (first.startAt < PARTITIONS_FROM || last.startAt >= PARTITIONS_UNTIL) {
    await ensureDeliveryPartitions(tx, { fromDate: first.startAt.slice(0, 10), toDate: last.startAt.slice(0, 10) });
  }
  await insertDeliveryIntervals(tx, { tenantId: ctx.tenantId, tradeId: trade.tradeId, version: trade.version, intervals });
}

async function start(ctx: ServiceContext, tx: Tx, input: { obligations: readonly NewObligation[]; cycles: EnsuredCycles }): Promise<void> {
  await enqueue(ctx, tx, [
    ...input.obligations.map(({ id, regime, uti }): OutboxMessage => ({ kind: 'startReporting', regime, uti, obligationId: id })),
    ...input.cycles.messages,
  ]);
}

/** Limits come last, as they are what most bookings have in common: only the audit trail is written under their lock. */
async function finish(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; obligations: readonly NewObligation[]; cycles: EnsuredCycles },
): Promise<void> {
  const { trade, obligations, cycles } = input;
  const { tradeId, version } = trade;
  const tradeState = trade.kind === 'cancel' ? 'cancelled' : 'booked';
  const at = ctx.clock.now();
  const revision = await moveTrade(tx, { tenantId: ctx.tenantId, trade, tradeState, versionState: 'booked', isBooking: true, at });
  const limits = await confirmReservations(ctx, tx, trade);
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'trade',
      subjectId: tradeId,
      revision,
      action: `trade.${tradeState}`,
      before: { state: trade.tradeState, version, versionState: trade.versionState, bookedVersion: trade.bookedVersion },
      after: { state: tradeState, version, versionState: 'booked', bookedVersion: version },
    },
    ...obligations.map(({ id, ...after }): AuditEntry => ({
      subjectKind: 'obligation',
      subjectId: id,
      revision: 1,
      action: 'obligation.opened',
      after: { ...after, state: 'pending' },
    })),
    ...cycles.entries,
    ...limits,
  ]);
}

async function bookedBefore(
  ctx: ServiceContext,
  tx: Tx,
  input: { trade: LockedTrade; months: readonly YearMonth[] },
): Promise<BookedTrade> {
  const { trade, months } = input;
  const { tenantId } = ctx;
  const { tradeId, version, terms } = trade;
  const history = await listReportHistory(tx, { tenantId, tradeId, regime: 'REMIT' });
  const keys = months.map((deliveryMonth) => ({ counterpartyId: terms.counterpartyId, agreementId: terms.agreementId, deliveryMonth }));
  const cycles = await lockExistingCycles(tx, { tenantId, keys });
  const idByMonth = new Map(cycles.map((row) => [row.delivery_month, row.id]));
  return {
    obligationIds: history.filter((obligation) => obligation.trade_version === version).map(({ id }) => id),
    cycleIds: months.flatMap((month) => idByMonth.get(month) ?? []),
  };
}

function monthsOf(intervals: readonly DeliveryInterval[]): readonly YearMonth[] {
  return [...new Set(intervals.map(({ deliveryMonth }) => deliveryMonth))];
}
