import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Stack } from '../../bin/stack/stack.ts';
import { createTemporalClient } from '../../bin/wiring/temporal-client.ts';
import { loadEnv } from '../../config/env.ts';
import { timed } from './round.ts';
import type { Side } from './round.ts';

const TASK_QUEUE = 'bench-base';

/** Workflows of four empty remote activities, by a worker process of their own with the environment of our worker. */
export async function startBaseSide({ stack }: { stack: Stack }): Promise<Side> {
  const env = { ...stack.env };
  const worker = fork(fileURLToPath(new URL('./base-worker.ts', import.meta.url)), [TASK_QUEUE], { env, execArgv: [] });
  const [ready] = await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(() => Promise.reject(new Error('the base worker ended before it was ready'))),
  ]);
  if (ready === undefined) throw new Error('the base worker did not come up');
  const temporal = createTemporalClient(loadEnv(env));
  const { client } = temporal;
  let started = 0;
  const execute = async (): Promise<number> => {
    started += 1;
    const startedAt = performance.now();
    await client.workflow.execute('fourEmptyActivities', { taskQueue: TASK_QUEUE, workflowId: `base-${started}`, args: [] });
    return performance.now() - startedAt;
  };
  return {
    run: async ({ count, inFlight }) =>
      await timed({
        pids: { ...stack.pids(), 'base-worker': worker.pid },
        count,
        work: async () => {
          const latenciesMs: number[] = [];
          let left = count;
          const lane = async (): Promise<void> => {
            for (; left > 0;) {
              left -= 1;
              latenciesMs.push(await execute());
            }
          };
          await Promise.all(Array.from({ length: inFlight }, lane));
          return latenciesMs;
        },
      }),
    historyEvents: async () => (await client.workflow.getHandle(`base-${started}`).fetchHistory()).events?.length,
    close: async () => {
      worker.disconnect();
      await Promise.all([once(worker, 'exit'), temporal.close()]);
    },
  };
}
