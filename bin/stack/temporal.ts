import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { startGuarded } from './guarded-process.ts';
import { tailOf } from './log-file.ts';
import { readJson, writePrivateJson } from './private-file.ts';
import { supervise } from './supervise.ts';
import type { Log, Running, Supervised } from './supervise.ts';
import { findTemporalBinary } from './temporal-binary.ts';

const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;
const RETENTION = '7 days';
const GRPC_NOT_FOUND = 5;
const GRPC_ALREADY_EXISTS = 6;
/** The limits of the development server are for laptops with one user; ours carry a day's trades at once. */
const DYNAMIC_CONFIG: Readonly<Record<string, string>> = {
  'frontend.rps': '20000',
  'frontend.namespaceRPS': '20000',
  'frontend.namespaceRPS.visibility': '1000',
  'matching.rps': '20000',
  'history.rps': '20000',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

export type TemporalServer = { readonly address: string; readonly process?: Supervised };

/** The Temporal development server with its file store on 127.0.0.1, or the server that `address` names. */
export async function startTemporal(input: {
  readonly dataDir: string;
  readonly namespace: string;
  readonly port: number;
  readonly logFile: string;
  readonly path: string;
  readonly cacheHome: string;
  readonly log: Log;
  readonly address?: string;
  readonly onChange?: () => void;
  readonly onGiveUp?: (reason: string) => void;
}): Promise<TemporalServer> {
  const { log, namespace } = input;
  if (input.address !== undefined) {
    await ensureNamespace({ address: input.address, namespace, log });
    log(`Temporal: the server at ${input.address}.`);
    return { address: input.address };
  }
  const binary = await findTemporalBinary(input);
  const store = prepareStore({ folder: join(input.dataDir, 'temporal'), version: binary.version, log });
  const address = `127.0.0.1:${input.port}`;
  const server = supervise({
    name: 'temporal',
    log,
    ...(input.onChange !== undefined && { onChange: input.onChange }),
    ...(input.onGiveUp !== undefined && { onGiveUp: input.onGiveUp }),
    launch: () => launch({ binary: binary.path, store, namespace, port: input.port, logFile: input.logFile, address }),
  });
  await server.start();
  return { address, process: server };
}

/** The store's schema is made once and never migrated: another version gets a new file, and the old one is kept beside it. */
function prepareStore(input: { folder: string; version: string; log: Log }): string {
  mkdirSync(input.folder, { recursive: true, mode: 0o700 });
  const store = join(input.folder, 'temporal.db');
  const note = join(input.folder, 'version.json');
  const known = readJson(note, z.object({ cliVersion: z.string() }))?.cliVersion;
  if (known !== undefined && known !== input.version && existsSync(store)) {
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(`${store}${suffix}`)) renameSync(`${store}${suffix}`, `${store}.made-by-${known}${suffix}`);
    }
    input.log(
      `Temporal is now ${input.version}, its store was made by ${known}: set aside as ${store}.made-by-${known}. Workflows are started again from PostgreSQL.`,
    );
  }
  writePrivateJson(note, { cliVersion: input.version });
  return store;
}

async function launch(input: {
  binary: string;
  store: string;
  namespace: string;
  port: number;
  logFile: string;
  address: string;
}): Promise<Running> {
  const config = Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
  const running = await startGuarded({
    name: 'Temporal',
    logFile: input.logFile,
    spec: {
      command: input.binary,
      args: [
        'server',
        'start-dev',
        '--headless',
        '--ip=127.0.0.1',
        `--port=${input.port}`,
        `--namespace=${input.namespace}`,
        `--db-filename=${input.store}`,
        '--log-level=warn',
        '--log-format=json',
        '--sqlite-pragma=journal_mode=WAL',
        // Full synchronisation: what was acknowledged outlives a power cut.
        '--sqlite-pragma=synchronous=2',
        ...config,
      ],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', TEMPORAL_VERSION_CHECK_DISABLED: '1', TEMPORAL_DISABLE_CONFIG_FILE: 'true' },
      stop: [
        { signal: 'SIGTERM', waitMs: 6_000 },
        { signal: 'SIGKILL', waitMs: 1_000 },
      ],
    },
  });
  const ready = await Promise.race([waitForNamespace(input), running.ended.then(() => false)]);
  if (ready) return running;
  await running.stop();
  throw new Error(`Temporal did not come up. Its last lines:\n${tailOf({ file: input.logFile, offset: 0 })}`);
}

async function waitForNamespace(input: { address: string; namespace: string }): Promise<boolean> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const known = await describe(input).catch(() => false);
    if (known) return true;
    await sleep(READY_POLL_MS);
  }
  return false;
}

async function describe(input: { address: string; namespace: string }): Promise<boolean> {
  const connection = await Connection.connect({ address: input.address, connectTimeout: 2_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace: input.namespace });
    return true;
  } catch (error) {
    if (grpcCode(error) === GRPC_NOT_FOUND) return false;
    throw error;
  } finally {
    await connection.close();
  }
}

async function ensureNamespace(input: { address: string; namespace: string; log: Log }): Promise<void> {
  try {
    if (await describe(input)) return;
  } catch (error) {
    throw new Error(`The Temporal server at TEMPORAL_ADDRESS (${input.address}) does not answer: start it, or unset TEMPORAL_ADDRESS.`, {
      cause: error,
    });
  }
  const connection = await Connection.connect({ address: input.address });
  try {
    await connection.workflowService.registerNamespace({ namespace: input.namespace, workflowExecutionRetentionPeriod: msToTs(RETENTION) });
    input.log(`Made the Temporal namespace '${input.namespace}'.`);
  } catch (error) {
    if (grpcCode(error) !== GRPC_ALREADY_EXISTS) throw error;
  } finally {
    await connection.close();
  }
}

function grpcCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
