import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { issueKey } from '../services/auth/issue-key.ts';
import { withTenant } from '../db/client.ts';
import { seedTenant } from '../test/support/context.ts';
import { createTestDatabase } from '../test/support/database.ts';
import pg from 'pg';
import type { LoadOrder } from './support/load-client.ts';
import type { LoadResult } from './support/request-load.ts';
import type { ServerOrder } from './support/server.ts';

/** POST /v1/trades against a bare Hono route with one insert, on the same PostgreSQL, in one run: rounds of each in turn. */
const CONCURRENCY = 32;
const POOL_MAX = 10;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const REQUESTS_PER_ROUND = Number(process.env['BENCH_REQUESTS'] ?? 3_000);
const WARM_UP_REQUESTS = 1_500;
const AIM_RATIO = 0.45;

type Side = { readonly kind: 'ours' | 'base'; readonly port: number; readonly path: string; readonly rounds: LoadResult[] };

const database = await createTestDatabase();
const children: ChildProcess[] = [];
try {
  const { tenantId, ctx } = await seedTenant({ database });
  const { plainKey: apiKey } = await issueKey({ ctx, input: { userId: 'user-upstream' } });
  await createBenchTable();
  const client = start('load-client');
  const ours = await startSide('ours', '/v1/trades');
  const base = await startSide('base', '/trades');
  let sent = 0;
  for (const [round, count] of [WARM_UP_REQUESTS, ...Array<number>(ROUNDS).fill(REQUESTS_PER_ROUND)].entries()) {
    for (const side of [ours, base]) {
      const series = `${side.kind}-${round}`;
      const result = await ask<LoadResult>(client, {
        port: side.port,
        path: side.path,
        apiKey,
        series,
        count,
        concurrency: CONCURRENCY,
      } satisfies LoadOrder);
      assert.deepEqual(result.statuses, { 202: count }, `every request of ${series} is taken`);
      if (round > 0) side.rounds.push(result);
    }
    sent += count;
  }
  await assertDelivered(tenantId, sent);
  report({ ours: ours.rounds, base: base.rounds });
} finally {
  for (const child of children) if (child.connected) child.disconnect();
  await database.drop();
}

async function createBenchTable(): Promise<void> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query('create table bench_rows (id uuid primary key, body jsonb not null, created_at timestamptz not null default now())');
  await admin.query('grant select, insert on bench_rows to energyopti_app');
  await admin.end();
}

function start(name: string): ChildProcess {
  const child = fork(path.join(import.meta.dirname, 'support', `${name}.ts`), { execArgv: name === 'server' ? serverArguments() : [] });
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) process.exit(1);
  });
  children.push(child);
  return child;
}

/** `BENCH_PROFILE=dir` writes CPU profiles of both servers there. */
function serverArguments(): string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function startSide(kind: Side['kind'], requestPath: string): Promise<Side> {
  const order: ServerOrder = { kind, databaseUrl: database.appUrl, poolMax: POOL_MAX };
  const { port } = await ask<{ port: number }>(start('server'), order);
  return { kind, port, path: requestPath, rounds: [] };
}

async function ask<T>(child: ChildProcess, order: ServerOrder | LoadOrder): Promise<T> {
  const answered = once(child, 'message');
  child.send(order);
  const [message] = await answered;
  // Safe because each child answers one order with one message of the type that its file names.
  return message as T;
}

/** Nothing lost, nothing twice: rows are counted in the database, not in the answers. */
async function assertDelivered(tenantId: string, sent: number): Promise<void> {
  const counts = await withTenant(database.db, tenantId, async (tx) => ({
    trades: await tx
      .selectFrom('trades')
      .select((of) => of.fn.countAll<string>().as('n'))
      .executeTakeFirstOrThrow(),
    outbox: await tx
      .selectFrom('outbox')
      .select((of) => of.fn.countAll<string>().as('n'))
      .executeTakeFirstOrThrow(),
    audit: await tx
      .selectFrom('audit_events')
      .select((of) => of.fn.countAll<string>().as('n'))
      .where('action', '=', 'trade.captured')
      .executeTakeFirstOrThrow(),
  }));
  assert.deepEqual(
    [counts.trades.n, counts.outbox.n, counts.audit.n].map(Number),
    [sent, sent, sent],
    'one trade, message and audit event for each 202',
  );
}

function report(results: { ours: readonly LoadResult[]; base: readonly LoadResult[] }): void {
  const line = (metric: string, unit: string, of: (result: LoadResult) => number): number => {
    const ours = median(results.ours.map(of));
    const base = median(results.base.map(of));
    console.log(JSON.stringify({ bench: 'api', metric, ours: round2(ours), base: round2(base), ratio: round2(ours / base), unit }));
    return ours / base;
  };
  const ratio = line('throughput', 'requests/s', (result) => (result.latenciesMs.length / result.elapsedMs) * 1_000);
  line('p50', 'ms', (result) => quantile(result.latenciesMs, 0.5));
  line('p99', 'ms', (result) => quantile(result.latenciesMs, 0.99));
  console.error(`POST /v1/trades runs at ${round2(ratio)} of a bare route with one insert; the aim is ${AIM_RATIO}.`);
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
