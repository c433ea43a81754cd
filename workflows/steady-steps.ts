import {
  ActivityFailure,
  ApplicationFailure,
  TemporalFailure,
  isCancellation,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { AlarmActivities, StuckSubject } from '../activities/alarm-activities.ts';
import type { Lane } from './lane.ts';

/** Waits between rounds of a step that fails: short at first, because most outages are short, then bounded. */
const PAUSE_MS_FIRST = 2_000;
const PAUSE_MS_MAX = 5 * 60_000;
const PROBLEM_LENGTH_MAX = 500;

/**
 * Telling a person is best effort: in an outage of the database it cannot be written either, and the next round tries again.
 * Two quick attempts, so that the alarm itself never holds up the work.
 */
const alarm = proxyLocalActivities<AlarmActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumAttempts: 2 },
});

export type SteadySteps = {
  /** Runs a step on our own database, a local activity, until it succeeds. Never throws but for a cancellation. */
  local<T>(step: string, work: () => Promise<T>): Promise<T>;
  /** The same for a remote activity, beside which others may run. */
  remote<T>(step: string, work: () => Promise<T>): Promise<T>;
  /** Opens the exception that says a person has to look. */
  report(step: string, error: unknown): Promise<void>;
};

/**
 * No trade dies silently: a step that Temporal gave up on is told to a person and tried again for ever, with bounded waits.
 * A bug that is fixed, or reference data that is added, lets the workflow go on by itself; then the alarm is taken back.
 *
 * `restart` continues as new where the history grew long; without it (background work) the run simply goes on. A run that was continued
 * does not know whether the one before had told of a step, so it takes the alarm of each step back that succeeds.
 */
export function createSteadySteps(input: {
  readonly tenantId: string;
  readonly requestId: string;
  readonly subject: () => StuckSubject | undefined;
  readonly lane: Lane;
  readonly restart?: () => Promise<never>;
}): SteadySteps {
  const scope = { tenantId: input.tenantId, requestId: input.requestId };
  /** Steps of a continued run whose alarm was taken back already. */
  const succeeded = new Set<string>();

  async function report(step: string, error: unknown): Promise<boolean> {
    const subject = input.subject();
    if (subject === undefined) return false;
    return await attempt(() => input.lane.run(() => alarm.reportStuck({ ...scope, subject, step, problem: problemOf(error) })));
  }

  async function clear(step: string): Promise<void> {
    const subject = input.subject();
    if (subject !== undefined) await attempt(() => input.lane.run(() => alarm.clearStuck({ ...scope, subject, step })));
  }

  function mayStandFromBefore(step: string): boolean {
    if (input.restart === undefined || workflowInfo().continuedFromExecutionRunId === undefined || succeeded.has(step)) return false;
    succeeded.add(step);
    return true;
  }

  async function untilDone<T>(step: string, work: () => Promise<T>): Promise<T> {
    let isReported = false;
    // Bounded by `restart`, which ends this run before its history grows too long; the work itself must not be given up.
    for (let pauseMs = PAUSE_MS_FIRST; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
      try {
        const result = await work();
        if (isReported || mayStandFromBefore(step)) await clear(step);
        return result;
      } catch (error) {
        if (!isStepFailure(error)) throw error;
        isReported = isReported || (await report(step, error));
      }
      if (workflowInfo().continueAsNewSuggested && input.restart !== undefined) await input.restart();
      await sleep(pauseMs);
    }
  }

  return {
    local: (step, work) => untilDone(step, () => input.lane.run(work)),
    remote: untilDone,
    report: async (step, error) => {
      await report(step, error);
    },
  };
}

/** A failed step of a person's command as the refusal that the caller gets: our code as its type. */
export function asRefusal(error: unknown): unknown {
  if (!isStepFailure(error)) return error;
  const cause = causeOf(error);
  if (!(cause instanceof ApplicationFailure)) {
    return ApplicationFailure.nonRetryable('The step took too long. Nothing is lost; try again.', 'unavailable');
  }
  return ApplicationFailure.create({
    message: cause.message,
    type: cause.type ?? 'internal',
    nonRetryable: true,
    details: cause.details ?? [],
  });
}

/** True for a failure that no attempt will mend: a refusal by our own rules, or a bug. */
export function isFinal(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** Refuses an update before anything is written to history. */
export function refuse(type: 'conflict' | 'self-approval' | 'validation-failed' | 'not-found', message: string): never {
  throw ApplicationFailure.nonRetryable(message, type);
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    return false;
  }
}

/** A step that failed for good or timed out. Anything else that is thrown is a cancellation or a bug of the workflow itself. */
function isStepFailure(error: unknown): boolean {
  return error instanceof TemporalFailure && !isCancellation(error);
}

/** Remote activities come wrapped in an `ActivityFailure`, local ones fail with the bare cause. */
function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

function problemOf(error: unknown): string {
  const cause = causeOf(error);
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.slice(0, PROBLEM_LENGTH_MAX);
}
