import { allHandlersFinished, condition, continueAsNew, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { TradeActivities, TradeStep } from '../activities/trade-activities.ts';
import { isStorableText } from '../domain/trade/storable-text.ts';
import { Lane } from './lane.ts';
import { asRefusal, createSteadySteps, refuse } from './steady-steps.ts';
import type { SteadySteps } from './steady-steps.ts';
import { DECISION_REASON_LENGTH_MAX, decideTradeUpdate, getStageQuery } from './trade-lifecycle.messages.ts';
import type {
  DecideTradeInput,
  DecideTradeResult,
  TradeLifecycleInput,
  TradeLifecycleResult,
  TradeLifecycleStage,
} from './trade-lifecycle.messages.ts';

/**
 * The workflow's own steps: short transactions on our database, idempotent, so that a lost workflow task may run them again.
 * 10 s covers a transaction that waits for locks; eight attempts bridge a restart of PostgreSQL (about 8 s) before the steady steps take over.
 */
const database = proxyLocalActivities<Omit<TradeActivities, 'decideTrade'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '50ms', backoffCoefficient: 2, maximumInterval: '2s', maximumAttempts: 8 },
});

/** A person waits for the answer: three attempts within a second, then the refusal says that trying again may help. */
const person = proxyLocalActivities<Pick<TradeActivities, 'decideTrade'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

/**
 * Takes one version of a trade through risk and compliance to booking or rejection. A trade that passes takes one workflow task
 * with three local activities. Every step is idempotent, so that a new run from the beginning ends where this one stood.
 */
export async function tradeLifecycle(input: TradeLifecycleInput): Promise<TradeLifecycleResult> {
  const desk = new TradeDesk(input);
  setHandler(getStageQuery, () => desk.stage);
  // An update, because the person who decides needs the answer, and the refusal where somebody else was first.
  setHandler(decideTradeUpdate, (decision) => desk.decide(decision), { validator: (decision) => desk.assertMayDecide(decision) });
  return await desk.run();
}

type Verdict = 'approved' | 'rejected';

/** The state of one run and the steps that change it. */
class TradeDesk {
  readonly #step: TradeStep;
  readonly #lane = new Lane();
  readonly #steps: SteadySteps;
  #stage: TradeLifecycleStage = 'risk';
  /** Who made the version; known while it waits for a person. */
  #maker: string | undefined;
  #isDeciding = false;
  #verdict: Verdict | undefined;
  #result: TradeLifecycleResult | undefined;

  constructor(input: TradeLifecycleInput) {
    const { tenantId, requestId, tradeId, version } = input;
    this.#step = { tenantId, requestId, tradeId, version };
    this.#steps = createSteadySteps({
      tenantId,
      requestId,
      lane: this.#lane,
      subject: () => ({ kind: 'trade', id: tradeId, tradeId }),
      restart: async () => {
        await condition(allHandlersFinished);
        return await continueAsNew<typeof tradeLifecycle>(input);
      },
    });
  }

  get stage(): TradeLifecycleStage {
    return this.#stage;
  }

  async run(): Promise<TradeLifecycleResult> {
    const result = await this.#takeThrough();
    this.#result = result;
    this.#stage = 'done';
    await condition(allHandlersFinished);
    return result;
  }

  /** The validator: synchronous, because a promise could not refuse. What it refuses leaves no trace in the history. */
  assertMayDecide(decision: DecideTradeInput): void {
    if (this.#maker === undefined) refuse('conflict', 'The trade is not waiting for a decision.');
    if (this.#verdict !== undefined || this.#isDeciding) refuse('conflict', 'The trade has been decided already.');
    if (decision.decidedBy === this.#maker) {
      refuse('self-approval', `'${decision.decidedBy}' entered this version and may not decide on it: maker is never checker.`);
    }
    if (decision.reason.trim() === '') refuse('validation-failed', 'reason: say why, so that an auditor can follow the decision.');
    if (!isStorableText(decision.reason)) refuse('validation-failed', 'reason: it has U+0000 or half of a character in it.');
    if (decision.reason.length > DECISION_REASON_LENGTH_MAX) {
      refuse('validation-failed', `reason: at most ${DECISION_REASON_LENGTH_MAX} characters.`);
    }
  }

  /** Records a person's decision and answers when it has been carried out. */
  async decide(input: DecideTradeInput): Promise<DecideTradeResult> {
    const { requestId, reason, decision } = input;
    const actor = { id: input.decidedBy, role: input.decidedByRole };
    this.#isDeciding = true;
    try {
      const decided = await this.#lane.run(() => person.decideTrade({ ...this.#step, requestId, actor, decision, reason }));
      this.#verdict = decided.state;
    } catch (error) {
      throw asRefusal(error);
    } finally {
      this.#isDeciding = false;
    }
    await condition(() => this.#result !== undefined);
    return this.#result ?? { state: 'rejected' };
  }

  async #takeThrough(): Promise<TradeLifecycleResult> {
    const risk = await this.#steps.local('assessRisk', () => database.assessRisk(this.#step));
    this.#stage = 'compliance';
    const compliance = await this.#steps.local('checkCompliance', () => database.checkCompliance(this.#step));
    if (compliance.outcome === 'block') return await this.#reject(compliance.explanation);
    const reasons = [
      ...(risk.outcome === 'breach' ? [risk.explanation] : []),
      ...(compliance.outcome === 'hold' ? [compliance.explanation] : []),
    ];
    if (reasons.length === 0) return await this.#book();
    const verdict = await this.#waitForPerson(reasons);
    return verdict === 'approved' ? await this.#book() : await this.#reject(reasons.join(' '));
  }

  /** Waits for a person, tells a second one at the escalation, and lets the hold run out at its end. */
  async #waitForPerson(reasons: readonly string[]): Promise<Verdict> {
    const held = await this.#steps.local('holdTrade', () => database.holdTrade({ ...this.#step, reasons }));
    if (held.decision !== undefined) return held.decision;
    this.#maker = held.maker;
    this.#stage = 'waitingForDecision';
    const isDecided = (): boolean => this.#verdict !== undefined;
    const escalatesInMs = Math.max(0, Math.min(held.escalatesInMs, held.expiresInMs));
    if (!(await happensWithin(isDecided, escalatesInMs))) {
      await this.#steps.local('escalateHeldTrade', () => database.escalateHeldTrade(this.#step));
      await happensWithin(isDecided, Math.max(0, held.expiresInMs - escalatesInMs));
    }
    // A decision that was taken before the end counts, also where it is still being written.
    await condition(() => !this.#isDeciding);
    if (this.#verdict !== undefined) return this.#verdict;
    this.#isDeciding = true;
    const reason = 'Nobody decided before the hold ran out.';
    const expired = await this.#steps.local('expireHeldTrade', () => database.expireHeldTrade({ ...this.#step, reason }));
    this.#verdict = expired.state;
    return expired.state;
  }

  async #book(): Promise<TradeLifecycleResult> {
    this.#stage = 'booking';
    await this.#steps.local('bookTrade', () => database.bookTrade(this.#step));
    return { state: 'booked' };
  }

  async #reject(reason: string): Promise<TradeLifecycleResult> {
    this.#stage = 'booking';
    await this.#steps.local('rejectTrade', () => database.rejectTrade({ ...this.#step, reason }));
    return { state: 'rejected' };
  }
}

/** True where `test` holds before the time is over. No timer is made where none is needed. */
async function happensWithin(test: () => boolean, timeoutMs: number): Promise<boolean> {
  if (test() || timeoutMs <= 0) return test();
  return await condition(test, timeoutMs);
}
