import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NextSubmission } from '../../../activities/reporting-activities.ts';
import { loadWorkflowBundle } from '../../../bin/wiring/workflow-bundle.ts';
import { reportingObligationId } from '../../../workflows/reporting-obligation.messages.ts';
import { settlementCycleId } from '../../../workflows/settlement-cycle.messages.ts';
import { tradeLifecycleId } from '../../../workflows/trade-lifecycle.messages.ts';
import { historyToText } from '../../support/history-file.ts';
import { CHANNEL_ID, type World, openWorld } from '../workflows/world.ts';
import { type OwnTemporal, startOwnTemporal } from './support/own-temporal.ts';

/** Suggested at 4,096 events by a server in production; here after few, so that histories stay readable. */
const SUGGESTED_AFTER_EVENTS = 14;
const KEY = { regime: 'REMIT', uti: 'UTILONG' };
/** `RECORD_HISTORIES=1` writes the histories that test/replay reads. */
const RECORD = process.env['RECORD_HISTORIES'] === '1';
const HISTORIES = path.join(import.meta.dirname, '../../histories');

let temporal: OwnTemporal;
let world: World;

beforeAll(async () => {
  temporal = await startOwnTemporal({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': String(SUGGESTED_AFTER_EVENTS) } });
  const { client, namespace, nativeConnection: connection } = temporal;
  world = await openWorld({ client, namespace, connection, bundle: await loadWorkflowBundle(), maxCachedWorkflows: 3 });
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
    await sleep(50);
  }
}

/** How many runs a workflow had. */
async function runsOf(workflowId: string): Promise<readonly string[]> {
  const first = temporal.client.workflow.getHandle(workflowId);
  const runs: string[] = [];
  let runId = (await first.describe()).runId;
  for (;;) {
    runs.unshift(runId);
    const { events } = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (before === undefined || before === null || before === '') return runs;
    runId = before;
  }
}

async function record(name: string, workflowId: string, runId: string | undefined): Promise<void> {
  if (!RECORD) return;
  const handle = temporal.client.workflow.getHandle(workflowId, runId);
  await writeFile(
    path.join(HISTORIES, `${name}.json`),
    historyToText({ workflowId: `${workflowId}#${name}`, history: await handle.fetchHistory() }),
  );
}

describe('a workflow whose history grows long', () => {
  it('goes on as a new run: reports of a UTI, with repeats still known as repeats', async () => {
    const tenantId = newTenant();
    const workflowId = reportingObligationId({ tenantId, ...KEY });
    const state = { at: 'pending' as 'pending' | 'delivered' | 'rejected' | 'accepted', number: 1 };
    const sends: string[] = [];
    const repaired = new Set<string>();
    world.play(tenantId, {
      prepareNextSubmission: async (): Promise<NextSubmission> => {
        const submissionId = `obl_1.${state.number}`;
        const common = { obligationId: 'obl_1', submissionId, deadline: { percent: 50, inMs: 3_600_000 } };
        if (state.at === 'accepted') return { kind: 'none' };
        if (state.at === 'pending') return { kind: 'ready', ...common, channelId: CHANNEL_ID };
        return { kind: 'awaiting', ...common, submissionState: state.at };
      },
      submitArtefact: async ({ submissionId }) => {
        sends.push(submissionId);
        state.at = 'delivered';
        return { kind: 'delivered' };
      },
      noteDeadline: async () => ({ deadline: null }),
      clearStuck: async () => undefined,
      // As the service is: a step that is run again, because its worker or its run went away, is done once by its request id.
      repairObligation: async ({ obligationId, requestId }) => {
        if (!repaired.has(requestId)) {
          repaired.add(requestId);
          state.at = 'pending';
          state.number += 1;
        }
        return { obligationId, state: 'pending' };
      },
    });
    await world.port.startReporting({ tenantId, ...KEY, obligationId: 'obl_1', requestId: 'req_1' });
    for (let round = 1; round <= 4; round += 1) {
      await until(`send ${round}`, () => state.at === 'delivered' && sends.length === round);
      state.at = 'rejected';
      const verdict = { obligationId: 'obl_1', submissionId: `obl_1.${round}`, receiptId: `rcp_${round}`, outcome: 'rejected' as const };
      // Each told three times, the one before once more, out of order.
      for (const receiptId of [verdict.receiptId, `rcp_${round - 1}`, verdict.receiptId, verdict.receiptId]) {
        await world.port.signalReceipt({ tenantId, ...KEY, ...verdict, receiptId, requestId: 'req_2' });
      }
      const repair = {
        tenantId,
        ...KEY,
        obligationId: 'obl_1',
        overrides: {},
        reason: 'again',
        actorId: 'carl',
        actorRole: 'compliance',
        requestId: `req_3.${round}`,
        updateId: `repair-${round}`,
      };
      // The same command twice at once, as of a client whose first answer was lost, also across the border of a run.
      const [one, two] = await Promise.all([world.port.repairObligation(repair), world.port.repairObligation(repair)]);
      expect(one).toEqual(two);
      expect(state.number).toBe(round + 1);
    }
    await until('the last send', () => sends.length === 5);
    // Looked at before the end: a verdict that is repeated after it begins a run of its own, which continues none.
    const runs = await runsOf(workflowId);
    expect(runs.length).toBeGreaterThan(1);
    state.at = 'accepted';
    const last = { obligationId: 'obl_1', submissionId: 'obl_1.5', receiptId: 'rcp_5', outcome: 'accepted' as const };
    for (let times = 0; times < 5; times += 1) await world.port.signalReceipt({ tenantId, ...KEY, ...last, requestId: 'req_4' });
    await until('the end', async () => (await temporal.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED');
    expect(sends).toEqual(['obl_1.1', 'obl_1.2', 'obl_1.3', 'obl_1.4', 'obl_1.5']);
    await record('report-continued-as-new', workflowId, runs[0]);
    await record('report-carried-over', workflowId, runs[1]);
  });

  it('goes on as a new run: a step that fails for long and is mended at last', async () => {
    const tenantId = newTenant();
    const step = { tradeId: 'trd_1', version: 1 };
    let failures = 0;
    const told: string[] = [];
    world.play(tenantId, {
      assessRisk: async () => {
        failures += 1;
        if (failures <= 4) throw ApplicationFailure.nonRetryable('no curve', 'reference-data-missing');
        return { outcome: 'pass', explanation: 'room' };
      },
      checkCompliance: async () => ({ outcome: 'pass', explanation: 'fine' }),
      bookTrade: async () => undefined,
      reportStuck: async ({ problem }) => void told.push(problem),
      clearStuck: async () => void told.push('cleared'),
    });
    await world.port.startTrade({ tenantId, ...step, requestId: 'req_1' });
    const workflowId = tradeLifecycleId({ tenantId, ...step });
    await until('booked', async () => (await temporal.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED');
    expect(failures).toBe(5);
    expect(told[0]).toContain('no curve');
    const runs = await runsOf(workflowId);
    await record('trade-continued-as-new', workflowId, runs.length > 1 ? runs[0] : undefined);
  });

  it('ends an alarm that the run before raised', async () => {
    const tenantId = newTenant();
    const step = { tradeId: 'trd_2', version: 1 };
    let failures = 0;
    const told: string[] = [];
    world.play(tenantId, {
      assessRisk: async () => {
        failures += 1;
        if (failures <= 6) throw ApplicationFailure.nonRetryable('no curve', 'reference-data-missing');
        return { outcome: 'pass', explanation: 'room' };
      },
      checkCompliance: async () => ({ outcome: 'pass', explanation: 'fine' }),
      bookTrade: async () => undefined,
      reportStuck: async () => void told.push('reported'),
      clearStuck: async () => void told.push('cleared'),
    });
    await world.port.startTrade({ tenantId, ...step, requestId: 'req_1' });
    const workflowId = tradeLifecycleId({ tenantId, ...step });
    await until('booked', async () => (await temporal.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED');
    expect(told.at(-1)).toBe('cleared');
  }, 120_000);

  it('goes on as a new run: a month that stays blocked', async () => {
    const tenantId = newTenant();
    const key = { counterpartyId: 'cp', agreementId: 'agr', deliveryMonth: '2026-10' };
    let state: 'open' | 'closing' | 'blocked' | 'invoiced' = 'open';
    let closes = 0;
    world.play(tenantId, {
      cycleSchedule: async () => ({ closesInMs: 3_600_000, state }),
      closeCycle: async () => {
        closes += 1;
        state = 'closing';
        return { state: 'closing' };
      },
      invoiceCycle: async () => {
        state = closes < 6 ? 'blocked' : 'invoiced';
        return { state, invoiceIds: state === 'invoiced' ? ['inv_1'] : [] };
      },
      recordPayment: async () => ({ state: 'settled' }),
      clearStuck: async () => undefined,
    });
    await world.port.startSettlement({ tenantId, cycleId: 'stl_1', ...key, requestId: 'req_1' });
    const workflowId = settlementCycleId({ tenantId, ...key });
    const person = { tenantId, ...key, reason: 'again', actorId: 'bert', actorRole: 'backOffice', requestId: 'req_2' };
    for (let round = 1; round <= 6; round += 1) {
      await until(`close ${round}`, async () => {
        try {
          await world.port.closeCycle({ ...person, updateId: `close-${round}-${closes}-${performance.now()}` });
          return true;
        } catch (error) {
          if (error instanceof Error && 'code' in error && (error.code === 'conflict' || error.code === 'unavailable')) return false;
          throw error;
        }
      });
    }
    const pay = { tenantId, ...key, invoiceId: 'inv_1', amount: '1.00', valueDate: '2026-11-20', bankReference: 'b', actorId: 'bert' };
    await until('paid', async () => {
      try {
        await world.port.recordPayment({ ...pay, actorRole: 'backOffice', requestId: 'req_3', updateId: `pay-${performance.now()}` });
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'conflict') return false;
        throw error;
      }
    });
    await until('the end', async () => (await temporal.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED');
    expect(closes).toBe(6);
    const runs = await runsOf(workflowId);
    expect(runs.length).toBeGreaterThan(1);
    await record('cycle-continued-as-new', workflowId, runs[0]);
  }, 120_000);
});
