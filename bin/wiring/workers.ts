import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';
import { createAlarmActivities } from '../../activities/alarm-activities.ts';
import type { ServiceContextFactory } from '../../activities/activity-context.ts';
import { createChannelActivities, createReportingActivities } from '../../activities/reporting-activities.ts';
import { createInvoicingActivities, createSettlementActivities } from '../../activities/settlement-activities.ts';
import { createTradeActivities } from '../../activities/trade-activities.ts';
import type { Channel } from '../../adapters/channels/channel.ts';
import type { Env } from '../../config/env.ts';
import { renderInvoicePdf } from '../../reports/templates/invoice-v1/render-invoice.ts';
import { createOfficialSchemas } from '../../reports/xml/official-xsd.ts';
import { REPORTING_TASK_QUEUE, channelTaskQueue } from '../../workflows/reporting-obligation.messages.ts';
import { SETTLEMENT_TASK_QUEUE } from '../../workflows/settlement-cycle.messages.ts';
import { TRADE_TASK_QUEUE } from '../../workflows/trade-lifecycle.messages.ts';
import { createDataConverter } from './temporal-client.ts';

/** Few pollers where nothing waits, more under load; ten are enough to keep two cores busy. */
const POLLERS = { type: 'autoscaling', minimum: 1, initial: 2, maximum: 10 } as const;
const ACTIVITY_POLLERS = { type: 'autoscaling', minimum: 1, initial: 1, maximum: 4 } as const;
/** After the grace the worker is given this long to end by force; then the process goes and Temporal hands its tasks to another. */
const FORCE_AFTER_GRACE_MS = 2_000;

type WorkersInput = {
  readonly env: Env;
  readonly connection: NativeConnection;
  readonly bundle: WorkflowBundleOption;
  readonly createContext: ServiceContextFactory;
  readonly channel: Channel;
};

/** One worker for each workflow queue, sharing the bundle, and one for the channel, whose rate limit Temporal enforces for all workers. */
export async function createWorkers(input: WorkersInput): Promise<readonly Worker[]> {
  const { env, createContext, channel } = input;
  const alarm = createAlarmActivities({ createContext });
  const schemas = createOfficialSchemas({ schemaDir: env.schemaDir });
  const options: WorkerOptions[] = [
    workflowWorker(input, {
      taskQueue: TRADE_TASK_QUEUE,
      activities: { ...createTradeActivities({ createContext }), ...alarm },
      enableNonLocalActivities: false,
    }),
    workflowWorker(input, {
      taskQueue: REPORTING_TASK_QUEUE,
      activities: { ...createReportingActivities({ createContext, prepare: { schemas } }), ...alarm },
      enableNonLocalActivities: false,
    }),
    workflowWorker(input, {
      taskQueue: SETTLEMENT_TASK_QUEUE,
      activities: {
        ...createSettlementActivities({ createContext }),
        ...createInvoicingActivities({ createContext, invoicing: { renderInvoice: (invoice) => renderInvoicePdf(invoice) } }),
        ...alarm,
      },
    }),
    {
      ...commonOptions(input),
      ...activityLimits(env.worker),
      taskQueue: channelTaskQueue(channel.id),
      activities: createChannelActivities({ createContext, submit: { channel } }),
      maxTaskQueueActivitiesPerSecond: channel.capabilities.maxRequestsPerSecond,
    },
  ];
  return await Promise.all(options.map((each) => Worker.create(each)));
}

type Limits = Omit<WorkerOptions, 'taskQueue' | 'activities'>;

/** What a worker of workflows may do at a time, and how it asks for work; the bench gives its base worker the same. */
export function workflowLimits(given: Env['worker']): Limits {
  const { maxCachedWorkflows, maxWorkflowTasks, maxLocalActivities } = given;
  return {
    ...activityLimits(given),
    // Explicit, because the default follows the heap limit and can outgrow the machine.
    maxCachedWorkflows,
    // A task beyond what the cache holds would be thrown out half done and wait for its timeout.
    maxConcurrentWorkflowTaskExecutions: Math.max(2, Math.min(maxWorkflowTasks, maxCachedWorkflows)),
    maxConcurrentLocalActivityExecutions: maxLocalActivities,
    workflowTaskPollerBehavior: POLLERS,
  };
}

function activityLimits({ maxActivities, shutdownGraceMs }: Env['worker']): Limits {
  return {
    maxConcurrentActivityTaskExecutions: maxActivities,
    activityTaskPollerBehavior: ACTIVITY_POLLERS,
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + FORCE_AFTER_GRACE_MS,
  };
}

function commonOptions({ env, connection }: WorkersInput): Pick<WorkerOptions, 'connection' | 'namespace' | 'dataConverter'> {
  return { connection, namespace: env.temporal.namespace, dataConverter: createDataConverter(env.encryption.payloadKeys) };
}

function workflowWorker(
  input: WorkersInput,
  own: Pick<WorkerOptions, 'taskQueue' | 'enableNonLocalActivities'> & { readonly activities: object },
): WorkerOptions {
  return { ...commonOptions(input), ...workflowLimits(input.env.worker), ...own, workflowBundle: input.bundle };
}
