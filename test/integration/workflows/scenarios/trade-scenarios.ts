import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { AppError } from '../../../../domain/errors/app-error.ts';
import { getStageQuery, tradeLifecycleId } from '../../../../workflows/trade-lifecycle.messages.ts';
import type { Fakes, Scenario, World } from '../world.ts';

const STAGE_POLLS_MAX = 200;
const STAGE_POLL_MS = 25;
const TRADE = { tradeId: 'trd_1', version: 1 };

/** A desk at which everything passes; `calls` says what was asked of it, in order. */
function passingDesk(calls: string[]): Fakes {
  return {
    assessRisk: async () => note(calls, 'assessRisk', { outcome: 'pass', explanation: 'Within all limits.' }),
    checkCompliance: async () => note(calls, 'checkCompliance', { outcome: 'pass', explanation: 'All rules passed.' }),
    bookTrade: async () => note(calls, 'bookTrade', undefined),
    rejectTrade: async (input) => note(calls, `rejectTrade: ${input.reason}`, undefined),
    escalateHeldTrade: async () => note(calls, 'escalateHeldTrade', undefined),
  };
}

/** A desk that holds the trade of `maya` because a limit is broken, and takes a person's decision. */
function holdingDesk(calls: string[], hold: { expiresInMs: number; escalatesInMs: number }): Fakes {
  return {
    ...passingDesk(calls),
    assessRisk: async () => note(calls, 'assessRisk', { outcome: 'breach', explanation: 'Notional of book DE-POWER is over its limit.' }),
    holdTrade: async (input) => note(calls, `holdTrade: ${input.reasons.join('; ')}`, { maker: 'maya', ...hold }),
    decideTrade: async (input) =>
      note(calls, `decideTrade: ${input.decision} by ${input.actor.id}`, { state: input.decision === 'approve' ? 'approved' : 'rejected' }),
    expireHeldTrade: async () => note(calls, 'expireHeldTrade', { state: 'rejected' }),
  };
}

const LONG_HOLD = { expiresInMs: 600_000, escalatesInMs: 300_000 };

export const tradeScenarios: readonly Scenario[] = [
  {
    name: 'trade-pass',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, passingDesk(calls));
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'booked' });
      assert.deepEqual(distinct(calls), ['assessRisk', 'checkCompliance', 'bookTrade']);
      // A version that ended is never started again, however often the relay says so.
      await startTrade(world, tenantId);
      const { events } = await handle.fetchHistory();
      const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
      assert.equal(tasks.length, 1, 'the way without a person takes one workflow task');
      return handle;
    },
  },
  {
    name: 'trade-warn',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...passingDesk(calls),
        assessRisk: async () => note(calls, 'assessRisk', { outcome: 'warn', explanation: '85 % of the limit is used.' }),
      });
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'booked' });
      assert.deepEqual(distinct(calls), ['assessRisk', 'checkCompliance', 'bookTrade']);
      return handle;
    },
  },
  {
    name: 'trade-held-approved',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, holdingDesk(calls, LONG_HOLD));
      const handle = await startTrade(world, tenantId);
      await untilStage(handle, 'waitingForDecision');
      await assert.rejects(decide(world, tenantId, { decidedBy: 'maya' }), isAppError('self-approval'));
      await assert.rejects(decide(world, tenantId, { decidedBy: 'carl', reason: '  ' }), isAppError('validation-failed'));
      const first = await decide(world, tenantId, { decidedBy: 'carl', updateId: 'one' });
      assert.deepEqual(first, { state: 'booked' });
      assert.deepEqual(await handle.result(), { state: 'booked' });
      assert.deepEqual(
        await decide(world, tenantId, { decidedBy: 'carl', updateId: 'one' }),
        first,
        'the same command has the same outcome',
      );
      await assert.rejects(decide(world, tenantId, { decidedBy: 'dora', updateId: 'two' }), isAppError('not-found'));
      assert.deepEqual(distinct(calls).slice(2), [
        'holdTrade: Notional of book DE-POWER is over its limit.',
        'decideTrade: approve by carl',
        'bookTrade',
      ]);
      return handle;
    },
  },
  {
    name: 'trade-held-rejected',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      const slow = holdingDesk(calls, LONG_HOLD);
      world.play(tenantId, {
        ...slow,
        decideTrade: async (input) => {
          await sleep(300);
          return note(calls, `decideTrade: ${input.decision} by ${input.actor.id}`, { state: 'rejected' });
        },
      });
      const handle = await startTrade(world, tenantId);
      await untilStage(handle, 'waitingForDecision');
      const both = await Promise.allSettled([
        decide(world, tenantId, { decidedBy: 'carl', decision: 'reject' }),
        decide(world, tenantId, { decidedBy: 'dora' }),
      ]);
      const taken = both.filter((each) => each.status === 'fulfilled');
      assert.equal(taken.length, 1, 'of two decisions at once one is taken');
      const refused = both.find((each) => each.status === 'rejected');
      assert.ok(refused !== undefined && isAppError('conflict', 'not-found')(refused.reason));
      assert.deepEqual(await handle.result(), { state: 'rejected' });
      assert.equal(distinct(calls).filter((call) => call.startsWith('decideTrade')).length, 1);
      return handle;
    },
  },
  {
    name: 'trade-held-refused-then-approved',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...holdingDesk(calls, LONG_HOLD),
        decideTrade: async (input) => {
          if (input.actor.id === 'uma') throw ApplicationFailure.nonRetryable('The role upstream may not decide.', 'forbidden');
          return note(calls, 'decideTrade', { state: 'approved' });
        },
      });
      const handle = await startTrade(world, tenantId);
      await untilStage(handle, 'waitingForDecision');
      await assert.rejects(decide(world, tenantId, { decidedBy: 'uma' }), isAppError('forbidden'));
      assert.deepEqual(await decide(world, tenantId, { decidedBy: 'carl' }), { state: 'booked' });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'trade-held-expired',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, holdingDesk(calls, { expiresInMs: 600, escalatesInMs: 300 }));
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'rejected' });
      assert.deepEqual(distinct(calls).slice(3, 5), ['escalateHeldTrade', 'expireHeldTrade']);
      assert.match(distinct(calls)[5] ?? '', /^rejectTrade/);
      return handle;
    },
  },
  {
    name: 'trade-held-decided-before-restart',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...holdingDesk(calls, LONG_HOLD),
        holdTrade: async () => note(calls, 'holdTrade', { maker: 'maya', ...LONG_HOLD, decision: 'approved' }),
      });
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'booked' });
      assert.deepEqual(distinct(calls), ['assessRisk', 'checkCompliance', 'holdTrade', 'bookTrade']);
      return handle;
    },
  },
  {
    name: 'trade-blocked',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      world.play(tenantId, {
        ...passingDesk(calls),
        checkCompliance: async () => note(calls, 'checkCompliance', { outcome: 'block', explanation: 'The counterparty is restricted.' }),
      });
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'rejected' });
      assert.deepEqual(distinct(calls), ['assessRisk', 'checkCompliance', 'rejectTrade: The counterparty is restricted.']);
      return handle;
    },
  },
  {
    name: 'trade-stuck-then-mended',
    run: async (world, tenantId) => {
      const calls: string[] = [];
      let isMended = false;
      world.play(tenantId, {
        ...passingDesk(calls),
        assessRisk: async () => {
          if (!isMended) throw ApplicationFailure.nonRetryable('There is no price for FR-BASE in 2027-02.', 'reference-data-missing');
          return note(calls, 'assessRisk', { outcome: 'pass', explanation: 'Within all limits.' });
        },
        reportStuck: async (input) => {
          note(calls, `reportStuck: ${input.step}: ${input.problem}`, undefined);
          isMended = true;
        },
        clearStuck: async (input) => note(calls, `clearStuck: ${input.step}`, undefined),
      });
      const handle = await startTrade(world, tenantId);
      assert.deepEqual(await handle.result(), { state: 'booked' });
      assert.deepEqual(distinct(calls).slice(0, 3), [
        'reportStuck: assessRisk: There is no price for FR-BASE in 2027-02.',
        'assessRisk',
        'clearStuck: assessRisk',
      ]);
      return handle;
    },
  },
];

async function startTrade(world: World, tenantId: string): Promise<WorkflowHandle> {
  await world.port.startTrade({ tenantId, ...TRADE, requestId: 'req_1' });
  return world.client.workflow.getHandle(tradeLifecycleId({ tenantId, ...TRADE }));
}

async function decide(
  world: World,
  tenantId: string,
  input: { decidedBy: string; decision?: 'approve' | 'reject'; reason?: string; updateId?: string },
): Promise<{ state: 'booked' | 'rejected' }> {
  return await world.port.decideTrade({
    tenantId,
    ...TRADE,
    decision: input.decision ?? 'approve',
    reason: input.reason ?? 'Hedged on the other side.',
    decidedBy: input.decidedBy,
    decidedByRole: 'compliance',
    requestId: `req-${input.decidedBy}`,
    updateId: input.updateId ?? `${input.decidedBy}-${input.decision ?? 'approve'}-${input.reason ?? ''}`,
  });
}

async function untilStage(handle: WorkflowHandle, stage: string): Promise<void> {
  for (let polls = 0; polls < STAGE_POLLS_MAX; polls += 1) {
    if ((await handle.query(getStageQuery)) === stage) return;
    await sleep(STAGE_POLL_MS);
  }
  assert.fail(`the workflow did not reach the stage ${stage}`);
}

export function isAppError(...codes: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError, `expected a refusal, got ${String(error)}`);
    assert.ok(codes.includes(error.code), `expected ${codes.join(' or ')}, got ${error.code}: ${error.message}`);
    return true;
  };
}

export function note<T>(calls: string[], call: string, result: T): T {
  calls.push(call);
  return result;
}

/** Each call once, in the order of its first: a local activity runs again where its workflow task was lost. */
export function distinct(calls: readonly string[]): readonly string[] {
  return [...new Set(calls)];
}
