import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTenant } from '../../../db/client.ts';
import { AppError } from '../../../domain/errors/app-error.ts';
import { workflowIdOf } from '../../../bin/wiring/workflow-id-of.ts';
import { dispatchOutbox } from '../../../services/outbox/dispatch-outbox.ts';
import type { DispatchDeps } from '../../../services/outbox/dispatch-outbox.ts';
import { enqueue } from '../../../services/outbox/enqueue.ts';
import type { OutboxMessage } from '../../../services/outbox/enqueue.ts';
import type { WorkflowPort } from '../../../services/ports/workflow-port.ts';
import { ensurePartitions } from '../../../services/reconciliation/ensure-partitions.ts';
import { GRACE_MS, reconcileWorkflows } from '../../../services/reconciliation/reconcile-workflows.ts';
import { clearStuck } from '../../../services/reconciliation/clear-stuck.ts';
import { reportStuck } from '../../../services/reconciliation/report-stuck.ts';
import { SYSTEM_ACTOR } from '../../../services/context.ts';
import type { ServiceContext } from '../../../services/context.ts';
import { captureTrade } from '../../../services/trades/capture-trade.ts';
import { createTestContext, seedTenant } from '../../support/context.ts';
import type { TestContext } from '../../support/context.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';
import { sampleDraft } from '../../support/sample-draft.ts';

/** A port that writes down what it is told, and fails where the test says so. */
function recordingPort(fail: (call: string) => Error | undefined = () => undefined): { port: WorkflowPort; calls: string[] } {
  const calls: string[] = [];
  const note = async (call: string): Promise<void> => {
    const error = fail(call);
    if (error !== undefined) throw error;
    calls.push(call);
  };
  const never = async (): Promise<never> => {
    throw new Error('the relay gives no commands');
  };
  return {
    calls,
    port: {
      startTrade: (input) => note(`trade ${input.tradeId} v${input.version}`),
      startReporting: (input) => note(`report ${input.uti} ${input.obligationId}`),
      startSettlement: (input) => note(`cycle ${input.cycleId}`),
      signalReceipt: (input) => note(`receipt ${input.uti} ${input.receiptId}`),
      decideTrade: never,
      repairObligation: never,
      closeCycle: never,
      recordPayment: never,
      findDecision: async () => undefined,
      findClosing: async () => undefined,
      isOpen: async () => false,
    },
  };
}

const noQueue: DispatchDeps['queues'] = { webhooks: { add: async () => undefined } };
const receipt = (uti: string, receiptId: string): OutboxMessage => ({
  kind: 'signalReceipt',
  regime: 'REMIT',
  uti,
  receiptId,
  obligationId: 'obl_1',
  submissionId: 'sub_1',
  outcome: 'accepted',
});
const trade = (tradeId: string): OutboxMessage => ({ kind: 'startTrade', tradeId, version: 1 });
const outage = new AppError({ code: 'unavailable', message: 'no server', retryable: true });

describe('relay and reconciler', () => {
  let database: TestDatabase;
  let ctx: TestContext;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
  });
  beforeEach(async () => {
    const seeded = await seedTenant({ database });
    ctx = createTestContext({ db: database.db, tenantId: seeded.tenantId, actor: SYSTEM_ACTOR });
  });

  const stage = (...messages: OutboxMessage[]): Promise<void> => withTenant(database.db, ctx.tenantId, (tx) => enqueue(ctx, tx, messages));
  const dispatch = (port: WorkflowPort, limit = 100) =>
    dispatchOutbox({ deps: { db: database.db, clock: ctx.clock, workflows: port, queues: noQueue }, limit });
  const pending = async () =>
    await withTenant(database.db, ctx.tenantId, (tx) =>
      tx.selectFrom('outbox').select(['kind', 'attempts', 'last_error']).where('dispatched_at', 'is', null).orderBy('seq').execute(),
    );

  it('sends messages of one target in the order of staging, and none twice', async () => {
    const { port, calls } = recordingPort();
    await stage(
      { kind: 'startReporting', regime: 'REMIT', uti: 'U1', obligationId: 'obl_1' },
      receipt('U1', 'r1'),
      receipt('U1', 'r2'),
      trade('t1'),
    );
    expect(await dispatch(port)).toEqual({ dispatched: 4, failed: 0, more: false });
    expect(calls.filter((call) => call.includes('U1'))).toEqual(['report U1 obl_1', 'receipt U1 r1', 'receipt U1 r2']);
    expect(await dispatch(port)).toMatchObject({ dispatched: 0 });
    expect(calls).toHaveLength(4);
  });

  it('lets a message that cannot be sent stand in nobody’s way but its target’s, and tries it again later', async () => {
    const poison = recordingPort((call) => (call.includes('r1') ? new Error('does not work') : undefined));
    await stage(receipt('U1', 'r1'), receipt('U1', 'r2'), receipt('U2', 'r3'), trade('t1'));
    expect(await dispatch(poison.port)).toMatchObject({ dispatched: 2, failed: 1 });
    expect(poison.calls.toSorted()).toEqual(['receipt U2 r3', 'trade t1 v1']);
    expect((await pending())[0]).toMatchObject({ attempts: 1, last_error: 'does not work' });
    const healed = recordingPort();
    ctx.clock.advance(10_000);
    await dispatch(healed.port);
    expect(healed.calls).toEqual(['receipt U1 r1', 'receipt U1 r2']);
  });

  it('leaves the rest of the batch as it is while the server is down', async () => {
    await stage(...Array.from({ length: 60 }, (_, index) => trade(`t${index}`)));
    const down = recordingPort(() => outage);
    const result = await dispatch(down.port);
    expect(result.dispatched).toBe(0);
    expect(result.failed).toBeLessThanOrEqual(16);
    ctx.clock.advance(5_000);
    const up = recordingPort();
    expect(await dispatch(up.port)).toMatchObject({ dispatched: 60, failed: 0 });
  });

  it('shares the work between two relays without sending anything twice', async () => {
    await stage(...Array.from({ length: 80 }, (_, index) => trade(`t${index}`)));
    const { port, calls } = recordingPort();
    const all = async (): Promise<void> => {
      while ((await dispatch(port, 10)).dispatched > 0);
    };
    await Promise.all([all(), all()]);
    await all();
    expect(calls).toHaveLength(80);
    expect(new Set(calls).size).toBe(80);
  });

  it('keeps a message that nobody can read, with the reason', async () => {
    await withTenant(database.db, ctx.tenantId, (tx) =>
      tx
        .insertInto('outbox')
        .values({ tenant_id: ctx.tenantId, id: 'out_x', kind: 'startTrade', payload: '{"kind":"startTrade"}', created_at: ctx.clock.now() })
        .execute(),
    );
    expect(await dispatch(recordingPort().port)).toMatchObject({ dispatched: 0, failed: 1 });
    expect((await pending())[0]?.last_error).toMatch(/tradeId/);
  });

  it('stages again what has no open workflow, after the grace and not before', async () => {
    const upstream: ServiceContext = { ...ctx, actor: { id: 'user-upstream', role: 'upstream' } };
    await captureTrade({ ctx: upstream, input: { draft: sampleDraft() } });
    const first = recordingPort();
    await dispatch(first.port);
    const deps = { workflows: first.port, workflowIdOf, contextOf: (tenantId: string) => ({ ...ctx, tenantId }) };
    expect((await reconcileWorkflows({ db: database.db, deps })).restarted).toBe(0);
    ctx.clock.advance(GRACE_MS + 1_000);
    await reconcileWorkflows({ db: database.db, deps });
    const again = recordingPort();
    await dispatch(again.port);
    expect(again.calls).toEqual(expect.arrayContaining(first.calls));
    const open = { ...deps, workflows: { isOpen: async () => true } };
    expect((await reconcileWorkflows({ db: database.db, deps: open })).restarted).toBe(0);
  });

  it('opens one exception for a stuck workflow and closes it when it goes on', async () => {
    const subject = { kind: 'cycle', id: 'stl_1' } as const;
    const one = await reportStuck({ ctx, input: { subject, step: 'invoiceCycle', problem: 'no price' } });
    expect(await reportStuck({ ctx, input: { subject, step: 'invoiceCycle', problem: 'no price' } })).toEqual(one);
    await clearStuck({ ctx, input: { subject, step: 'invoiceCycle' } });
    await clearStuck({ ctx, input: { subject, step: 'invoiceCycle' } });
    const rows = await withTenant(database.db, ctx.tenantId, (tx) => tx.selectFrom('exceptions').select(['id', 'state']).execute());
    expect(rows).toEqual([{ id: one.exceptionId, state: 'resolved' }]);
  });

  it('makes the partitions of the coming months', async () => {
    ctx.clock.set('2029-06-15T10:00:00Z');
    await ensurePartitions({ db: database.db, clock: ctx.clock });
    await ensurePartitions({ db: database.db, clock: ctx.clock });
    await withTenant(database.db, ctx.tenantId, (tx) =>
      tx
        .insertInto('prices')
        .values({
          tenant_id: ctx.tenantId,
          curve_id: 'X',
          quoted_on: '2030-06-01',
          delivery_month: '2030-07',
          price: '1',
          currency: 'EUR',
          provenance: 'simulated',
          known_at: ctx.clock.now(),
        })
        .execute(),
    );
    const rows = await withTenant(database.db, ctx.tenantId, (tx) =>
      tx.selectFrom('prices').select('price').where('curve_id', '=', 'X').execute(),
    );
    expect(rows).toEqual([{ price: '1' }]);
  });
});
