import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkflowBundle } from '@temporalio/worker';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { AlarmActivities } from '../../../activities/alarm-activities.ts';
import type { ChannelActivities, ReportingActivities } from '../../../activities/reporting-activities.ts';
import type { InvoicingActivities, SettlementActivities } from '../../../activities/settlement-activities.ts';
import type { TradeActivities } from '../../../activities/trade-activities.ts';
import { createDataConverter } from '../../../bin/wiring/temporal-client.ts';
import { createTemporalWorkflowPort } from '../../../bin/wiring/temporal-workflow-port.ts';
import { systemClock } from '../../../adapters/clock/clock.ts';
import type { WorkflowPort } from '../../../services/ports/workflow-port.ts';
import { REPORTING_TASK_QUEUE, channelTaskQueue } from '../../../workflows/reporting-obligation.messages.ts';
import { SETTLEMENT_TASK_QUEUE } from '../../../workflows/settlement-cycle.messages.ts';
import { TRADE_TASK_QUEUE } from '../../../workflows/trade-lifecycle.messages.ts';

type AllActivities = TradeActivities &
  ReportingActivities &
  ChannelActivities &
  SettlementActivities &
  InvoicingActivities &
  AlarmActivities;

/** What one scenario's activities do. What it does not name must not be called. */
export type Fakes = Partial<AllActivities>;

/** Workers with activities that each scenario plays for its own tenant, and the port through which it acts. */
export type World = {
  readonly client: Client;
  readonly port: WorkflowPort;
  /** Answers the activities of one tenant from now on. */
  play(tenantId: string, fakes: Fakes): void;
  close(): Promise<void>;
};

/** One way through a workflow: acts, asserts, and returns the run whose history is that way. */
export type Scenario = { readonly name: string; run(world: World, tenantId: string): Promise<WorkflowHandle> };

export const CHANNEL_ID = 'rrm-test';

const NAMES: readonly (keyof AllActivities)[] = [
  ...([
    'assessRisk',
    'checkCompliance',
    'holdTrade',
    'escalateHeldTrade',
    'decideTrade',
    'expireHeldTrade',
    'bookTrade',
    'rejectTrade',
  ] as const),
  ...(['prepareNextSubmission', 'noteDeadline', 'repairObligation', 'submitArtefact'] as const),
  ...(['cycleSchedule', 'closeDueCycle', 'closeCycle', 'recordPayment', 'invoiceCycle', 'reportStuck', 'clearStuck'] as const),
];

/** Starts one worker per task queue; `maxCachedWorkflows` of 3 makes them replay all the time. */
export async function openWorld(input: {
  readonly client: Client;
  readonly namespace: string;
  readonly connection: NativeConnection;
  readonly bundle: WorkflowBundle;
  readonly maxCachedWorkflows: number;
  readonly payloadKeys?: string;
}): Promise<World> {
  const desks = new Map<string, Fakes>();
  const activities = Object.fromEntries(NAMES.map((name) => [name, (step: { tenantId: string }) => playFake({ desks, name, step })]));
  const workers = await Promise.all(
    [TRADE_TASK_QUEUE, REPORTING_TASK_QUEUE, SETTLEMENT_TASK_QUEUE, channelTaskQueue(CHANNEL_ID)].map((taskQueue) =>
      Worker.create({
        connection: input.connection,
        namespace: input.namespace,
        taskQueue,
        activities,
        workflowBundle: input.bundle,
        dataConverter: createDataConverter(input.payloadKeys),
        maxCachedWorkflows: input.maxCachedWorkflows,
        // More tasks at once than the cache holds would be thrown out half done and wait for their timeout.
        maxConcurrentWorkflowTaskExecutions: Math.min(4, input.maxCachedWorkflows - 1),
        maxConcurrentActivityTaskExecutions: 20,
        maxConcurrentLocalActivityExecutions: 20,
        shutdownGraceTime: '2s',
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    client: input.client,
    port: createTemporalWorkflowPort({ client: input.client, clock: systemClock() }),
    play: (tenantId, fakes) => void desks.set(tenantId, fakes),
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

async function playFake(input: {
  desks: ReadonlyMap<string, Fakes>;
  name: keyof AllActivities;
  step: { tenantId: string };
}): Promise<unknown> {
  const fake = input.desks.get(input.step.tenantId)?.[input.name];
  if (fake === undefined) throw new Error(`${input.name} must not be called in this scenario`);
  // Safe because the worker hands each activity the input that its own type demands.
  return await (fake as (step: unknown) => Promise<unknown>)(input.step);
}

/** A promise that the scenario resolves when it has seen what it waits for. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
