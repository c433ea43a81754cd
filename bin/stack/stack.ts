import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { migrateQueues } from '../../queues/connection.ts';
import { missingOfficialSchemas } from '../../reports/xml/official-xsd.ts';
import { programEnv, sandboxEnv } from './child-env.ts';
import type { ChannelAccess } from './child-env.ts';
import { lockFolder } from './lock.ts';
import { startNodeProcess } from './node-process.ts';
import type { ReadyLine } from './node-process.ts';
import { appUrlOf, startPostgres } from './postgres.ts';
import type { PostgresServer } from './postgres.ts';
import { assertRedisAnswers } from './redis.ts';
import { entryOf, PROGRAM_NAMES, PROJECT_DIR } from './stack-options.ts';
import type { ProcessName, ProgramName, StackContext, StackOptions } from './stack-options.ts';
import { choosePorts, endLeftovers, loadSecrets, openProfileFolder, writeStackFile } from './stack-state.ts';
import type { StackSecrets } from './stack-state.ts';
import { supervise } from './supervise.ts';
import type { Supervised } from './supervise.ts';
import { startTemporal } from './temporal.ts';
import type { TemporalServer } from './temporal.ts';

/** The role that the migrations make and that all programs use. */
export const APP_ROLE = 'energyopti_app';

/** A running stack: servers and programs, started, watched and stopped together. */
export type Stack = {
  readonly profileDir: string;
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly temporalAddress: string;
  /** `api`, `docs`, `health`, and `sandbox` where it runs. */
  readonly urls: Readonly<Record<string, string>>;
  /** The environment that api, worker and queue-worker run in. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: StackSecrets;
  readonly apiKeysFile: string;
  pids(): Readonly<Partial<Record<ProcessName, number>>>;
  /** Sends a signal to one process; the supervisor starts it again when that ends it. */
  kill(name: ProcessName, signal: NodeJS.Signals): void;
  /** Resolves when the process is up again after a kill. */
  whenReady(name: ProcessName): Promise<void>;
  restart(name: ProcessName): Promise<void>;
  stop(): Promise<void>;
};

const sandboxReady = z.object({ url: z.string(), caFile: z.string().optional() });

/**
 * Starts PostgreSQL, Temporal and the sandbox side by side, migrates, and starts our programs. What was started is stopped again
 * where a later step fails.
 * @throws Error in one sentence with the fix where something is missing, or where another process uses the same data.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const profileDir = openProfileFolder({ dataDir: resolve(PROJECT_DIR, options.dataDir ?? options.env.dataDir), profile: options.profile });
  const lock = await lockFolder(profileDir);
  const running = new Map<ProcessName, Supervised>();
  const stop = async (): Promise<void> => {
    try {
      await stopInOrder(running);
    } finally {
      lock.release();
    }
  };
  try {
    return await startAll({ options, profileDir, running, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = {
  readonly options: StackOptions;
  readonly profileDir: string;
  readonly running: Map<ProcessName, Supervised>;
  readonly stop: () => Promise<void>;
};
type Prepared = {
  readonly start: Start;
  readonly secrets: StackSecrets;
  readonly ports: Readonly<Record<string, number>>;
  readonly save: () => void;
};

async function startAll(start: Start): Promise<Stack> {
  const { options, profileDir, running } = start;
  await endLeftovers({ folder: profileDir, log: options.log });
  if (options.env.redis.url !== undefined) await assertRedisAnswers(options.env.redis.url);
  const [missing] = missingOfficialSchemas({ schemaDir: resolve(PROJECT_DIR, options.env.schemaDir) });
  if (missing !== undefined)
    options.log(`Reports are checked by our own model alone: ${missing} SCHEMA_DIR says where the official schemas are.`);
  const secrets = loadSecrets(profileDir);
  const fixed = options.env.api.port === undefined ? {} : { api: options.env.api.port };
  const ports = await choosePorts({ folder: profileDir, names: ['postgres', 'temporal', 'sandbox', 'api'], fixed });
  mkdirSync(join(profileDir, 'logs'), { recursive: true, mode: 0o700 });
  const apiKeysFile = join(profileDir, 'keys.json');
  const urls: Record<string, string> = apiUrls(options.env.api.host, portOf(ports, 'api'));
  let temporalAddress = options.env.temporal.address ?? `127.0.0.1:${portOf(ports, 'temporal')}`;
  const save = (): void =>
    writeStackFile(profileDir, {
      profile: options.profile,
      supervisorPid: process.pid,
      urls,
      temporal: { address: temporalAddress, namespace: options.env.temporal.namespace },
      apiKeysFile,
      pids: pidsOf(running),
    });
  const prepared: Prepared = { start, secrets, ports, save };

  const [postgres, temporal, channel] = await allOrFirstError([
    openDatabase(prepared, apiKeysFile),
    openTemporal(prepared),
    openChannel(prepared),
  ]);
  temporalAddress = temporal.address;
  if (running.has('sandbox')) urls['sandbox'] = channel.baseUrl;
  const appUrl = appUrlOf({ adminUrl: postgres.adminUrl, role: APP_ROLE, password: secrets.databaseAppPassword });
  const env = programEnv({
    env: options.env,
    profileDir,
    appUrl,
    temporalAddress,
    apiPort: portOf(ports, 'api'),
    channel,
    secrets,
    apiKeysFile,
    ...(options.clockFile !== undefined && { clockFile: options.clockFile }),
    ...(options.childEnv !== undefined && { extra: options.childEnv }),
  });
  const wanted = (options.programs ?? PROGRAM_NAMES).filter((name) => name !== 'sandbox');
  await allOrFirstError(wanted.map((name) => openProgram({ prepared, name, env })));
  save();
  return {
    profileDir,
    adminUrl: postgres.adminUrl,
    appUrl,
    temporalAddress,
    urls,
    env,
    secrets,
    apiKeysFile,
    pids: () => pidsOf(running),
    kill: (name, signal) => processOf(running, name).kill(signal),
    whenReady: (name) => processOf(running, name).whenReady(),
    restart: (name) => processOf(running, name).restart(),
    stop: start.stop,
  };
}

async function openDatabase(prepared: Prepared, apiKeysFile: string): Promise<PostgresServer> {
  const { options, profileDir, running } = prepared.start;
  const { log } = options;
  const postgres = await startPostgres({
    dataDir: profileDir,
    id: prepared.secrets.id,
    port: portOf(prepared.ports, 'postgres'),
    password: prepared.secrets.databaseAdminPassword,
    logFile: join(profileDir, 'logs', 'postgres.log'),
    log,
    onChange: prepared.save,
    onGiveUp: (reason) => options.onGiveUp?.('postgres', reason),
    ...(options.env.databaseAdminUrl !== undefined && { adminUrl: options.env.databaseAdminUrl }),
  });
  if (postgres.process !== undefined) running.set('postgres', postgres.process);
  const appPassword = prepared.secrets.databaseAppPassword;
  await options.migrate({ adminUrl: postgres.adminUrl, appPassword, log });
  if (options.env.redis.url === undefined) await migrateQueues({ adminUrl: postgres.adminUrl, appRole: APP_ROLE });
  const appUrl = appUrlOf({ adminUrl: postgres.adminUrl, role: APP_ROLE, password: appPassword });
  const context: StackContext = { adminUrl: postgres.adminUrl, appUrl, profileDir, apiKeysFile, log };
  await options.prepare?.(context);
  return postgres;
}

async function openTemporal(prepared: Prepared): Promise<TemporalServer> {
  const { options, profileDir, running } = prepared.start;
  const temporal = await startTemporal({
    dataDir: profileDir,
    namespace: options.env.temporal.namespace,
    port: portOf(prepared.ports, 'temporal'),
    logFile: join(profileDir, 'logs', 'temporal.log'),
    path: options.env.path,
    cacheHome: options.env.cacheHome,
    log: options.log,
    onChange: prepared.save,
    onGiveUp: (reason) => options.onGiveUp?.('temporal', reason),
    ...(options.env.temporal.address !== undefined && { address: options.env.temporal.address }),
  });
  if (temporal.process !== undefined) running.set('temporal', temporal.process);
  return temporal;
}

/** The sandbox, unless a channel of one's own is given. */
async function openChannel(prepared: Prepared): Promise<ChannelAccess> {
  const { options, profileDir } = prepared.start;
  if (options.env.channel !== undefined) return options.env.channel;
  const port = portOf(prepared.ports, 'sandbox');
  const token = prepared.secrets.channelToken;
  if (!(options.programs ?? PROGRAM_NAMES).includes('sandbox')) return { id: 'sandbox', baseUrl: `https://127.0.0.1:${port}`, token };
  const env = sandboxEnv({
    env: options.env,
    profileDir,
    port,
    secrets: prepared.secrets,
    options: options.sandbox ?? {},
    ...(options.clockFile !== undefined && { clockFile: options.clockFile }),
    ...(options.childEnv !== undefined && { extra: options.childEnv }),
  });
  const said = sandboxReady.parse(await openProgram({ prepared, name: 'sandbox', env }));
  return { id: 'sandbox', baseUrl: said.url, token, ...(said.caFile !== undefined && { caFile: said.caFile }) };
}

async function openProgram(input: { prepared: Prepared; name: ProgramName; env: Readonly<Record<string, string>> }): Promise<ReadyLine> {
  const { prepared, name, env } = input;
  const { options, profileDir, running } = prepared.start;
  let said: ReadyLine = {};
  const program = supervise({
    name,
    log: options.log,
    onChange: prepared.save,
    onGiveUp: (reason) => options.onGiveUp?.(name, reason),
    launch: async () => {
      const logFile = join(profileDir, 'logs', `${name}.log`);
      const started = await startNodeProcess({ name, entry: entryOf(options, name), env, cwd: PROJECT_DIR, logFile });
      said = started.ready;
      return started;
    },
  });
  running.set(name, program);
  await program.start();
  return said;
}

/** Waits for all, also where one fails, so that nothing is still starting when the rest is stopped. */
async function allOrFirstError<T extends readonly Promise<unknown>[] | []>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Callers of the outside first, then those who still do their work, then the servers that they need for it. */
async function stopInOrder(running: ReadonlyMap<ProcessName, Supervised>): Promise<void> {
  const order: readonly (readonly ProcessName[])[] = [['api'], ['queue-worker', 'worker'], ['sandbox'], ['temporal'], ['postgres']];
  for (const names of order) await Promise.all(names.map(async (name) => running.get(name)?.stop()));
}

function apiUrls(host: string, port: number): Record<string, string> {
  const api = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  return { api, docs: `${api}/docs`, health: `${api}/health/ready` };
}

function pidsOf(running: ReadonlyMap<ProcessName, Supervised>): Record<string, number> {
  const pids: Record<string, number> = {};
  for (const [name, one] of running) {
    const pid = one.pid();
    if (pid !== undefined) pids[name] = pid;
  }
  return pids;
}

function processOf(running: ReadonlyMap<ProcessName, Supervised>, name: ProcessName): Supervised {
  const found = running.get(name);
  if (found === undefined) throw new Error(`The stack does not run '${name}': it is given from outside, or was not asked for.`);
  return found;
}

function portOf(ports: Readonly<Record<string, number>>, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`No port was chosen for '${name}'.`);
  return port;
}
