import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { startGuarded } from '../../../../bin/stack/guarded-process.ts';
import { freePort } from '../../../../bin/stack/ports.ts';
import { findTemporalBinary } from '../../../../bin/stack/temporal-binary.ts';
import { createDataConverter } from '../../../../bin/wiring/temporal-client.ts';
import { loadStackEnv } from '../../../../config/stack-env.ts';

/** A Temporal server of this test's own, whose limits it sets and whose memory goes with it. */
export type OwnTemporal = {
  readonly client: Client;
  readonly namespace: string;
  readonly nativeConnection: NativeConnection;
  stop(): Promise<void>;
};

const NAMESPACE = 'adversary';
const READY_WITHIN_MS = 60_000;

export async function startOwnTemporal(
  input: { dynamicConfig?: Readonly<Record<string, string>>; payloadKeys?: string } = {},
): Promise<OwnTemporal> {
  const env = loadStackEnv({ ...process.env });
  const folder = await mkdtemp(path.join(tmpdir(), 'energyopti-own-temporal-'));
  const binary = await findTemporalBinary({ path: env.path, cacheHome: env.cacheHome, log: () => undefined });
  const port = await freePort();
  const settings = Object.entries(input.dynamicConfig ?? {}).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
  const running = await startGuarded({
    name: 'Temporal of a test',
    logFile: path.join(folder, 'temporal.log'),
    spec: {
      command: binary.path,
      args: [
        'server',
        'start-dev',
        '--headless',
        '--ip=127.0.0.1',
        `--port=${port}`,
        `--namespace=${NAMESPACE}`,
        '--log-level=error',
        ...settings,
      ],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', TEMPORAL_VERSION_CHECK_DISABLED: '1', TEMPORAL_DISABLE_CONFIG_FILE: 'true' },
      stop: [{ signal: 'SIGKILL', waitMs: 2_000 }],
    },
  });
  const connection = await connect(`127.0.0.1:${port}`);
  const nativeConnection = await NativeConnection.connect({ address: `127.0.0.1:${port}` });
  return {
    client: new Client({ connection, namespace: NAMESPACE, dataConverter: createDataConverter(input.payloadKeys) }),
    namespace: NAMESPACE,
    nativeConnection,
    stop: async () => {
      await connection.close();
      await nativeConnection.close();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connect(address: string): Promise<Connection> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
      return connection;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
