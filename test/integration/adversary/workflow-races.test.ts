import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NextSubmission } from '../../../activities/reporting-activities.ts';
import { loadWorkflowBundle } from '../../../bin/wiring/workflow-bundle.ts';
import { AppError } from '../../../domain/errors/app-error.ts';
import { reportingObligationId } from '../../../workflows/reporting-obligation.messages.ts';
import { tradeLifecycleId } from '../../../workflows/trade-lifecycle.messages.ts';
import { TEST_PAYLOAD_KEYS, type TestTemporal, startTestTemporal } from '../../support/temporal.ts';
import { CHANNEL_ID, type World, openWorld } from '../workflows/world.ts';

const KEY = { regime: 'REMIT', uti: 'UTIRACE' };
let temporal: TestTemporal;
let world: World;

beforeAll(async () => {
  temporal = await startTestTemporal({ payloadKeys: TEST_PAYLOAD_KEYS });
  const { client, namespace, nativeConnection: connection } = temporal;
  const bundle = await loadWorkflowBundle();
  world = await openWorld({ client, namespace, connection, bundle, maxCachedWorkflows: 3, payloadKeys: TEST_PAYLOAD_KEYS });
});
afterAll(async () => {
  await world.close();
  await temporal.stop();
});

const newTenant = (): string => `t-${randomBytes(5).toString('hex')}`;

async function until(what: string, test: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 45_000;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`timed out: ${what}`);
    await sleep(30);
  }
}

/** A report that is sent at once and judged when the test says so. */
function report(tenantId: string, fakes: Parameters<World['play']>[1] = {}) {
  const state = { at: 'pending' as 'pending' | 'delivered' | 'rejected' | 'accepted', sends: 0 };
  world.play(tenantId, {
    prepareNextSubmission: async (): Promise<NextSubmission> => {
      const common = { obligationId: 'obl_1', submissionId: 'sub_1', deadline: null };
      if (state.at === 'accepted') return { kind: 'none' };
      if (state.at === 'pending') return { kind: 'ready', ...common, channelId: CHANNEL_ID };
      return { kind: 'awaiting', ...common, submissionState: state.at };
    },
    submitArtefact: async () => {
      state.sends += 1;
      state.at = 'delivered';
      return { kind: 'delivered' };
    },
    repairObligation: async ({ obligationId }) => ({ obligationId, state: 'pending' }),
    ...fakes,
  });
  return state;
}

const tell = (tenantId: string, receiptId: string, outcome: 'accepted' | 'rejected') =>
  world.port.signalReceipt({ tenantId, ...KEY, obligationId: 'obl_1', submissionId: 'sub_1', receiptId, outcome, requestId: 'req' });

describe('signals', () => {
  it('that come two hundred times, side by side and before the first start, end in one report', async () => {
    const tenantId = newTenant();
    const state = report(tenantId);
    const start = () => world.port.startReporting({ tenantId, ...KEY, obligationId: 'obl_1', requestId: 'req' });
    await Promise.all([
      tell(tenantId, 'early', 'accepted'),
      ...Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? start() : tell(tenantId, `r${index % 7}`, 'rejected'))),
    ]);
    await until('the send', () => state.at === 'delivered');
    state.at = 'accepted';
    await Promise.all(Array.from({ length: 140 }, (_, index) => tell(tenantId, `last${index % 2}`, 'accepted')));
    const handle = temporal.client.workflow.getHandle(reportingObligationId({ tenantId, ...KEY }));
    await until('the end', async () => (await handle.describe()).status.name === 'COMPLETED');
    expect(state.sends).toBe(1);
  });

  it('that come while a run is closing start the next one, and nothing is lost', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tenantId = newTenant();
      const state = report(tenantId);
      await world.port.startReporting({ tenantId, ...KEY, obligationId: 'obl_1', requestId: 'req' });
      await until('the send', () => state.at === 'delivered');
      state.at = 'accepted';
      await tell(tenantId, 'r1', 'accepted');
      await sleep(round * 15);
      // A second obligation of the UTI, just when the workflow sees that nothing is left to do.
      state.at = 'pending';
      await world.port.startReporting({ tenantId, ...KEY, obligationId: 'obl_2', requestId: 'req' });
      await until('the second send', () => state.sends === 2);
      state.at = 'accepted';
      await tell(tenantId, 'r2', 'accepted');
      const handle = temporal.client.workflow.getHandle(reportingObligationId({ tenantId, ...KEY }));
      await until('the end', async () => (await handle.describe()).status.name === 'COMPLETED');
    }
  });
});

describe('a send that fails for good', () => {
  it('is told to a person, and the verdict that comes all the same ends the pause', async () => {
    const tenantId = newTenant();
    const told: string[] = [];
    const state = report(tenantId, {
      submitArtefact: async () => {
        throw ApplicationFailure.nonRetryable('tried 400 times; a person has to look', 'internal');
      },
      reportStuck: async ({ step }) => void told.push(step),
      clearStuck: async () => undefined,
    });
    await world.port.startReporting({ tenantId, ...KEY, obligationId: 'obl_1', requestId: 'req' });
    await until('the alarm', () => told.length > 0);
    expect(told).toEqual(['submitArtefact']);
    state.at = 'accepted';
    await tell(tenantId, 'r1', 'accepted');
    const handle = temporal.client.workflow.getHandle(reportingObligationId({ tenantId, ...KEY }));
    await until('the end', async () => (await handle.describe()).status.name === 'COMPLETED');
  });
});

describe('decisions', () => {
  it('made at once by many, each twice, come to one; late ones are refused with a reason', async () => {
    const tenantId = newTenant();
    const step = { tradeId: 'trd_secret', version: 1 };
    const made: string[] = [];
    world.play(tenantId, {
      assessRisk: async () => ({ outcome: 'breach', explanation: 'the limit SECRETLIMIT is breached' }),
      checkCompliance: async () => ({ outcome: 'pass', explanation: 'fine' }),
      holdTrade: async () => ({ maker: 'maker', expiresInMs: 3_600_000, escalatesInMs: 1_800_000 }),
      decideTrade: async ({ decision, actor }) => {
        await sleep(20);
        made.push(`${decision} by ${actor.id}`);
        return { state: decision === 'approve' ? 'approved' : 'rejected' };
      },
      bookTrade: async () => undefined,
      rejectTrade: async () => undefined,
    });
    await world.port.startTrade({ tenantId, ...step, requestId: 'req' });
    const decide = (decidedBy: string, decision: 'approve' | 'reject') =>
      world.port.decideTrade({
        tenantId,
        ...step,
        decision,
        reason: 'SECRETREASON agreed',
        decidedBy,
        decidedByRole: 'compliance',
        requestId: 'req',
        // A hash, as the API makes it: names of updates are not encrypted.
        updateId: createHash('sha256').update(`${decidedBy}-${decision}`).digest('hex').slice(0, 32),
      });
    await until('it waits', async () => {
      try {
        await decide('maker', 'approve');
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        return error instanceof AppError && error.code === 'self-approval';
      }
    });
    const names = ['carl', 'cleo', 'cora', 'carl', 'cleo', 'cora'];
    const outcomes = await Promise.allSettled(names.map((name, index) => decide(name, index % 2 === 0 ? 'approve' : 'reject')));
    expect(made).toHaveLength(1);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    // The one that comes when the run has just ended finds nothing that waits; the API words that as a conflict too.
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(['conflict', 'not-found']).toContain((outcome.reason as AppError).code);
    }
    // After the end: another command is refused in words; the one that was taken gets its answer again.
    await expect(decide('late', 'reject')).rejects.toBeInstanceOf(AppError);
    const taken = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await expect(decide(names[taken] ?? '', taken % 2 === 0 ? 'approve' : 'reject')).resolves.toHaveProperty('state');

    const { events } = await temporal.client.workflow.getHandle(tradeLifecycleId({ tenantId, ...step })).fetchHistory();
    const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode({ events: events ?? [] }).finish()).toString('latin1');
    for (const secret of ['SECRETREASON', 'SECRETLIMIT', 'carl', 'cleo', 'cora', 'maker is never checker']) {
      expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
    }
  });

  it('fail with nothing readable in the history, also where a step fails', async () => {
    const tenantId = newTenant();
    const step = { tradeId: 'trd_2', version: 1 };
    let failures = 0;
    world.play(tenantId, {
      assessRisk: async () => {
        failures += 1;
        if (failures === 1) throw ApplicationFailure.nonRetryable('SECRETCAUSE of the failure', 'internal');
        return { outcome: 'pass', explanation: 'fine' };
      },
      checkCompliance: async () => ({ outcome: 'pass', explanation: 'fine' }),
      bookTrade: async () => undefined,
      reportStuck: async () => undefined,
      clearStuck: async () => undefined,
    });
    await world.port.startTrade({ tenantId, ...step, requestId: 'req' });
    const handle = temporal.client.workflow.getHandle(tradeLifecycleId({ tenantId, ...step }));
    await until('the end', async () => (await handle.describe()).status.name === 'COMPLETED');
    const { events } = await handle.fetchHistory();
    const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode({ events: events ?? [] }).finish()).toString('latin1');
    expect(bytes).not.toContain('SECRETCAUSE');
    expect(bytes).not.toContain('application-failure.ts');
  });
});
