import {
  ActivityFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { StuckSubject } from '../activities/alarm-activities.ts';
import type { ChannelActivities, NextSubmission, ReportingActivities } from '../activities/reporting-activities.ts';
import { isStorableText } from '../domain/trade/storable-text.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { ReportingInbox } from './reporting-inbox.ts';
import type { InboxMark } from './reporting-inbox.ts';
import { channelTaskQueue, obligationAddedSignal, receiptArrivedSignal, repairObligationUpdate } from './reporting-obligation.messages.ts';
import type {
  RepairObligationInput,
  RepairObligationResult,
  ReportingObligationInput,
  ReportingObligationResult,
} from './reporting-obligation.messages.ts';
import { Lane } from './lane.ts';
import { asRefusal, createSteadySteps, isFinal, refuse } from './steady-steps.ts';
import type { SteadySteps } from './steady-steps.ts';

/**
 * Our own database: short idempotent transactions. Building and validating one document takes milliseconds, so 15 s is generous;
 * eight attempts bridge a restart of PostgreSQL before the steady steps take over.
 */
const database = proxyLocalActivities<Omit<ReportingActivities, 'repairObligation'>>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '50ms', backoffCoefficient: 2, maximumInterval: '2s', maximumAttempts: 8 },
});

/** A person waits for the answer: three attempts within a second, then the refusal says that trying again may help. */
const person = proxyLocalActivities<Pick<ReportingActivities, 'repairObligation'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

/**
 * The outside world. One attempt asks, sends and reads an answer, each bounded by the channel's own timeout: 90 s together.
 * Ten attempts with growing pauses take about six minutes; then a fresh activity follows, because a report is never given up.
 * Each attempt asks the channel first where an earlier outcome is unknown, so repeating is safe.
 */
function outside(channelId: string): ChannelActivities {
  return proxyActivities<ChannelActivities>({
    taskQueue: channelTaskQueue(channelId),
    startToCloseTimeout: '90s',
    // A worker that died is noticed by its silence, not by the end of the 90 s.
    heartbeatTimeout: '10s',
    cancellationType: 'TRY_CANCEL',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 10 },
  });
}

/** Between two rounds of a send that did not succeed. A receipt or a repair ends the pause. */
const PAUSE_MS_FIRST = 30_000;
const PAUSE_MS_MAX = 15 * 60_000;

/**
 * Takes every obligation of one UTI, in order, to an accepted report: prepare, send, await the verdict, repair, send again.
 * PostgreSQL says what stands next; signals only say that it may have changed, so a lost or repeated one does no harm.
 */
export async function reportingObligation(input: ReportingObligationInput): Promise<ReportingObligationResult> {
  const desk = new ReportDesk(input);
  // Signals, because their senders wait for nothing: the facts are in the database before they are told here.
  setHandler(obligationAddedSignal, ({ obligationId }) => desk.inbox.addObligation(obligationId));
  setHandler(receiptArrivedSignal, (receipt) => desk.inbox.addReceipt(receipt));
  // An update, because the person who repairs needs to know whether it was taken.
  setHandler(repairObligationUpdate, (repair) => desk.repair(repair), { validator: (repair) => desk.assertMayRepair(repair) });
  return await desk.run();
}

type Ready = Extract<NextSubmission, { kind: 'ready' }>;

/** The state of one run and the steps that change it. */
class ReportDesk {
  readonly inbox: ReportingInbox;
  readonly #input: ReportingObligationInput;
  readonly #lane = new Lane();
  readonly #steps: SteadySteps;
  readonly #watch: DeadlineWatch;
  readonly #repairing = new Set<string>();
  #failedRounds = 0;

  constructor(input: ReportingObligationInput) {
    const { tenantId, requestId } = input;
    this.#input = input;
    this.inbox = new ReportingInbox(input.carried);
    const common = { tenantId, requestId, lane: this.#lane, subject: () => this.#subject() };
    this.#steps = createSteadySteps({ ...common, restart: () => this.#restart() });
    // Runs beside the main flow, which alone may end the run: hence without `restart`.
    const background = createSteadySteps(common);
    this.#watch = new DeadlineWatch(async (obligationId) => {
      const noted = await background.local('noteDeadline', () => database.noteDeadline({ tenantId, requestId, obligationId }));
      return noted.deadline;
    });
  }

  async run(): Promise<ReportingObligationResult> {
    const { tenantId, requestId, regime, uti } = this.#input;
    // Ends when nothing stands next; every turn but the last waits for a message or sends; long histories continue as new.
    for (;;) {
      if (workflowInfo().continueAsNewSuggested) await this.#restart();
      const mark = this.inbox.mark();
      const next = await this.#steps.local('prepareNextSubmission', () =>
        database.prepareNextSubmission({ tenantId, requestId, regime, uti }),
      );
      if (next.kind === 'none') {
        await condition(allHandlersFinished);
        if (!this.inbox.hasAnythingSince(mark)) return { accepted: this.inbox.accepted };
        continue;
      }
      this.inbox.know(next.obligationId);
      this.#watch.follow(next);
      if (next.kind === 'ready') await this.#sendAndAwait(next, mark);
      // What waits for a person may also be overtaken by a new obligation; what was sent is waited for.
      else if (next.kind === 'invalid' || next.submissionState === 'rejected') await condition(() => this.inbox.hasAnythingSince(mark));
      else await condition(() => this.inbox.hasNewsSince(mark));
    }
  }

  /** The validator: synchronous, because a promise could not refuse. Whether its state allows a repair is for the database to say. */
  assertMayRepair({ obligationId, reason }: RepairObligationInput): void {
    if (!this.inbox.knows(obligationId)) refuse('not-found', `There is no obligation '${obligationId}' under this UTI.`);
    if (this.#repairing.has(obligationId)) refuse('conflict', 'This obligation is being repaired already.');
    if (reason.trim() === '') refuse('validation-failed', 'reason: say why, so that an auditor can follow the repair.');
    if (!isStorableText(reason)) refuse('validation-failed', 'reason: it has U+0000 or half of a character in it.');
  }

  async repair(repair: RepairObligationInput): Promise<RepairObligationResult> {
    const { obligationId, overrides, reason, requestId } = repair;
    const actor = { id: repair.actorId, role: repair.actorRole };
    this.#repairing.add(obligationId);
    try {
      const { tenantId } = this.#input;
      return await this.#lane.run(() => person.repairObligation({ tenantId, requestId, actor, obligationId, overrides, reason }));
    } catch (error) {
      throw asRefusal(error);
    } finally {
      this.#repairing.delete(obligationId);
      this.inbox.addRepair();
    }
  }

  async #sendAndAwait(next: Ready, mark: InboxMark): Promise<void> {
    const outcome = await this.#send(next, mark);
    if (outcome === 'delivered') {
      this.#failedRounds = 0;
      await condition(() => this.inbox.hasNewsSince(mark));
    }
    if (outcome === 'failed') {
      const pauseMs = Math.min(PAUSE_MS_FIRST * 2 ** this.#failedRounds, PAUSE_MS_MAX);
      this.#failedRounds += 1;
      await condition(() => this.inbox.hasNewsSince(mark), pauseMs);
    }
  }

  /** Sends until the channel has it, or a verdict that came meanwhile says that it had it all along. */
  async #send({ submissionId, channelId }: Ready, mark: InboxMark): Promise<'delivered' | 'refused' | 'failed' | 'judged'> {
    const { tenantId, requestId } = this.#input;
    let outcome: 'delivered' | 'refused' | 'failed' | undefined;
    let problem: unknown;
    const scope = new CancellationScope();
    void scope
      .run(() => outside(channelId).submitArtefact({ tenantId, requestId, submissionId }))
      .then(
        (result) => {
          outcome = result.kind;
        },
        (error: unknown) => {
          if (!(error instanceof ActivityFailure)) throw error;
          problem = error;
          outcome = 'failed';
        },
      );
    await condition(() => outcome !== undefined || (this.inbox.hasNewsSince(mark) && this.inbox.isJudged(submissionId)));
    if (outcome === undefined) {
      scope.cancel();
      return 'judged';
    }
    if (isFinal(problem)) await this.#steps.report('submitArtefact', problem);
    return outcome;
  }

  #subject(): StuckSubject | undefined {
    const id = this.inbox.latestObligationId;
    return id === undefined ? undefined : { kind: 'obligation', id };
  }

  async #restart(): Promise<never> {
    await condition(allHandlersFinished);
    return await continueAsNew<typeof reportingObligation>({ ...this.#input, carried: this.inbox.carryOver() });
  }
}
