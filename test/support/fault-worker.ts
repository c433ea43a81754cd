/** The worker of bin/worker.ts with points in its channel at which it dies. Reads `FAULT_DIR`. */
import path from 'node:path';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createChannel } from '../../bin/wiring/channel.ts';
import { sayReady, untilStopped } from '../../bin/wiring/process.ts';
import { createClock, createServiceContextFactory } from '../../bin/wiring/service-context.ts';
import { loadWorkflowBundle } from '../../bin/wiring/workflow-bundle.ts';
import { createWorkers } from '../../bin/wiring/workers.ts';
import { loadEnv } from '../../config/env.ts';
import { createDb } from '../../db/client.ts';
import { createIdSource } from '../../services/ids.ts';
import { withFaultPoints } from './fault-points.ts';

const env = loadEnv();
const { stopped } = untilStopped();
Runtime.install({ shutdownSignals: [] });
const bundle = await loadWorkflowBundle({ cacheDir: path.join(env.dataDir, 'bundles') });
const connection = await NativeConnection.connect({ address: env.temporal.address });
const db = createDb({ url: env.database.url, maxConnections: env.database.poolMax, applicationName: 'energyopti-worker' });
const channel = withFaultPoints(createChannel(env), process.env['FAULT_DIR'] ?? '');
const createContext = createServiceContextFactory({ db, clock: createClock(env), ids: createIdSource() });
const workers = await createWorkers({ env, connection, bundle, createContext, channel });
const running = workers.map((worker) => worker.run());
sayReady({ process: 'worker' });

await stopped;
for (const worker of workers) worker.shutdown();
await Promise.allSettled(running);
process.exit(0);
