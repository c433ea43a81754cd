import { clearStuck } from '../services/reconciliation/clear-stuck.ts';
import { reportStuck } from '../services/reconciliation/report-stuck.ts';
import type { StuckSubject } from '../services/reconciliation/report-stuck.ts';
import { contextOfWorkflow } from './activity-context.ts';
import type { ActivityScope, ServiceContextFactory } from './activity-context.ts';
import { mapFailures } from './application-failure.ts';

export type { StuckSubject } from '../services/reconciliation/report-stuck.ts';

/** Tell a person that a workflow cannot go on by itself, and take it back once it can. Local activities of every workflow. */
export type AlarmActivities = {
  reportStuck(input: ActivityScope & { readonly subject: StuckSubject; readonly step: string; readonly problem: string }): Promise<void>;
  clearStuck(input: ActivityScope & { readonly subject: StuckSubject; readonly step: string }): Promise<void>;
};

export function createAlarmActivities({ createContext }: { readonly createContext: ServiceContextFactory }): AlarmActivities {
  return mapFailures<AlarmActivities>({
    reportStuck: async (input) => {
      const { subject, step, problem } = input;
      await reportStuck({ ctx: contextOfWorkflow(createContext, input), input: { subject, step, problem } });
    },
    clearStuck: async (input) => {
      const { subject, step } = input;
      await clearStuck({ ctx: contextOfWorkflow(createContext, input), input: { subject, step } });
    },
  });
}
