import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CycleStep, InvoicingActivities, SettlementActivities } from '../activities/settlement-activities.ts';
import { SETTLEMENT_TASK_QUEUE, closeCycleUpdate, recordPaymentUpdate } from './settlement-cycle.messages.ts';
import type {
  CloseCycleInput,
  CloseCycleResult,
  RecordPaymentInput,
  RecordPaymentResult,
  SettlementCycleInput,
  SettlementCycleResult,
} from './settlement-cycle.messages.ts';
import { isStorableText } from '../domain/trade/storable-text.ts';
import { Lane } from './lane.ts';
import { asRefusal, createSteadySteps, refuse } from './steady-steps.ts';
import type { SteadySteps } from './steady-steps.ts';

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
  const desk = new CycleDesk(input);
  // Updates, because back office needs to know whether the command was taken.
  setHandler(closeCycleUpdate, (close) => desk.close(close), { validator: (close) => desk.assertMayClose(close) });
  setHandler(recordPaymentUpdate, (payment) => desk.recordPayment(payment), { validator: (payment) => desk.assertMayRecord(payment) });
  return await desk.run();
}

/** The state of one run and the steps that change it. */
class CycleDesk {
  readonly #step: CycleStep;
  readonly #lane = new Lane();
  readonly #steps: SteadySteps;
  readonly #paidInvoiceIds = new Set<string>();
  readonly #restart: () => Promise<never>;
  #stage: 'open' | 'invoicing' | 'blocked' | 'awaitingPayment' | 'done' = 'open';
  #invoiceIds: readonly string[] = [];
  #isClosing = false;
  #closeRequests = 0;
  #isSettled = false;

  constructor(input: SettlementCycleInput) {
    const { tenantId, requestId, cycleId } = input;
    this.#step = { tenantId, requestId, cycleId };
    this.#restart = async () => {
      await condition(allHandlersFinished);
      return await continueAsNew<typeof settlementCycle>(input);
    };
    const subject = () => ({ kind: 'cycle', id: cycleId }) as const;
    this.#steps = createSteadySteps({ tenantId, requestId, lane: this.#lane, subject, restart: this.#restart });
  }

  async run(): Promise<SettlementCycleResult> {
    await this.#waitUntilClosed();
    const state = await this.#invoice();
    if (state === 'invoiced') {
      this.#stage = 'awaitingPayment';
      // No timer: an unpaid invoice is watched by its due date in the database, and the money has no deadline of ours.
      await condition(() => this.#isSettled);
    }
    this.#stage = 'done';
    await condition(allHandlersFinished);
    return { state: state === 'invoiced' ? 'settled' : 'empty' };
  }

  assertMayClose(close: CloseCycleInput): void {
    if (this.#stage !== 'open' && this.#stage !== 'blocked') refuse('conflict', 'The cycle is closed already.');
    if (this.#isClosing) refuse('conflict', 'The cycle is being closed already.');
    if (close.reason.trim() === '') refuse('validation-failed', 'reason: say why the cycle is closed now.');
    if (!isStorableText(close.reason)) refuse('validation-failed', 'reason: it has U+0000 or half of a character in it.');
  }

  async close({ actorId, actorRole, reason, requestId }: CloseCycleInput): Promise<CloseCycleResult> {
    const actor = { id: actorId, role: actorRole };
    this.#isClosing = true;
    try {
      const closed = await this.#lane.run(() => person.closeCycle({ ...this.#step, requestId, actor, reason }));
      this.#closeRequests += 1;
      return closed;
    } catch (error) {
      throw asRefusal(error);
    } finally {
      this.#isClosing = false;
    }
  }

  assertMayRecord(payment: RecordPaymentInput): void {
    if (this.#stage !== 'awaitingPayment') refuse('conflict', 'The cycle is not waiting for a payment.');
    if (!this.#invoiceIds.includes(payment.invoiceId)) refuse('not-found', `The cycle has no invoice '${payment.invoiceId}'.`);
    if (this.#paidInvoiceIds.has(payment.invoiceId)) refuse('conflict', 'This invoice has been paid already.');
    if (!AMOUNT_PATTERN.test(payment.amount)) refuse('validation-failed', "amount: a decimal such as '1234.50'.");
    if (!DATE_PATTERN.test(payment.valueDate)) refuse('validation-failed', "valueDate: a day such as '2026-04-20'.");
  }

  async recordPayment(payment: RecordPaymentInput): Promise<RecordPaymentResult> {
    const { actorId, actorRole, ...facts } = payment;
    const actor = { id: actorId, role: actorRole };
    this.#paidInvoiceIds.add(facts.invoiceId);
    try {
      const paid = await this.#lane.run(() => person.recordPayment({ ...this.#step, ...facts, actor }));
      this.#isSettled = this.#isSettled || paid.state === 'settled';
      return paid;
    } catch (error) {
      this.#paidInvoiceIds.delete(facts.invoiceId);
      throw asRefusal(error);
    }
  }

  async #waitUntilClosed(): Promise<void> {
    const { state, closesInMs } = await this.#steps.local('cycleSchedule', () => database.cycleSchedule(this.#step));
    // Further on already: this run was started anew. Invoicing is idempotent and says where the cycle stands.
    if (state !== 'open') return;
    const isClosed = (): boolean => this.#closeRequests > 0;
    if (isClosed() || (closesInMs > 0 && (await condition(isClosed, closesInMs)))) return;
    await condition(() => !this.#isClosing);
    if (isClosed()) return;
    const reason = 'The delivery month is over.';
    await this.#steps.local('closeDueCycle', () => database.closeDueCycle({ ...this.#step, reason }));
  }

  async #invoice(): Promise<'invoiced' | 'empty'> {
    // Ends when nothing blocks any more; long histories continue as new.
    for (;;) {
      this.#stage = 'invoicing';
      const requestsSeen = this.#closeRequests;
      const invoiced = await this.#steps.remote('invoiceCycle', () => invoicing.invoiceCycle(this.#step));
      this.#invoiceIds = invoiced.invoiceIds;
      if (invoiced.state !== 'blocked') return invoiced.state;
      this.#stage = 'blocked';
      if (workflowInfo().continueAsNewSuggested) await this.#restart();
      await condition(() => this.#closeRequests > requestsSeen, BLOCKED_RECHECK_MS);
    }
  }
}
