import { decideTrade } from '../services/approvals/decide-trade.ts';
import { escalateHeldTrade } from '../services/approvals/escalate-held-trade.ts';
import { holdTrade } from '../services/approvals/hold-trade.ts';
import { bookTrade } from '../services/booking/book-trade.ts';
import { rejectTrade } from '../services/booking/reject-trade.ts';
import { checkCompliance } from '../services/compliance/check-compliance.ts';
import { assessRisk } from '../services/risk/assess-risk.ts';
import { contextOfPerson, contextOfWorkflow } from './activity-context.ts';
import type { ActivityScope, CommandingPerson, ServiceContextFactory } from './activity-context.ts';
import { mapFailures } from './application-failure.ts';

export type TradeStep = ActivityScope & { readonly tradeId: string; readonly version: number };
export type RiskResult = { readonly outcome: 'pass' | 'warn' | 'breach'; readonly explanation: string };
export type ComplianceResult = { readonly outcome: 'pass' | 'hold' | 'block'; readonly explanation: string };
export type HoldResult = {
  readonly maker: string;
  readonly expiresInMs: number;
  readonly escalatesInMs: number;
  /** Present where a decision is on record already, e.g. when a workflow is started anew after the loss of its history. */
  readonly decision?: 'approved' | 'rejected';
};

/** Steps of `tradeLifecycle`. All touch nothing but our own database, so all run as local activities. */
export type TradeActivities = {
  assessRisk(input: TradeStep): Promise<RiskResult>;
  checkCompliance(input: TradeStep): Promise<ComplianceResult>;
  holdTrade(input: TradeStep & { readonly reasons: readonly string[] }): Promise<HoldResult>;
  escalateHeldTrade(input: TradeStep): Promise<void>;
  decideTrade(
    input: TradeStep & { readonly actor: CommandingPerson; readonly decision: 'approve' | 'reject'; readonly reason: string },
  ): Promise<{ readonly state: 'approved' | 'rejected' }>;
  expireHeldTrade(input: TradeStep & { readonly reason: string }): Promise<{ readonly state: 'approved' | 'rejected' }>;
  bookTrade(input: TradeStep): Promise<void>;
  rejectTrade(input: TradeStep & { readonly reason: string }): Promise<void>;
};

export function createTradeActivities({ createContext }: { readonly createContext: ServiceContextFactory }): TradeActivities {
  const system = (input: TradeStep) => contextOfWorkflow(createContext, input);
  return mapFailures<TradeActivities>({
    assessRisk: async (input) => pickOutcome(await assessRisk({ ctx: system(input), input: versionOf(input) })),
    checkCompliance: async (input) => pickOutcome(await checkCompliance({ ctx: system(input), input: versionOf(input) })),
    holdTrade: async (input) => await holdTrade({ ctx: system(input), input: { ...versionOf(input), reasons: input.reasons } }),
    escalateHeldTrade: async (input) => {
      await escalateHeldTrade({ ctx: system(input), input: versionOf(input) });
    },
    decideTrade: async (input) =>
      await decideTrade({
        ctx: contextOfPerson(createContext, input),
        input: { ...versionOf(input), decision: input.decision, reason: input.reason },
      }),
    expireHeldTrade: async (input) =>
      await decideTrade({ ctx: system(input), input: { ...versionOf(input), decision: 'expire', reason: input.reason } }),
    bookTrade: async (input) => {
      await bookTrade({ ctx: system(input), input: versionOf(input) });
    },
    rejectTrade: async (input) => {
      await rejectTrade({ ctx: system(input), input: { ...versionOf(input), reason: input.reason } });
    },
  });
}

function versionOf(input: TradeStep): { tradeId: string; version: number } {
  return { tradeId: input.tradeId, version: input.version };
}

/** Histories carry ids and outcomes, never documents: whatever else a verb returns stays in the database. */
function pickOutcome<O extends string>(result: { readonly outcome: O; readonly explanation: string }): { outcome: O; explanation: string } {
  return { outcome: result.outcome, explanation: result.explanation };
}
