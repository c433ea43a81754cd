import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { PipelineStack } from './pipeline-stack.ts';
import type { PipelineSide } from './pipeline-side.ts';

const TRADES = 40;
/** A statement in the server's log: its process, and its text to the end of the last continued line. */
const STATEMENT = /\[(\d+)\] \S+@\S+ LOG: {2}(?:statement|execute [^:\n]*): ((?:.|\n\t)*)/g;
/** Questions of loops, which cost the same without a trade. */
const IDLE_QUESTION = /tenants_with_outbox_work|list_tenant_channels|from "channel_cursors"/;

/**
 * Messages that the server was sent for one trade, by program, from the server's own log. `BENCH_STATEMENTS` names a file for that part
 * of the log. Only with the embedded server.
 */
export async function countRoundTrips({
  bench,
  side,
}: {
  bench: PipelineStack;
  side: PipelineSide;
}): Promise<Readonly<Record<string, number>>> {
  const { stack } = bench;
  const client = new pg.Client({ connectionString: stack.adminUrl, application_name: 'bench-log' });
  await client.connect();
  const logFile = path.join(stack.profileDir, 'logs', 'postgres.log');
  try {
    await client.query(`alter system set log_statement = 'all'`);
    await client.query('select pg_reload_conf(), pg_sleep(0.3)');
    const from = statSync(logFile).size;
    await side.run({ count: TRADES, inFlight: TRADES });
    const { rows } = await client.query<{ pid: number; name: string }>('select pid, application_name as name from pg_stat_activity');
    const log = readFileSync(logFile).subarray(from);
    const kept = process.env['BENCH_STATEMENTS'];
    if (kept !== undefined) writeFileSync(kept, log);
    const names = new Map(rows.map(({ pid, name }) => [String(pid), name]));
    const counts: Record<string, number> = {};
    for (const [, pid = '', statement = ''] of log.toString('utf8').matchAll(STATEMENT)) {
      const name = names.get(pid) ?? 'ended';
      if (name.startsWith('energyopti') && !IDLE_QUESTION.test(statement)) counts[name] = (counts[name] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / TRADES]));
  } finally {
    await client.query('alter system reset log_statement');
    await client.query('select pg_reload_conf()');
    await client.end();
  }
}
