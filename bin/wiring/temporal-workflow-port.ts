import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client, UpdateDefinition, WorkflowOptions } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { AppError } from '../../domain/errors/app-error.ts';
import type { Clock } from '../../domain/time/clock.ts';
import type { WorkflowPort } from '../../services/ports/workflow-port.ts';
import {
  REPORTING_TASK_QUEUE,
  obligationAddedSignal,
  receiptArrivedSignal,
  repairObligationUpdate,
  reportingObligationId,
} from '../../workflows/reporting-obligation.messages.ts';
import type { ReportingObligationInput } from '../../workflows/reporting-obligation.messages.ts';
import {
  SETTLEMENT_TASK_QUEUE,
  closeCycleUpdate,
  recordPaymentUpdate,
  settlementCycleId,
} from '../../workflows/settlement-cycle.messages.ts';
import type { SettlementCycleInput } from '../../workflows/settlement-cycle.messages.ts';
import { TRADE_TASK_QUEUE, decideTradeUpdate, tradeLifecycleId } from '../../workflows/trade-lifecycle.messages.ts';
import type { TradeLifecycleInput } from '../../workflows/trade-lifecycle.messages.ts';
import { toAppError } from './port-error.ts';

/** A start or a signal is one short call; a person's command waits for its outcome. */
const CALL_TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 20_000;

type Call<T> = { readonly workflowId: string; readonly timeoutMs: number; readonly run: () => Promise<T> };

/**
 * `WorkflowPort` on Temporal. `clock` is the machine's time, never a simulated one: it bounds calls to a real server.
 * A trade version runs once (a new run only after one that failed); reports and cycles may run again, because more can come for them.
 */
export function createTemporalWorkflowPort({ client, clock }: { readonly client: Client; readonly clock: Clock }): WorkflowPort {
  async function call<T>({ workflowId, timeoutMs, run }: Call<T>): Promise<T> {
    try {
      return await client.withDeadline(clock.now().getTime() + timeoutMs, run);
    } catch (error) {
      throw toAppError(error, { workflowId });
    }
  }

  async function start(type: string, options: WorkflowOptions & { readonly args: [unknown] }): Promise<void> {
    await call({
      workflowId: options.workflowId,
      timeoutMs: CALL_TIMEOUT_MS,
      run: async () => {
        try {
          await client.workflow.start(type, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
        } catch (error) {
          // Done already: the message came twice.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      },
    });
  }

  async function command<R, A>(workflowId: string, definition: UpdateDefinition<R, [A]>, input: { updateId: string; args: A }): Promise<R> {
    return await call({
      workflowId,
      timeoutMs: COMMAND_TIMEOUT_MS,
      run: async () =>
        await client.workflow.getHandle(workflowId).executeUpdate(definition, { updateId: input.updateId, args: [input.args] }),
    });
  }

  /** The outcome of a command that was taken earlier; nothing where the server knows no such command. */
  async function outcomeOf<R, A>(workflowId: string, _definition: UpdateDefinition<R, [A]>, updateId: string): Promise<R | undefined> {
    try {
      return await call({
        workflowId,
        timeoutMs: COMMAND_TIMEOUT_MS,
        run: async () => await client.workflow.getHandle(workflowId).getUpdateHandle<R>(updateId).result(),
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** Tells the reporting workflow of a UTI, and begins a new run where the last one has ended. */
  async function tellReporting(
    input: ReportingObligationInput,
    message: { readonly signal: string; readonly fact: unknown },
  ): Promise<void> {
    const workflowId = reportingObligationId(input);
    const { tenantId, regime, uti, requestId } = input;
    const first: ReportingObligationInput = { tenantId, regime, uti, requestId };
    await call({
      workflowId,
      timeoutMs: CALL_TIMEOUT_MS,
      run: async () => {
        await client.workflow.signalWithStart('reportingObligation', {
          workflowId,
          taskQueue: REPORTING_TASK_QUEUE,
          args: [first],
          signal: message.signal,
          signalArgs: [message.fact],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
        });
      },
    });
  }

  return {
    startTrade: async ({ tenantId, tradeId, version, requestId }) => {
      const first: TradeLifecycleInput = { tenantId, tradeId, version, requestId };
      await start('tradeLifecycle', {
        workflowId: tradeLifecycleId(first),
        taskQueue: TRADE_TASK_QUEUE,
        args: [first],
        // A version that ended well never runs again; one whose run was terminated or failed may, or the reconciler could not mend it.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      });
    },
    startReporting: async ({ obligationId, ...input }) => {
      await tellReporting(input, { signal: obligationAddedSignal.name, fact: { obligationId } });
    },
    startSettlement: async ({ tenantId, cycleId, requestId, ...key }) => {
      const first: SettlementCycleInput = { tenantId, cycleId, requestId };
      await start('settlementCycle', {
        workflowId: settlementCycleId({ tenantId, ...key }),
        taskQueue: SETTLEMENT_TASK_QUEUE,
        args: [first],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
    },
    signalReceipt: async ({ obligationId, submissionId, receiptId, outcome, ...input }) => {
      await tellReporting(input, { signal: receiptArrivedSignal.name, fact: { obligationId, submissionId, receiptId, outcome } });
    },
    decideTrade: async ({ tenantId, tradeId, version, updateId, ...args }) =>
      await command(tradeLifecycleId({ tenantId, tradeId, version }), decideTradeUpdate, { updateId, args }),
    repairObligation: async ({ tenantId, regime, uti, updateId, ...args }) =>
      await command(reportingObligationId({ tenantId, regime, uti }), repairObligationUpdate, { updateId, args }),
    closeCycle: async ({ tenantId, counterpartyId, agreementId, deliveryMonth, updateId, ...args }) =>
      await command(settlementCycleId({ tenantId, counterpartyId, agreementId, deliveryMonth }), closeCycleUpdate, { updateId, args }),
    recordPayment: async ({ tenantId, counterpartyId, agreementId, deliveryMonth, updateId, ...args }) =>
      await command(settlementCycleId({ tenantId, counterpartyId, agreementId, deliveryMonth }), recordPaymentUpdate, { updateId, args }),
    findDecision: async ({ updateId, ...key }) => await outcomeOf(tradeLifecycleId(key), decideTradeUpdate, updateId),
    findClosing: async ({ updateId, ...key }) => await outcomeOf(settlementCycleId(key), closeCycleUpdate, updateId),
    isOpen: async ({ workflowId }) =>
      await call({
        workflowId,
        timeoutMs: CALL_TIMEOUT_MS,
        run: async () => {
          try {
            return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
          } catch (error) {
            if (error instanceof WorkflowNotFoundError) return false;
            throw error;
          }
        },
      }),
  };
}
