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
import type { ChannelActivities, NextSubmission, ReportingActivities } from '../activities/reporting-activities.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { ReportingInbox } from './reporting-inbox.ts';
import type { InboxMark } from './reporting-inbox.ts';
import { channelTaskQueue, obligationAddedSignal, receiptArrivedSignal, repairObligationUpdate } from './reporting-obligation.messages.ts';
import type { RepairObligationInput, ReportingObligationInput, ReportingObligationResult } from './reporting-obligation.messages.ts';
import { Lane } from './lane.ts';
import { asRefusal, createSteadySteps, isFinal, refuse } from './steady-steps.ts';

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
  const { tenantId, regime, uti, requestId } = input;
  const lane = new Lane();
  const inbox = new ReportingInbox(input.carried);
  const repairing = new Set<string>();
  let failedRounds = 0;

  // Signals, because their senders wait for nothing: the facts are in the database before they are told here.
  setHandler(obligationAddedSignal, ({ obligationId }) => inbox.addObligation(obligationId));
  setHandler(receiptArrivedSignal, (receipt) => inbox.addReceipt(receipt));
  // An update, because the person who repairs needs to know whether it was taken.
  setHandler(
    repairObligationUpdate,
    async (repair: RepairObligationInput) => {
      const { obligationId, overrides, reason } = repair;
      repairing.add(obligationId);
      try {
        const actor = { id: repair.actorId, role: repair.actorRole };
        return await lane.run(() =>
          person.repairObligation({ tenantId, requestId: repair.requestId, actor, obligationId, overrides, reason }),
        );
      } catch (error) {
        throw asRefusal(error);
      } finally {
        repairing.delete(obligationId);
        inbox.addRepair();
      }
    },
    {
      validator: ({ obligationId, reason }: RepairObligationInput): void => {
        if (!inbox.knows(obligationId)) refuse('not-found', `There is no obligation '${obligationId}' under this UTI.`);
        if (repairing.has(obligationId)) refuse('conflict', 'This obligation is being repaired already.');
        if (reason.trim() === '') refuse('validation-failed', 'reason: say why, so that an auditor can follow the repair.');
      },
    },
  );

  const subject = () =>
    inbox.latestObligationId === undefined ? undefined : { kind: 'obligation' as const, id: inbox.latestObligationId };
  const restart = async (): Promise<never> => {
    await condition(allHandlersFinished);
    return await continueAsNew<typeof reportingObligation>({ tenantId, regime, uti, requestId, carried: inbox.carryOver() });
  };
  const steps = createSteadySteps({ tenantId, requestId, lane, subject, restart });
  // Runs beside the main flow, which alone may end the run.
  const background = createSteadySteps({ tenantId, requestId, lane, subject });
  const watch = new DeadlineWatch(async (obligationId) => {
    const noted = await background.local('noteDeadline', () => database.noteDeadline({ tenantId, requestId, obligationId }));
    return noted.deadline;
  });

  /** Sends until the channel has it, or a verdict says that it had it all along. */
  async function send(next: Extract<NextSubmission, { kind: 'ready' }>): Promise<'delivered' | 'refused' | 'failed' | 'judged'> {
    const { submissionId, channelId } = next;
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
    await condition(() => outcome !== undefined || inbox.isJudged(submissionId));
    if (outcome === undefined) {
      scope.cancel();
      return 'judged';
    }
    if (isFinal(problem)) await steps.report('submitArtefact', problem);
    return outcome;
  }

  async function sendAndAwait(next: Extract<NextSubmission, { kind: 'ready' }>, mark: InboxMark): Promise<void> {
    const outcome = await send(next);
    if (outcome === 'delivered') {
      failedRounds = 0;
      await condition(() => inbox.hasNewsSince(mark));
    }
    if (outcome === 'failed') {
      const pauseMs = Math.min(PAUSE_MS_FIRST * 2 ** failedRounds, PAUSE_MS_MAX);
      failedRounds += 1;
      await condition(() => inbox.hasNewsSince(mark), pauseMs);
    }
  }

  // Ends when nothing stands next; every turn but the last waits for a message or sends; long histories continue as new.
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await restart();
    const mark = inbox.mark();
    const next = await steps.local('prepareNextSubmission', () => database.prepareNextSubmission({ tenantId, requestId, regime, uti }));
    if (next.kind === 'none') {
      await condition(allHandlersFinished);
      if (!inbox.hasAnythingSince(mark)) return { accepted: inbox.accepted };
      continue;
    }
    inbox.know(next.obligationId);
    watch.follow(next);
    if (next.kind === 'ready') await sendAndAwait(next, mark);
    else if (next.kind === 'invalid') await condition(() => inbox.hasAnythingSince(mark));
    else await condition(() => inbox.hasNewsSince(mark));
  }
}
