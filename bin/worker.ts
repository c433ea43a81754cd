import path from 'node:path';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import { loadEnv } from '../config/env.ts';
import { createDb } from '../db/client.ts';
import { createIdSource } from '../services/ids.ts';
import { createChannel } from './wiring/channel.ts';
import { createLog } from './wiring/log.ts';
import type { Log } from './wiring/log.ts';
import { sayReady, untilItSucceeds, untilStopped } from './wiring/process.ts';
import { createClock, createServiceContextFactory } from './wiring/service-context.ts';
import { temporalTls } from './wiring/temporal-client.ts';
import { loadWorkflowBundle } from './wiring/workflow-bundle.ts';
import { createWorkers } from './wiring/workers.ts';

/** Runs the workflows and their activities until it is told to stop; ends with an error where Temporal's client gives up for good. */
const env = loadEnv();
const log = createLog({ env, name: 'worker' });
const { stopped, signal } = untilStopped();
// We hear the signals ourselves: the pool and the channel close after the last activity, not before.
Runtime.install({ logger: new DefaultLogger('INFO', (entry) => writeEntry(log, entry)), shutdownSignals: [] });

process.exitCode = await main();
// Handles of the native runtime may outlive the work; nothing of ours is under way any more.
process.exit();

async function main(): Promise<number> {
  const tls = temporalTls(env);
  const bundle =
    env.worker.bundleFile === undefined
      ? await loadWorkflowBundle({ cacheDir: path.join(env.dataDir, 'bundles') })
      : { codePath: env.worker.bundleFile };
  const connection = await untilItSucceeds({
    what: 'Temporal',
    log,
    signal,
    work: () => NativeConnection.connect({ address: env.temporal.address, ...(tls !== undefined && { tls }) }),
  });
  if (connection === undefined) return 0;
  const db = createDb({ url: env.database.url, maxConnections: env.database.poolMax, applicationName: 'energyopti-worker' });
  const channel = createChannel(env);
  const createContext = createServiceContextFactory({ db, clock: createClock(env), ids: createIdSource() });
  const workers = await createWorkers({ env, connection, bundle, createContext, channel });
  const running = workers.map((worker) => worker.run());
  const failed = Promise.all(running).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  sayReady({ process: 'worker', taskQueues: workers.map((worker) => worker.options.taskQueue) });

  const early = await Promise.race([stopped.then(() => undefined), failed]);
  if (early !== undefined) log.fatal({ err: early.error }, 'a worker gave up; the supervisor starts this process again');
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.allSettled(running);
  channel.close();
  await connection.close().catch(() => undefined);
  await db.destroy();
  return early === undefined ? 0 : 1;
}

function writeEntry(target: Log, entry: LogEntry): void {
  const facts = { ...entry.meta, source: 'temporal' };
  switch (entry.level) {
    case 'TRACE':
    case 'DEBUG':
      return target.debug(facts, entry.message);
    case 'INFO':
      return target.info(facts, entry.message);
    case 'WARN':
      return target.warn(facts, entry.message);
    case 'ERROR':
      return target.error(facts, entry.message);
  }
}
