import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { NextSubmission } from '../../../../activities/reporting-activities.ts';
import { reportingObligationId } from '../../../../workflows/reporting-obligation.messages.ts';
import { CHANNEL_ID, gate } from '../world.ts';
import type { Fakes, Scenario, World } from '../world.ts';
import { isAppError } from './trade-scenarios.ts';

const KEY = { regime: 'REMIT', uti: 'UTI0001' };
type State = 'pending' | 'invalid' | 'delivered' | 'rejected' | 'accepted';

/** Our database as one scenario sees it: obligations in order, what was sent, and the deadline that is noted. */
class Ledger {
  readonly obligations: { id: string; state: State; number: number }[] = [];
  readonly sends: string[] = [];
  readonly noted: string[] = [];
  deadline: { percent: number; inMs: number } | null = { percent: 50, inMs: 3_600_000 };

  add(id: string, state: State = 'pending'): void {
    this.obligations.push({ id, state, number: 1 });
  }

  of(id: string): { id: string; state: State; number: number } {
    const found = this.obligations.find((each) => each.id === id);
    assert.ok(found !== undefined);
    return found;
  }

  next(): NextSubmission {
    const open = this.obligations.find((each) => each.state !== 'accepted');
    if (open === undefined) return { kind: 'none' };
    const { deadline } = this;
    const submissionId = submissionOf(open);
    if (open.state === 'invalid' || open.state === 'rejected') return { kind: 'invalid', obligationId: open.id, deadline };
    if (open.state === 'pending') return { kind: 'ready', obligationId: open.id, submissionId, channelId: CHANNEL_ID, deadline };
    return { kind: 'awaiting', obligationId: open.id, submissionId, submissionState: open.state, deadline };
  }

  deliver(submissionId: string): { kind: 'delivered' } {
    this.sends.push(submissionId);
    const sent = this.obligations.find((each) => submissionOf(each) === submissionId);
    if (sent?.state === 'pending') sent.state = 'delivered';
    return { kind: 'delivered' };
  }
}

function submissionOf(obligation: { id: string; number: number }): string {
  return `${obligation.id}.${obligation.number}`;
}

function desk(ledger: Ledger): Fakes {
  return {
    prepareNextSubmission: async () => ledger.next(),
    submitArtefact: async ({ submissionId }) => ledger.deliver(submissionId),
    noteDeadline: async ({ obligationId }) => {
      ledger.noted.push(obligationId);
      return { deadline: null };
    },
    repairObligation: async ({ obligationId }) => {
      const obligation = ledger.of(obligationId);
      if (obligation.state !== 'invalid' && obligation.state !== 'rejected') {
        throw ApplicationFailure.nonRetryable('Only an invalid or rejected report can be repaired.', 'illegal-transition');
      }
      obligation.state = 'pending';
      obligation.number += 1;
      return { obligationId, state: 'pending' };
    },
  };
}

/** A desk that says when a submission has gone out, so that the scenario knows when its receipt may come. */
function announcingDesk(ledger: Ledger, count = 1): { fakes: Fakes; sent: Promise<void>[] } {
  const gates = Array.from({ length: count }, gate);
  const fakes = desk(ledger);
  return {
    sent: gates.map((each) => each.opened),
    fakes: {
      ...fakes,
      submitArtefact: async ({ submissionId }) => {
        const result = ledger.deliver(submissionId);
        gates[ledger.sends.length - 1]?.open();
        return result;
      },
    },
  };
}

export const reportingScenarios: readonly Scenario[] = [
  {
    name: 'report-accepted',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1');
      const { fakes, sent } = announcingDesk(ledger);
      world.play(tenantId, fakes);
      const handle = await addObligation(world, tenantId, 'obl_1');
      await sent[0];
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 1 });
      assert.deepEqual(ledger.sends, ['obl_1.1']);
      const { events } = await handle.fetchHistory();
      const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
      assert.ok(tasks.length <= 4, `an accepted report took ${tasks.length} workflow tasks`);
      const timers = (events ?? []).filter((event) => event.timerStartedEventAttributes);
      assert.equal(timers.length, 1, 'one timer, to the next milestone');
      return handle;
    },
  },
  {
    name: 'report-rejected-repaired',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1');
      const { fakes, sent } = announcingDesk(ledger, 2);
      world.play(tenantId, fakes);
      const handle = await addObligation(world, tenantId, 'obl_1');
      await sent[0];
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'rejected' });
      await assert.rejects(repair(world, tenantId, 'obl_9'), isAppError('not-found'));
      assert.deepEqual(await repair(world, tenantId, 'obl_1'), { obligationId: 'obl_1', state: 'pending' });
      await sent[1];
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 1 });
      assert.deepEqual(ledger.sends, ['obl_1.1', 'obl_1.2']);
      return handle;
    },
  },
  {
    name: 'report-invalid-repaired',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1', 'invalid');
      const { fakes, sent } = announcingDesk(ledger);
      world.play(tenantId, fakes);
      const handle = await addObligation(world, tenantId, 'obl_1');
      await repair(world, tenantId, 'obl_1');
      await sent[0];
      await assert.rejects(repair(world, tenantId, 'obl_1', 'again'), isAppError('illegal-transition'));
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      await handle.result();
      assert.deepEqual(ledger.sends, ['obl_1.2']);
      return handle;
    },
  },
  {
    name: 'report-unknown-outcome',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1');
      let attempts = 0;
      const settled = gate();
      world.play(tenantId, {
        ...desk(ledger),
        submitArtefact: async ({ submissionId }) => {
          attempts += 1;
          if (attempts === 1) throw ApplicationFailure.create({ message: 'connection reset', type: 'unknownOutcome' });
          if (attempts === 2) throw ApplicationFailure.create({ message: 'busy', type: 'retryLater', nextRetryDelay: 100 });
          settled.open();
          return ledger.deliver(submissionId);
        },
      });
      const handle = await addObligation(world, tenantId, 'obl_1');
      await settled.opened;
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 1 });
      assert.equal(attempts, 3);
      return handle;
    },
  },
  {
    name: 'report-receipt-before-answer',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1');
      const asked = gate();
      world.play(tenantId, {
        ...desk(ledger),
        submitArtefact: async () => {
          asked.open();
          throw ApplicationFailure.create({ message: 'no answer', type: 'unknownOutcome', nextRetryDelay: 600_000 });
        },
      });
      const handle = await addObligation(world, tenantId, 'obl_1');
      await asked.opened;
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 1 }, 'the receipt ends the wait for an answer');
      return handle;
    },
  },
  {
    name: 'report-deadline-milestones',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1', 'invalid');
      ledger.deadline = { percent: 50, inMs: 100 };
      const passed = gate();
      const percents: number[] = [];
      world.play(tenantId, {
        ...desk(ledger),
        noteDeadline: async () => {
          const next = [{ percent: 80, inMs: 100 }, { percent: 100, inMs: 100 }, null][percents.length] ?? null;
          percents.push(next?.percent ?? 0);
          if (next === null) passed.open();
          return { deadline: next };
        },
      });
      const handle = await addObligation(world, tenantId, 'obl_1');
      await passed.opened;
      assert.deepEqual(percents, [80, 100, 0], 'each milestone is noted once, and the end of the deadline ends nothing');
      await repair(world, tenantId, 'obl_1');
      await judgeWhenSent(world, tenantId, ledger, 'obl_1');
      assert.deepEqual(await handle.result(), { accepted: 1 });
      return handle;
    },
  },
  {
    name: 'report-two-actions-in-a-row',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      ledger.add('obl_1');
      const { fakes, sent } = announcingDesk(ledger, 2);
      world.play(tenantId, fakes);
      const handle = await addObligation(world, tenantId, 'obl_1');
      await sent[0];
      ledger.add('obl_2');
      await addObligation(world, tenantId, 'obl_2');
      assert.deepEqual(ledger.sends, ['obl_1.1'], 'the second action waits for the verdict on the first');
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      await sent[1];
      await judge(world, tenantId, ledger, { obligationId: 'obl_2', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 2 }, 'a receipt that came twice counts once');
      assert.deepEqual(ledger.sends, ['obl_1.1', 'obl_2.1']);
      return handle;
    },
  },
  {
    name: 'report-added-after-the-end',
    run: async (world, tenantId) => {
      const ledger = new Ledger();
      const first = await (async () => {
        world.play(tenantId, desk(ledger));
        const handle = await addObligation(world, tenantId, 'obl_0');
        assert.deepEqual(await handle.result(), { accepted: 0 });
        return (await handle.describe()).runId;
      })();
      ledger.add('obl_1');
      const { fakes, sent } = announcingDesk(ledger);
      world.play(tenantId, fakes);
      const handle = await addObligation(world, tenantId, 'obl_1');
      assert.notEqual((await handle.describe()).runId, first, 'a new run begins where the last one has ended');
      await sent[0];
      await judge(world, tenantId, ledger, { obligationId: 'obl_1', outcome: 'accepted' });
      assert.deepEqual(await handle.result(), { accepted: 1 });
      return handle;
    },
  },
];

async function addObligation(world: World, tenantId: string, obligationId: string): Promise<WorkflowHandle> {
  await world.port.startReporting({ tenantId, ...KEY, obligationId, requestId: 'req_1' });
  return world.client.workflow.getHandle(reportingObligationId({ tenantId, ...KEY }));
}

async function judge(
  world: World,
  tenantId: string,
  ledger: Ledger,
  verdict: { obligationId: string; outcome: 'accepted' | 'rejected' },
): Promise<void> {
  const obligation = ledger.of(verdict.obligationId);
  obligation.state = verdict.outcome;
  const submissionId = submissionOf(obligation);
  await world.port.signalReceipt({ tenantId, ...KEY, ...verdict, submissionId, receiptId: `rcp_${submissionId}`, requestId: 'req_2' });
}

async function judgeWhenSent(world: World, tenantId: string, ledger: Ledger, obligationId: string): Promise<void> {
  const obligation = ledger.of(obligationId);
  const deadlineAt = performance.now() + 10_000;
  while (obligation.state !== 'delivered') {
    assert.ok(performance.now() < deadlineAt, 'the report was not sent');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await judge(world, tenantId, ledger, { obligationId, outcome: 'accepted' });
}

async function repair(
  world: World,
  tenantId: string,
  obligationId: string,
  updateId = 'repair',
): Promise<{ obligationId: string; state: string }> {
  return await world.port.repairObligation({
    tenantId,
    ...KEY,
    obligationId,
    overrides: { price: '42.00' },
    reason: 'The price was in cents.',
    actorId: 'carl',
    actorRole: 'compliance',
    requestId: 'req_3',
    updateId: `${updateId}-${obligationId}`,
  });
}
