import { withTenant } from '../../db/client.ts';
import { type CaptureKey, type CaptureRow, insertCapturedTrade } from '../../db/queries/capture-trade.ts';
import { findTradeBySource } from '../../db/queries/trades.ts';
import { findTradeVersion } from '../../db/queries/trade-versions.ts';
import { AppError, ConflictError, ValidationError } from '../../domain/errors/app-error.ts';
import type { TradeDraft } from '../../domain/trade/parse-trade-draft.ts';
import { termsFingerprint } from '../../domain/trade/terms-fingerprint.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type IdempotencyRequest, KEY_LIFETIME_MS, claimKey } from '../idempotency/claim-key.ts';
import { completeKey, releaseKey } from '../idempotency/complete-key.ts';
import type { StoredResponse } from '../idempotency/stored-response.ts';
import { databaseRefusalOf } from './database-refusal.ts';
import { referenceIssues } from './reference-issues.ts';
import type { InsertTrade } from './trade-inserter.ts';

/** A trade that this call made, or the one that was there with equal terms. */
export type CaptureTradeResult = {
  readonly kind: 'captured' | 'existing';
  readonly tradeId: string;
  readonly version: number;
  readonly revision: number;
  readonly state: string;
};

const MAY_CAPTURE = ['upstream', 'backOffice', 'admin'] as const;

/**
 * Takes a trade into the books of record: trade, version 1, audit event (trade revision 1) and the outbox message that starts its workflow,
 * all or nothing. `draft` comes from `parseTradeDraft`. The same source system and id with equal terms give the trade that is there.
 *
 * Throws `forbidden`; `validation-failed` with an issue for each of counterparty, book, trader and agreement that does not exist;
 * `duplicate-trade` (details.tradeId) where the source id is taken by a trade with other terms.
 */
export async function captureTrade({ ctx, input }: { ctx: ServiceContext; input: { draft: TradeDraft } }): Promise<CaptureTradeResult> {
  authorise(ctx, { allowed: MAY_CAPTURE, action: 'capture a trade' });
  const row = captureRow(ctx, input.draft);
  try {
    await insertCapturedTrade(ctx.db, { row });
    return capturedResult(row);
  } catch (error) {
    return await explainRefusal(ctx, { draft: input.draft, row, error });
  }
}

/**
 * `captureTrade` under an idempotency key, for the API route. `respond` is pure: it words the answer for a result, and that answer is
 * stored under the key. `replayed` says that the answer is an earlier one.
 *
 * The way that nearly every request goes is one statement: the key with its finished answer, trade, version, audit event and outbox
 * message go to the server in a single round trip, and the database's implicit transaction makes them one. Reference data is not read
 * first: foreign keys refuse what does not exist, and only a refused capture pays for finding out which field it was. A request that
 * finds its key taken waits on the key's row inside the database, until the first one has committed, then reads the stored answer.
 * `insert` may write it together with others (`createTradeInserter`).
 *
 * Throws as `captureTrade`, and `idempotency-key-reused`, `idempotency-key-in-use`. A refused capture leaves no key behind.
 */
export async function captureTradeIdempotently({
  ctx,
  input,
  insert = (capture) => insertCapturedTrade(ctx.db, capture),
}: {
  ctx: ServiceContext;
  input: { draft: TradeDraft; idempotency: IdempotencyRequest & { respond: (result: CaptureTradeResult) => StoredResponse } };
  insert?: InsertTrade;
}): Promise<{ replayed: boolean; response: StoredResponse }> {
  authorise(ctx, { allowed: MAY_CAPTURE, action: 'capture a trade' });
  const { draft, idempotency } = input;
  const row = captureRow(ctx, draft);
  const response = idempotency.respond(capturedResult(row));
  try {
    if (await insert({ row, key: captureKey(row, idempotency, response) })) return { replayed: false, response };
  } catch (error) {
    if (databaseRefusalOf(error) === undefined) throw error;
  }
  return await captureUnderClaim({ ctx, draft, idempotency });
}

/** The slow way: the key is taken, or the database refused the trade; the key is claimed first and judged by itself. */
async function captureUnderClaim(input: {
  ctx: ServiceContext;
  draft: TradeDraft;
  idempotency: IdempotencyRequest & { respond: (result: CaptureTradeResult) => StoredResponse };
}): Promise<{ replayed: boolean; response: StoredResponse }> {
  const { ctx, idempotency } = input;
  const claim = await claimKey({ ctx, input: idempotency });
  if (claim.kind === 'replay') return { replayed: true, response: claim.response };
  const held = { route: idempotency.route, key: idempotency.key, claimedAt: claim.claimedAt };
  try {
    const response = idempotency.respond(await captureTrade({ ctx, input: { draft: input.draft } }));
    await completeKey({ ctx, input: { ...held, response } });
    return { replayed: false, response };
  } catch (error) {
    // Only a refusal is sure to have had no effect. After an outage the claim stays and is taken over once it is old.
    if (error instanceof AppError) await releaseKey({ ctx, input: held });
    throw error;
  }
}

function captureRow(ctx: ServiceContext, { sourceSystem, sourceTradeId, terms }: TradeDraft): CaptureRow {
  const tradeId = ctx.ids.next('trd');
  const termsSha256 = termsFingerprint(terms);
  return {
    tenantId: ctx.tenantId,
    tradeId,
    sourceSystem,
    sourceTradeId,
    counterpartyId: terms.counterpartyId,
    bookId: terms.bookId,
    traderId: terms.traderId,
    agreementId: terms.agreementId,
    market: terms.market,
    commodity: terms.commodity,
    deliveryStartDate: terms.deliveryStartDate,
    deliveryEndDate: terms.deliveryEndDate,
    terms: JSON.stringify(terms),
    termsSha256,
    createdBy: ctx.actor.id,
    role: ctx.actor.role,
    requestId: ctx.requestId,
    now: ctx.clock.now(),
    auditId: ctx.ids.uuid(),
    auditAfter: JSON.stringify({ state: 'captured', version: 1, termsSha256, sourceSystem, sourceTradeId }),
    outboxId: ctx.ids.next('out'),
    outboxPayload: JSON.stringify({ kind: 'startTrade', tradeId, version: 1, requestId: ctx.requestId }),
  };
}

function captureKey(row: CaptureRow, request: IdempotencyRequest, response: StoredResponse): CaptureKey {
  return {
    route: request.route,
    key: request.key,
    fingerprint: request.fingerprint,
    status: response.status,
    headers: JSON.stringify(response.headers),
    body: response.body,
    expiresAt: new Date(row.now.getTime() + KEY_LIFETIME_MS),
  };
}

function capturedResult(row: CaptureRow): CaptureTradeResult {
  return { kind: 'captured', tradeId: row.tradeId, version: 1, revision: 1, state: 'captured' };
}

async function explainRefusal(
  ctx: ServiceContext,
  { draft, row, error }: { draft: TradeDraft; row: CaptureRow; error: unknown },
): Promise<CaptureTradeResult> {
  const refusal = databaseRefusalOf(error);
  if (refusal === undefined) throw error;
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const found = await findTradeBySource(tx, { tenantId: ctx.tenantId, ...draft });
    if (found !== undefined) {
      const first = await findTradeVersion(tx, { tenantId: ctx.tenantId, tradeId: found.id, version: 1 });
      if (first?.terms_sha256 === row.termsSha256) {
        return { kind: 'existing', tradeId: found.id, version: found.current_version, revision: found.revision, state: found.state };
      }
      throw new ConflictError({
        code: 'duplicate-trade',
        message: `The trade '${draft.sourceTradeId}' of '${draft.sourceSystem}' is there with other terms, as ${found.id}. Amend that one.`,
        issues: [
          {
            field: '/sourceTradeId',
            code: 'trade.otherTerms',
            message: `'${draft.sourceTradeId}' is taken by a trade with other terms.`,
            fix: `Amend ${found.id}, or give a new deal an id of its own.`,
          },
        ],
        details: { tradeId: found.id },
      });
    }
    const issues = await referenceIssues(tx, { tenantId: ctx.tenantId, terms: draft.terms });
    if (issues.length > 0) throw new ValidationError(issues);
    throw error;
  });
}
