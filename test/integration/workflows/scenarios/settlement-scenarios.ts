import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { AppError } from '../../../../domain/errors/app-error.ts';
import { settlementCycleId } from '../../../../workflows/settlement-cycle.messages.ts';
import type { Fakes, Scenario, World } from '../world.ts';
import { distinct, isAppError, note } from './trade-scenarios.ts';

const KEY = { counterpartyId: 'cpt_1', agreementId: 'agr_1', deliveryMonth: '2026-03' };
const PAYMENT = {
  amount: '1190.00',
  valueDate: '2026-04-20',
  bankReference: 'E2E-1',
  actorId: 'bo',
  actorRole: 'backOffice',
  requestId: 'req_2',
};
const RETRIES_MAX = 100;

function desk(calls: string[], input: { closesInMs: number }): Fakes {
  return {
    cycleSchedule: async () => note(calls, 'cycleSchedule', { closesInMs: input.closesInMs, state: 'open' }),
    closeDueCycle: async () => note(calls, 'closeDueCycle', { state: 'closing' }),
    closeCycle: async (step) => note(calls, `closeCycle by ${step.actor.id}`, { state: 'closing' }),
    invoiceCycle: async () => note(calls, 'invoiceCycle', { state: 'invoiced', invoiceIds: ['inv_1'] }),
    recordPayment: async (step) => note(calls, `recordPayment of ${step.invoiceId}`, { state: 'settled' }),
  };
}

export const settlementScenarios: readonly Scenario[] = [
  {
    name: 'cycle-closed-by-timer-and-paid',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, desk(calls, { closesInMs: 200 }));
      const handle = await startCycle(world, tenantId);
      await assert.rejects(pay(world, tenantId, 'inv_9', 'early'), isAppError('conflict', 'not-found'));
      await whenOpenFor(() => pay(world, tenantId, 'inv_1', 'pay'));
      assert.deepEqual(await handle.result(), { state: 'settled' });
      assert.deepEqual(distinct(calls), ['cycleSchedule', 'closeDueCycle', 'invoiceCycle', 'recordPayment of inv_1']);
      return handle;
    },
  },
  {
    name: 'cycle-closed-by-person-two-invoices',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...desk(calls, { closesInMs: 600_000 }),
        invoiceCycle: async () => note(calls, 'invoiceCycle', { state: 'invoiced', invoiceIds: ['inv_1', 'inv_2'] }),
        recordPayment: async ({ invoiceId }) => note(calls, invoiceId, { state: invoiceId === 'inv_2' ? 'settled' : 'invoiced' }),
      });
      const handle = await startCycle(world, tenantId);
      assert.deepEqual(await close(world, tenantId, 'close'), { state: 'closing' });
      await whenOpenFor(() => pay(world, tenantId, 'inv_1', 'first'));
      await assert.rejects(close(world, tenantId, 'late'), isAppError('conflict'));
      await assert.rejects(pay(world, tenantId, 'inv_1', 'again'), isAppError('conflict'));
      await assert.rejects(pay(world, tenantId, 'inv_2', 'wrong', '12,50'), isAppError('validation-failed'));
      assert.deepEqual(await pay(world, tenantId, 'inv_2', 'second'), { state: 'settled' });
      assert.deepEqual(await handle.result(), { state: 'settled' });
      // A command may come in while the first step is still under way.
      assert.deepEqual(distinct(calls).slice(0, 2).toSorted(), ['closeCycle by bo', 'cycleSchedule']);
      assert.deepEqual(distinct(calls).slice(2), ['invoiceCycle', 'inv_1', 'inv_2']);
      return handle;
    },
  },
  {
    name: 'cycle-blocked-then-closed',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      let isBlocked = true;
      world.play(tenantId, {
        ...desk(calls, { closesInMs: 0 }),
        invoiceCycle: async () =>
          isBlocked
            ? note(calls, 'blocked', { state: 'blocked', invoiceIds: [] })
            : note(calls, 'invoiceCycle', { state: 'invoiced', invoiceIds: ['inv_1'] }),
      });
      const handle = await startCycle(world, tenantId);
      for (let tries = 0; !calls.includes('blocked') && tries < RETRIES_MAX; tries += 1) await sleep(20);
      isBlocked = false;
      await whenOpenFor(() => close(world, tenantId, 'price-came'));
      await whenOpenFor(() => pay(world, tenantId, 'inv_1', 'pay'));
      assert.deepEqual(await handle.result(), { state: 'settled' });
      assert.deepEqual(distinct(calls), [
        'cycleSchedule',
        'closeDueCycle',
        'blocked',
        'closeCycle by bo',
        'invoiceCycle',
        'recordPayment of inv_1',
      ]);
      return handle;
    },
  },
  {
    name: 'cycle-empty',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...desk(calls, { closesInMs: 0 }),
        invoiceCycle: async () => note(calls, 'invoiceCycle', { state: 'empty', invoiceIds: [] }),
      });
      const handle = await startCycle(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'empty' });
      return handle;
    },
  },
  {
    name: 'cycle-started-anew-after-invoicing',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...desk(calls, { closesInMs: 0 }),
        cycleSchedule: async () => note(calls, 'cycleSchedule', { closesInMs: 0, state: 'invoiced' }),
      });
      const handle = await startCycle(world, tenantId);
      await whenOpenFor(() => pay(world, tenantId, 'inv_1', 'pay'));
      assert.deepEqual(await handle.result(), { state: 'settled' });
      assert.deepEqual(distinct(calls), ['cycleSchedule', 'invoiceCycle', 'recordPayment of inv_1'], 'a closed cycle is not closed again');
      return handle;
    },
  },
];

async function startCycle(world: World, tenantId: string): Promise<WorkflowHandle> {
  await world.port.startSettlement({ tenantId, cycleId: 'stl_1', ...KEY, requestId: 'req_1' });
  return world.client.workflow.getHandle(settlementCycleId({ tenantId, ...KEY }));
}

async function close(world: World, tenantId: string, updateId: string): Promise<{ state: string }> {
  return await world.port.closeCycle({
    tenantId,
    ...KEY,
    updateId,
    reason: 'Month end.',
    actorId: 'bo',
    actorRole: 'backOffice',
    requestId: 'req_2',
  });
}

async function pay(
  world: World,
  tenantId: string,
  invoiceId: string,
  updateId: string,
  amount = PAYMENT.amount,
): Promise<{ state: string }> {
  return await world.port.recordPayment({ tenantId, ...KEY, ...PAYMENT, invoiceId, amount, updateId });
}

/** Repeats a command until the workflow has come to where it takes it. */
async function whenOpenFor<T>(command: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < RETRIES_MAX; tries += 1) {
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'conflict' && error.code !== 'not-found')) throw error;
      await sleep(25);
    }
  }
  assert.fail('the workflow never took the command');
}
