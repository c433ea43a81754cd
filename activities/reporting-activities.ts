import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { AppError, assertNever } from '../domain/errors/app-error.ts';
import { noteDeadline } from '../services/reporting/note-deadline.ts';
import { prepareNextSubmission } from '../services/reporting/prepare-next-submission.ts';
import { repairObligation } from '../services/reporting/repair-obligation.ts';
import { submitArtefact } from '../services/reporting/submit-artefact.ts';
import { contextOfPerson, contextOfWorkflow } from './activity-context.ts';
import type { ActivityScope, CommandingPerson, ServiceContextFactory } from './activity-context.ts';
import { mapFailures } from './application-failure.ts';

/** The next milestone of a deadline (50, 80 or 100 %) and how far off it is; null where all have passed. */
export type DeadlineMilestone = { readonly percent: number; readonly inMs: number };
export type ReportingKey = ActivityScope & { readonly regime: string; readonly uti: string };

/** What stands next for one UTI. `ready` also where an earlier send has no known outcome: the channel is asked before any resend. */
export type NextSubmission =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly obligationId: string; readonly deadline: DeadlineMilestone | null }
  | {
      readonly kind: 'ready';
      readonly obligationId: string;
      readonly submissionId: string;
      readonly channelId: string;
      readonly deadline: DeadlineMilestone | null;
    }
  | {
      readonly kind: 'awaiting';
      readonly obligationId: string;
      readonly submissionId: string;
      readonly submissionState: string;
      readonly deadline: DeadlineMilestone | null;
    };

/** Steps of `reportingObligation` on our own database: local activities. */
export type ReportingActivities = {
  prepareNextSubmission(input: ReportingKey): Promise<NextSubmission>;
  noteDeadline(input: ActivityScope & { readonly obligationId: string }): Promise<{ readonly deadline: DeadlineMilestone | null }>;
  repairObligation(
    input: ActivityScope & {
      readonly actor: CommandingPerson;
      readonly obligationId: string;
      readonly overrides: Readonly<Record<string, string>>;
      readonly reason: string;
    },
  ): Promise<{ readonly obligationId: string; readonly state: string }>;
};

/** The step that leaves the house: a remote activity on the channel's own task queue, where Temporal enforces its rate. */
export type ChannelActivities = {
  submitArtefact(input: ActivityScope & { readonly submissionId: string }): Promise<{ readonly kind: 'delivered' | 'refused' }>;
};

type Regime = Parameters<typeof prepareNextSubmission>[0]['input']['regime'];
const REGIMES: readonly Regime[] = ['REMIT', 'EMIR_EU', 'EMIR_UK'];

function regimeOf(text: string): Regime {
  const regime = REGIMES.find((each) => each === text);
  if (regime === undefined) throw new AppError({ code: 'internal', message: `'${text}' is not a regime that is known here.` });
  return regime;
}

type ReportingDeps = {
  readonly createContext: ServiceContextFactory;
  readonly prepare: Parameters<typeof prepareNextSubmission>[0]['deps'];
};
type ChannelDeps = { readonly createContext: ServiceContextFactory; readonly submit: Parameters<typeof submitArtefact>[0]['deps'] };

export function createReportingActivities({ createContext, prepare }: ReportingDeps): ReportingActivities {
  const system = (input: ActivityScope) => contextOfWorkflow(createContext, input);
  return mapFailures<ReportingActivities>({
    prepareNextSubmission: async (input) =>
      await prepareNextSubmission({ ctx: system(input), input: { regime: regimeOf(input.regime), uti: input.uti }, deps: prepare }),
    noteDeadline: async (input) => await noteDeadline({ ctx: system(input), input: { obligationId: input.obligationId } }),
    repairObligation: async (input) =>
      await repairObligation({
        ctx: contextOfPerson(createContext, input),
        input: { obligationId: input.obligationId, overrides: input.overrides, reason: input.reason },
      }),
  });
}

export function createChannelActivities({ createContext, submit }: ChannelDeps): ChannelActivities {
  return mapFailures<ChannelActivities>({
    submitArtefact: async (input) => {
      const outcome = await whileBeating(() =>
        submitArtefact({ ctx: contextOfWorkflow(createContext, input), input: { submissionId: input.submissionId }, deps: submit }),
      );
      switch (outcome.kind) {
        case 'delivered':
        case 'refused':
          return { kind: outcome.kind };
        case 'retryLater':
          throw ApplicationFailure.create({
            message: outcome.text,
            type: 'retryLater',
            ...(outcome.retryAfterMs !== undefined && { nextRetryDelay: outcome.retryAfterMs }),
          });
        case 'unknown':
          throw ApplicationFailure.create({ message: outcome.text, type: 'unknownOutcome' });
        default:
          return assertNever(outcome);
      }
    },
  });
}

/** A quarter of the timeout in `workflows/reporting-obligation.ts`, so that one lost beat is no death. */
const HEARTBEAT_EVERY_MS = 2_500;

/** Runs a call to the outside world and tells Temporal meanwhile that this worker lives. */
async function whileBeating<T>(work: () => Promise<T>): Promise<T> {
  const activity = Context.current();
  const beat = setInterval(() => activity.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
