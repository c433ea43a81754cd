import { z } from 'zod';
import { findAuditEvent } from '../../db/queries/audit-events.ts';
import { type Tx, withTenant } from '../../db/client.ts';
import { findTradeVersion, insertTradeVersion } from '../../db/queries/trade-versions.ts';
import { type TradeRow, findTrade, updateTradeToNextVersion } from '../../db/queries/trades.ts';
import { AppError, ConflictError, NotFoundError, ValidationError, invariant } from '../../domain/errors/app-error.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import { termsFingerprint } from '../../domain/trade/terms-fingerprint.ts';
import { reasonIssues } from '../../domain/trade/trade-file-row.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { databaseRefusalOf } from './database-refusal.ts';
import { referenceIssues } from './reference-issues.ts';

/** A version that was added to a booked trade. */
export type NextVersionResult = {
  readonly tradeId: string;
  readonly version: number;
  readonly revision: number;
  readonly state: 'checking';
};

export type NextVersionInput = { readonly tradeId: string; readonly expectedRevision: number; readonly reason: string };

type Step = NextVersionInput & {
  readonly kind: 'amend' | 'cancel';
  /** Fingerprint of the terms that are asked for; absent where they are those that are booked. */
  readonly termsSha256?: string;
  /** The new terms out of those that are booked; throws where the change is not allowed. */
  readonly change: (booked: TradeTerms) => TradeTerms;
};

const ACTION = { amend: 'trade.amended', cancel: 'trade.cancelRequested' } as const;
const versionSchema = z.object({ version: z.int() });

/** What amending and cancelling share: version n+1 of a booked trade goes the whole way again, in one transaction with its message. */
export async function addNextVersion(ctx: ServiceContext, step: Step): Promise<NextVersionResult> {
  const issues = reasonIssues(step.reason);
  if (issues.length > 0) throw new ValidationError(issues);
  let terms: TradeTerms | undefined;
  try {
    return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
      const trade = await findTrade(tx, { tenantId: ctx.tenantId, tradeId: step.tradeId });
      if (trade === undefined) throw new NotFoundError({ what: 'trade', id: step.tradeId });
      if (trade.revision !== step.expectedRevision) return await madeBefore(tx, ctx, step);
      terms = step.change(await bookedTerms(tx, ctx, { trade, kind: step.kind }));
      return await addVersion(tx, ctx, { step, trade, terms });
    });
  } catch (error) {
    if (terms !== undefined && databaseRefusalOf(error)?.kind === 'foreignKey') throw await namingTheField(ctx, terms, error);
    throw error;
  }
}

/**
 * The version that this very command made before: of this revision, by this actor, for this reason, with these terms. A caller whose
 * answer was lost sends the command again and gets the first answer; for anybody else the trade has changed.
 * @source RFC 9110 section 13.1.1: where If-Match does not hold, but the change that was asked for has been made already, the answer may be 2xx
 */
async function madeBefore(tx: Tx, ctx: ServiceContext, step: Step): Promise<NextVersionResult> {
  const { tenantId } = ctx;
  const { tradeId } = step;
  const revision = step.expectedRevision + 1;
  const event = await findAuditEvent(tx, { tenantId, subjectKind: 'trade', subjectId: tradeId, revision });
  const isSame = event?.action === ACTION[step.kind] && event.actor === ctx.actor.id && event.reason === step.reason;
  const version = isSame ? versionSchema.parse(event.after).version : undefined;
  const made = version === undefined ? undefined : await findTradeVersion(tx, { tenantId, tradeId, version });
  if (made === undefined || (step.termsSha256 !== undefined && step.termsSha256 !== made.terms_sha256)) {
    throw staleTrade(await findTrade(tx, { tenantId, tradeId }), tradeId);
  }
  return { tradeId, version: made.version, revision, state: 'checking' };
}

async function bookedTerms(tx: Tx, ctx: ServiceContext, { trade, kind }: { trade: TradeRow; kind: Step['kind'] }): Promise<TradeTerms> {
  if (trade.state !== 'booked' || trade.booked_version === null) throw notBooked(trade, kind);
  const version = await findTradeVersion(tx, { tenantId: ctx.tenantId, tradeId: trade.id, version: trade.booked_version });
  invariant(version !== undefined, `trade ${trade.id} has its booked version`);
  return readStoredTerms(version.terms);
}

async function addVersion(
  tx: Tx,
  ctx: ServiceContext,
  { step, trade, terms }: { step: Step; trade: TradeRow; terms: TradeTerms },
): Promise<NextVersionResult> {
  const now = ctx.clock.now();
  const version = trade.current_version + 1;
  const revision = trade.revision + 1;
  const termsSha256 = termsFingerprint(terms);
  const columns = {
    book_id: terms.bookId,
    trader_id: terms.traderId,
    agreement_id: terms.agreementId,
    delivery_start_date: terms.deliveryStartDate,
    delivery_end_date: terms.deliveryEndDate,
  };
  const of = { tenantId: ctx.tenantId, tradeId: trade.id };
  const moved = await updateTradeToNextVersion(tx, { ...of, expectedRevision: trade.revision, version, columns, now });
  if (!moved) return await madeBefore(tx, ctx, step);
  await insertTradeVersion(tx, {
    tenant_id: ctx.tenantId,
    trade_id: trade.id,
    version,
    kind: step.kind,
    terms: JSON.stringify(terms),
    terms_sha256: termsSha256,
    reason: step.reason,
    state: 'captured',
    created_by: ctx.actor.id,
    request_id: ctx.requestId,
    created_at: now,
  });
  const action = ACTION[step.kind];
  const before = { state: trade.state, version: trade.current_version };
  const after = { state: 'checking', version, termsSha256 };
  await writeAudit(ctx, tx, [{ subjectKind: 'trade', subjectId: trade.id, revision, action, reason: step.reason, before, after }]);
  await enqueue(ctx, tx, [{ kind: 'startTrade', tradeId: trade.id, version }]);
  return { tradeId: trade.id, version, revision, state: 'checking' };
}

async function namingTheField(ctx: ServiceContext, terms: TradeTerms, error: unknown): Promise<unknown> {
  const issues = await withTenant(ctx.db, ctx.tenantId, (tx) => referenceIssues(tx, { tenantId: ctx.tenantId, terms }));
  return issues.length > 0 ? new ValidationError(issues) : error;
}

function staleTrade(trade: TradeRow | undefined, tradeId: string): AppError {
  return new AppError({
    code: 'precondition-failed',
    message: `The trade '${tradeId}' was changed meanwhile. Read it again and decide on what it is now.`,
    details: { revision: trade?.revision },
  });
}

function notBooked(trade: TradeRow, kind: 'amend' | 'cancel'): ConflictError {
  const { allowed, why } = allowedNow(trade.state);
  return new ConflictError({
    code: 'illegal-transition',
    message: `To ${kind} a trade it must be booked; '${trade.id}' is ${trade.state}. ${why}`,
    details: { state: trade.state, allowed, why },
  });
}

/** What can be done with a trade that is not simply booked. */
function allowedNow(state: string): { allowed: readonly string[]; why: string } {
  switch (state) {
    case 'captured':
    case 'checking':
      return { allowed: [], why: 'Its latest version is still being checked; wait until it is booked, held or rejected.' };
    case 'held':
      return { allowed: ['approve', 'reject'], why: 'Its latest version waits for a decision by somebody other than its maker.' };
    case 'rejected':
      return { allowed: [], why: 'It never came into the books; enter the deal as a new trade.' };
    case 'cancelled':
      return { allowed: [], why: 'It has ended; enter the deal as a new trade.' };
    default:
      return { allowed: [], why: 'Everything of it is reported and paid; enter a correcting trade.' };
  }
}
