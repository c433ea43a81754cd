import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createDataConverter } from '../../bin/wiring/temporal-client.ts';
import { bundleWorkflows } from '../../bin/wiring/workflow-bundle.ts';
import { workflowLimits } from '../../bin/wiring/workers.ts';
import { loadEnv } from '../../config/env.ts';

/** The worker of the base side: a process of its own with the options and the environment of our worker. Its argument is the task queue. */
const [, , taskQueue = ''] = process.argv;
const logger = new DefaultLogger('WARN');
Runtime.install({ logger, shutdownSignals: [] });
const env = loadEnv();
const connection = await NativeConnection.connect({ address: env.temporal.address });
const workflowBundle = await bundleWorkflows({ entry: fileURLToPath(new URL('./base-workflow.ts', import.meta.url)), logger });
const worker = await Worker.create({
  connection,
  namespace: env.temporal.namespace,
  taskQueue,
  workflowBundle,
  activities: { doNothing: async () => undefined },
  dataConverter: createDataConverter(env.encryption.payloadKeys),
  ...workflowLimits(env.worker),
});
process.on('disconnect', () => worker.shutdown());
process.send?.({ ready: true });
await worker.run();
await connection.close();
process.exit();
