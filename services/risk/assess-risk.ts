import { z } from 'zod';
import { type Tx, withTenant } from '../../db/client.ts';
import { type LockedTrade, lockTradeVersion, moveTrade } from '../../db/queries/booking.ts';
import { type NewDecision, insertDecisions, listDecisions } from '../../db/queries/decisions.ts';
import { assertNever } from '../../domain/errors/app-error.ts';
import { exposureOf } from '../../domain/risk/exposure.ts';
import type { LimitVerdict } from '../../domain/risk/limit.ts';
import { type AuditEntry, writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { illegalStep } from './illegal-step.ts';
import { takeReservations } from './take-reservations.ts';
import { parseInput } from './parse-input.ts';

export type RiskAssessment = { readonly outcome: 'pass' | 'warn' | 'breach'; readonly explanation: string };

const inputSchema = z.strictObject({ tradeId: z.string().min(1), version: z.int().min(1) });
const RULE_VERSION = 1;

/**
 * Judges a trade version against every limit that concerns it and reserves what it asks: of all limits, or of none where one is
 * breached. One decision a limit says why. A cancellation reserves nothing. Called again it gives the first result and changes nothing.
 * Errors: `not-found`, `illegal-transition` where the version is past its checks without having been assessed.
 */
export async function assessRisk({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number };
}): Promise<RiskAssessment> {
  authorise(ctx, { allowed: [], action: 'assess the risk of a trade' });
  const { tradeId, version } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    if (trade.versionState !== 'captured') {
      const made = await listDecisions(tx, { tenantId, tradeId, version, stage: 'risk' });
      if (made.length > 0) return assessmentOf(made.map(({ outcome, explanation }) => ({ outcome, explanation })));
      if (trade.versionState !== 'checking') throw illegalStep(trade, 'be assessed');
    }
    const started = trade.versionState === 'captured' ? [await startChecking(ctx, tx, trade)] : [];
    const { decisions, entries } = trade.kind === 'cancel' ? cancellation() : await judge(ctx, tx, trade);
    await writeAudit(ctx, tx, [...started, ...entries]);
    await insertDecisions(tx, { tenantId, tradeId, version, stage: 'risk', decisions, at: ctx.clock.now() });
    return assessmentOf(decisions);
  });
}

async function startChecking(ctx: ServiceContext, tx: Tx, trade: LockedTrade): Promise<AuditEntry> {
  const states = { tradeState: 'checking', versionState: 'checking' } as const;
  const revision = await moveTrade(tx, { tenantId: ctx.tenantId, trade, ...states, at: ctx.clock.now() });
  return {
    subjectKind: 'trade',
    subjectId: trade.tradeId,
    revision,
    action: 'trade.checkingStarted',
    before: { state: trade.tradeState, version: trade.version, versionState: trade.versionState },
    after: { state: 'checking', version: trade.version, versionState: 'checking' },
  };
}

type Judgement = { readonly decisions: readonly NewDecision[]; readonly entries: readonly AuditEntry[] };

async function judge(ctx: ServiceContext, tx: Tx, trade: LockedTrade): Promise<Judgement> {
  const { verdicts, entries } = await takeReservations(ctx, tx, { trade, mayExceed: false });
  return { decisions: verdicts.length > 0 ? verdicts.map(limitDecision) : [noLimitDecision(trade)], entries };
}

function noLimitDecision({ terms }: LockedTrade): NewDecision {
  return {
    ruleId: 'risk.noLimit',
    ruleVersion: RULE_VERSION,
    outcome: 'warn',
    inputs: { exposure: exposureOf(terms) },
    explanation: 'No limit concerns this trade, so nothing bounds it and nothing was reserved.',
  };
}

function limitDecision({ limit, ask, outcome, explanation }: LimitVerdict): NewDecision {
  return {
    ruleId: `limit.${limit.id}`,
    ruleVersion: RULE_VERSION,
    outcome: outcome === 'breach' ? 'hold' : outcome,
    inputs: { limit, ask },
    explanation,
  };
}

function cancellation(): Judgement {
  const decision: NewDecision = {
    ruleId: 'risk.cancellation',
    ruleVersion: RULE_VERSION,
    outcome: 'pass',
    inputs: {},
    explanation: 'A cancellation asks nothing of a limit; what the trade uses is freed when it is booked.',
  };
  return { decisions: [decision], entries: [] };
}

/** A breach is stored as `hold`: a person decides. The explanation names the worst decisions only. */
function assessmentOf(decisions: readonly Pick<NewDecision, 'outcome' | 'explanation'>[]): RiskAssessment {
  const worst = (['hold', 'warn', 'pass'] as const).find((level) => decisions.some(({ outcome }) => outcome === level)) ?? 'pass';
  const explanation = decisions
    .filter(({ outcome }) => outcome === worst)
    .map((decision) => decision.explanation)
    .toSorted()
    .join(' ');
  switch (worst) {
    case 'hold':
      return { outcome: 'breach', explanation };
    case 'warn':
    case 'pass':
      return { outcome: worst, explanation };
    default:
      return assertNever(worst);
  }
}
