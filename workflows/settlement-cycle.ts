import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { InvoicingActivities, SettlementActivities } from '../activities/settlement-activities.ts';
import { SETTLEMENT_TASK_QUEUE, closeCycleUpdate, recordPaymentUpdate } from './settlement-cycle.messages.ts';
import type { CloseCycleInput, RecordPaymentInput, SettlementCycleInput, SettlementCycleResult } from './settlement-cycle.messages.ts';
import { Lane } from './lane.ts';
import { asRefusal, createSteadySteps, refuse } from './steady-steps.ts';

/** Our own database: short idempotent transactions; eight attempts bridge a restart of PostgreSQL before the steady steps take over. */
const database = proxyLocalActivities<Pick<SettlementActivities, 'cycleSchedule' | 'closeDueCycle'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '50ms', backoffCoefficient: 2, maximumInterval: '2s', maximumAttempts: 8 },
});

/** A person waits for the answer: three attempts within a second, then the refusal says that trying again may help. */
const person = proxyLocalActivities<Pick<SettlementActivities, 'closeCycle' | 'recordPayment'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

/**
 * Computes a month and renders PDFs: seconds of work for a large counterparty, too long for a workflow task, hence remote.
 * Idempotent (a cycle is invoiced once), so a worker that died is replaced after the two minutes.
 */
const invoicing = proxyActivities<InvoicingActivities>({
  taskQueue: SETTLEMENT_TASK_QUEUE,
  startToCloseTimeout: '2m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 6 },
});

/** A blocked cycle looks again by itself: what was missing (a price, an address) may have come. */
const BLOCKED_RECHECK_MS = 60 * 60_000;
const AMOUNT_PATTERN = /^-?\d{1,15}(\.\d{1,6})?$/;
const DATE_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

/** Takes one counterparty, agreement and delivery month from open to settled: closed by time or by a person, invoiced, paid. */
export async function settlementCycle(input: SettlementCycleInput): Promise<SettlementCycleResult> {
  const step = { tenantId: input.tenantId, requestId: input.requestId, cycleId: input.cycleId };
  const lane = new Lane();
  let stage: 'open' | 'invoicing' | 'blocked' | 'awaitingPayment' | 'done' = 'open';
  let invoiceIds: readonly string[] = [];
  const paidInvoiceIds = new Set<string>();
  let isClosing = false;
  let closeRequests = 0;
  let isSettled = false;

  // Updates, because back office needs to know whether the command was taken.
  setHandler(
    closeCycleUpdate,
    async (close: CloseCycleInput) => {
      isClosing = true;
      try {
        const actor = { id: close.actorId, role: close.actorRole };
        const closed = await lane.run(() => person.closeCycle({ ...step, requestId: close.requestId, actor, reason: close.reason }));
        closeRequests += 1;
        return closed;
      } catch (error) {
        throw asRefusal(error);
      } finally {
        isClosing = false;
      }
    },
    {
      validator: (close: CloseCycleInput): void => {
        if (stage !== 'open' && stage !== 'blocked') refuse('conflict', 'The cycle is closed already.');
        if (isClosing) refuse('conflict', 'The cycle is being closed already.');
        if (close.reason.trim() === '') refuse('validation-failed', 'reason: say why the cycle is closed now.');
      },
    },
  );
  setHandler(
    recordPaymentUpdate,
    async (payment: RecordPaymentInput) => {
      const { invoiceId, amount, valueDate, bankReference } = payment;
      paidInvoiceIds.add(invoiceId);
      try {
        const actor = { id: payment.actorId, role: payment.actorRole };
        const paid = await lane.run(() =>
          person.recordPayment({ ...step, requestId: payment.requestId, actor, invoiceId, amount, valueDate, bankReference }),
        );
        isSettled = isSettled || paid.state === 'settled';
        return paid;
      } catch (error) {
        paidInvoiceIds.delete(invoiceId);
        throw asRefusal(error);
      }
    },
    {
      validator: (payment: RecordPaymentInput): void => {
        if (stage !== 'awaitingPayment') refuse('conflict', 'The cycle is not waiting for a payment.');
        if (!invoiceIds.includes(payment.invoiceId)) refuse('not-found', `The cycle has no invoice '${payment.invoiceId}'.`);
        if (paidInvoiceIds.has(payment.invoiceId)) refuse('conflict', 'This invoice has been paid already.');
        if (!AMOUNT_PATTERN.test(payment.amount)) refuse('validation-failed', "amount: a decimal such as '1234.50'.");
        if (!DATE_PATTERN.test(payment.valueDate)) refuse('validation-failed', "valueDate: a day such as '2026-04-20'.");
      },
    },
  );

  const restart = async (): Promise<never> => {
    await condition(allHandlersFinished);
    return await continueAsNew<typeof settlementCycle>(input);
  };
  const steps = createSteadySteps({ ...step, lane, subject: () => ({ kind: 'cycle', id: input.cycleId }), restart });

  async function waitUntilClosed(): Promise<void> {
    const { state, closesInMs } = await steps.local('cycleSchedule', () => database.cycleSchedule(step));
    // Further on already: this run was started anew. Invoicing is idempotent and says where the cycle stands.
    if (state !== 'open') return;
    const isClosed = (): boolean => closeRequests > 0;
    if (isClosed() || (closesInMs > 0 && (await condition(isClosed, closesInMs)))) return;
    await condition(() => !isClosing);
    if (isClosed()) return;
    await steps.local('closeDueCycle', () => database.closeDueCycle({ ...step, reason: 'The delivery month is over.' }));
  }

  async function invoice(): Promise<'invoiced' | 'empty'> {
    // Ends when nothing blocks any more; long histories continue as new.
    for (;;) {
      stage = 'invoicing';
      const requestsSeen = closeRequests;
      const invoiced = await steps.remote('invoiceCycle', () => invoicing.invoiceCycle(step));
      invoiceIds = invoiced.invoiceIds;
      if (invoiced.state !== 'blocked') return invoiced.state;
      stage = 'blocked';
      if (workflowInfo().continueAsNewSuggested) await restart();
      await condition(() => closeRequests > requestsSeen, BLOCKED_RECHECK_MS);
    }
  }

  await waitUntilClosed();
  const state = await invoice();
  if (state === 'invoiced') {
    stage = 'awaitingPayment';
    // No timer: an unpaid invoice is watched by its due date in the database, and the money has no deadline of ours.
    await condition(() => isSettled);
  }
  stage = 'done';
  await condition(allHandlersFinished);
  return { state: state === 'invoiced' ? 'settled' : 'empty' };
}
