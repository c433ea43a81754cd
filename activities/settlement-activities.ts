import { closeCycle } from '../services/settlement/close-cycle.ts';
import { cycleSchedule } from '../services/settlement/cycle-schedule.ts';
import { invoiceCycle } from '../services/settlement/invoice-cycle.ts';
import { recordPayment } from '../services/settlement/record-payment.ts';
import { contextOfPerson, contextOfWorkflow } from './activity-context.ts';
import type { ActivityScope, CommandingPerson, ServiceContextFactory } from './activity-context.ts';
import { mapFailures } from './application-failure.ts';

export type CycleStep = ActivityScope & { readonly cycleId: string };
export type CycleState = 'open' | 'closing' | 'blocked' | 'invoiced' | 'settled' | 'empty';
export type InvoicingResult = { readonly state: 'invoiced' | 'empty' | 'blocked'; readonly invoiceIds: readonly string[] };

/** Steps of `settlementCycle` on our own database: local activities. */
export type SettlementActivities = {
  cycleSchedule(input: CycleStep): Promise<{ readonly closesInMs: number; readonly state: CycleState }>;
  closeDueCycle(input: CycleStep & { readonly reason: string }): Promise<{ readonly state: string }>;
  closeCycle(input: CycleStep & { readonly actor: CommandingPerson; readonly reason: string }): Promise<{ readonly state: string }>;
  recordPayment(
    input: CycleStep & {
      readonly actor: CommandingPerson;
      readonly invoiceId: string;
      readonly amount: string;
      readonly valueDate: string;
      readonly bankReference: string;
    },
  ): Promise<{ readonly state: string }>;
};

/** Renders documents, which takes longer than a workflow task may: a remote activity. */
export type InvoicingActivities = { invoiceCycle(input: CycleStep): Promise<InvoicingResult> };

export function createSettlementActivities({ createContext }: { readonly createContext: ServiceContextFactory }): SettlementActivities {
  const system = (input: CycleStep) => contextOfWorkflow(createContext, input);
  return mapFailures<SettlementActivities>({
    cycleSchedule: async (input) => await cycleSchedule({ ctx: system(input), input: { cycleId: input.cycleId } }),
    closeDueCycle: async (input) => await closeCycle({ ctx: system(input), input: { cycleId: input.cycleId, reason: input.reason } }),
    closeCycle: async (input) =>
      await closeCycle({ ctx: contextOfPerson(createContext, input), input: { cycleId: input.cycleId, reason: input.reason } }),
    recordPayment: async (input) =>
      await recordPayment({
        ctx: contextOfPerson(createContext, input),
        input: {
          cycleId: input.cycleId,
          invoiceId: input.invoiceId,
          amount: input.amount,
          valueDate: input.valueDate,
          bankReference: input.bankReference,
        },
      }),
  });
}

export function createInvoicingActivities(deps: {
  readonly createContext: ServiceContextFactory;
  readonly invoicing: Parameters<typeof invoiceCycle>[0]['deps'];
}): InvoicingActivities {
  return mapFailures<InvoicingActivities>({
    invoiceCycle: async (input) =>
      await invoiceCycle({
        ctx: contextOfWorkflow(deps.createContext, input),
        input: { cycleId: input.cycleId },
        deps: deps.invoicing,
      }),
  });
}
