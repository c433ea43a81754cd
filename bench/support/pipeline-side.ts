import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTemporalClient } from '../../bin/wiring/temporal-client.ts';
import { loadEnv } from '../../config/env.ts';
import { reportingObligationId } from '../../workflows/reporting-obligation.messages.ts';
import { tradeLifecycleId } from '../../workflows/trade-lifecycle.messages.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import { postTrade } from './post-json.ts';
import { tradeBody } from './pipeline-trades.ts';
import { timed } from './round.ts';
import type { Side } from './round.ts';

export type PipelineSide = Side & { captured(): readonly string[] };

const POLL_MS = 40;
/** Nothing is accepted for so long: the run has failed. A lost workflow task is found after 10 s, a failed round of sending after 30 s. */
const STANDSTILL_MS = 120_000;
const QUIET_TIMEOUT_MS = 30_000;

/** Full trades through the running stack: a new one is sent in as soon as one is accepted in PostgreSQL. */
export async function createPipelineSide({ stack, tenantId, apiKey }: PipelineStack): Promise<PipelineSide> {
  const url = new URL('/v1/trades', stack.urls['api']);
  const agent = new Agent({ keepAlive: true });
  const database = new pg.Client({ connectionString: stack.adminUrl, application_name: 'bench' });
  await database.connect();
  const temporal = createTemporalClient(loadEnv({ ...stack.env }));
  const captured: string[] = [];

  async function capture(): Promise<{ id: string; sentAt: number }> {
    const number = (nextNumber += 1);
    const sentAt = Date.now();
    const body = tradeBody({ number, now: new Date(sentAt) });
    const { tradeId: id } = (await postTrade({ url, agent, apiKey, key: `bench-${number}`, body })) as { tradeId: string };
    captured.push(id);
    return { id, sentAt };
  }
  let nextNumber = 0;

  async function listAccepted(ids: readonly string[]): Promise<readonly { trade_id: string; accepted_at: Date }[]> {
    const { rows } = await database.query<{ trade_id: string; accepted_at: Date }>({
      name: 'accepted',
      text: `select trade_id, accepted_at from obligations where tenant_id = $1 and trade_id = any($2) and state = 'accepted'`,
      values: [tenantId, ids],
    });
    return rows;
  }

  /** Where they stand, to find out why: a bench that only says "failed" is of no use. */
  async function describeStuck(ids: readonly string[]): Promise<string> {
    const { rows } = await database.query(
      `select t.id, t.state, o.uti, o.state as obligation, s.file_name, s.state as submission, s.updated_at, a.number, a.outcome, a.detail
       from trades t
       left join obligations o on o.tenant_id = t.tenant_id and o.trade_id = t.id
       left join submissions s on s.tenant_id = t.tenant_id and s.obligation_id = o.id
       left join attempts a on a.tenant_id = t.tenant_id and a.submission_id = s.id
       where t.id = any($1) order by t.id, a.number limit 20`,
      [ids],
    );
    return rows.map((row) => JSON.stringify(row)).join('\n');
  }

  async function runAll(count: number, inFlight: number): Promise<readonly number[]> {
    const latenciesMs: number[] = [];
    const under = new Map<string, number>();
    let left = count;
    let lastProgressAt = Date.now();
    while (left > 0 || under.size > 0) {
      const free = Math.min(left, inFlight - under.size);
      left -= free;
      for (const { id, sentAt } of await Promise.all(Array.from({ length: free }, capture))) under.set(id, sentAt);
      for (const { trade_id: id, accepted_at: at } of await listAccepted([...under.keys()])) {
        latenciesMs.push(at.getTime() - (under.get(id) ?? Number.NaN));
        under.delete(id);
        lastProgressAt = Date.now();
      }
      if (Date.now() - lastProgressAt > STANDSTILL_MS)
        throw new Error(`${under.size} trades do not go on:\n${await describeStuck([...under.keys()])}`);
      await sleep(POLL_MS);
    }
    return latenciesMs;
  }

  /** What a round leaves behind, the last task of each reporting workflow, must not burden the other side. */
  async function untilQuiet(): Promise<void> {
    const until = Date.now() + QUIET_TIMEOUT_MS;
    while (Date.now() < until) {
      const { rows } = await database.query(`select from outbox where dispatched_at is null limit 1`);
      const open = await temporal.client.workflow.count(`WorkflowType != 'settlementCycle' and ExecutionStatus = 'Running'`);
      if (rows.length === 0 && open.count === 0) return;
      await sleep(100);
    }
    throw new Error('the stack does not come to rest');
  }

  return {
    captured: () => captured,
    run: async ({ count, inFlight }) => {
      const result = await timed({ pids: stack.pids(), count, work: () => runAll(count, inFlight) });
      await untilQuiet();
      return result;
    },
    historyEvents: async () => {
      const tradeId = captured.at(-1) ?? '';
      const { rows } = await database.query<{ uti: string }>('select uti from obligations where tenant_id = $1 and trade_id = $2', [
        tenantId,
        tradeId,
      ]);
      const ids = [
        tradeLifecycleId({ tenantId, tradeId, version: 1 }),
        reportingObligationId({ tenantId, regime: 'REMIT', uti: rows[0]?.uti ?? '' }),
      ];
      const histories = await Promise.all(ids.map((id) => temporal.client.workflow.getHandle(id).fetchHistory()));
      return histories.map(({ events }) => events?.map(({ eventType }) => eventType).length);
    },
    close: async () => {
      agent.destroy();
      await database.end();
      await temporal.close();
    },
  };
}
