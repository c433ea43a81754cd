import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { freePort } from '../../bin/stack/ports.ts';
import { startTemporal } from '../../bin/stack/temporal.ts';
import { createDataConverter } from '../../bin/wiring/temporal-client.ts';
import { loadStackEnv } from '../../config/stack-env.ts';

/** A Temporal server for tests, with a client as the application has it. */
export type TestTemporal = {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly nativeConnection: NativeConnection;
  stop(): Promise<void>;
};

/** Payloads are encrypted in tests as they are in production: 32 bytes that protect nothing. */
export const TEST_PAYLOAD_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const NAMESPACE = 'energyopti-test';

/** The server of TEST_TEMPORAL_ADDRESS, or one of its own in a temporary folder. */
export async function startTestTemporal(input: { readonly payloadKeys?: string } = {}): Promise<TestTemporal> {
  const server = await startTestTemporalServer();
  const connection = await Connection.connect({ address: server.address });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection, namespace: NAMESPACE, dataConverter: createDataConverter(input.payloadKeys) });
  return {
    address: server.address,
    namespace: NAMESPACE,
    client,
    nativeConnection,
    stop: async () => {
      await connection.close();
      await nativeConnection.close();
      await server.stop();
    },
  };
}

/** Only the server, without a client: the global set-up starts it for all files. `stop` ends what this call started. */
export async function startTestTemporalServer(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const env = loadStackEnv({ ...process.env });
  const dataDir = await mkdtemp(path.join(tmpdir(), 'energyopti-temporal-'));
  const given = process.env['TEST_TEMPORAL_ADDRESS'];
  const server = await startTemporal({
    dataDir,
    namespace: NAMESPACE,
    port: await freePort(),
    logFile: path.join(dataDir, 'temporal.log'),
    path: env.path,
    cacheHome: env.cacheHome,
    log: () => undefined,
    ...(given !== undefined && given !== '' && { address: given }),
  });
  return {
    address: server.address,
    stop: async () => {
      await server.process?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
