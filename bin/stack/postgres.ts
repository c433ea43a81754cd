import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { GuardianSpec } from './guardian-spec.ts';
import { startGuarded } from './guarded-process.ts';
import { tailOf } from './log-file.ts';
import { accountForServer, dataFolderFor, programFolderFor } from './postgres-account.ts';
import type { Account } from './postgres-account.ts';
import { clearLeftovers, initialiseCluster, packagedPostgres, SUPERUSER } from './postgres-cluster.ts';
import type { Log, Running } from './supervise.ts';
import { supervise } from './supervise.ts';
import type { Supervised } from './supervise.ts';

const DATABASE = 'energyopti';
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 40;
/** Backends of a killed server need a moment to notice and to let go of its shared memory. */
const LAUNCH_ATTEMPTS = 6;
const LAUNCH_PAUSE_MS = 500;

/** PostgreSQL as the stack uses it: started here, or given from outside (then without a process). */
export type PostgresServer = {
  /** Owner of the database: migrations only. */
  readonly adminUrl: string;
  readonly process?: Supervised;
};

/** The embedded PostgreSQL on 127.0.0.1, or the one that `adminUrl` names. */
export async function startPostgres(input: {
  readonly dataDir: string;
  readonly id: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly log: Log;
  readonly adminUrl?: string;
  readonly onChange?: () => void;
  readonly onGiveUp?: (reason: string) => void;
}): Promise<PostgresServer> {
  const { log } = input;
  if (input.adminUrl !== undefined) {
    await checkGiven(input.adminUrl);
    log('PostgreSQL: the server that DATABASE_URL names.');
    return { adminUrl: input.adminUrl };
  }
  const account = accountForServer();
  const packaged = packagedPostgres();
  const programs = programFolderFor({ packaged: packaged.folder, version: packaged.version, account, log });
  const folder = dataFolderFor({ wanted: join(input.dataDir, 'postgres'), id: input.id, account, log });
  await initialiseCluster({ programs, folder, password: input.password, account, log });
  const url = (database: string): string => `postgres://${SUPERUSER}:${input.password}@127.0.0.1:${input.port}/${database}`;
  const server = supervise({
    name: 'postgres',
    log,
    ...(input.onChange !== undefined && { onChange: input.onChange }),
    ...(input.onGiveUp !== undefined && { onGiveUp: input.onGiveUp }),
    launch: async () => {
      await clearLeftovers({ folder, log });
      return launch({ spec: specOf({ programs, folder, port: input.port, account }), logFile: input.logFile, url: url('postgres') });
    },
  });
  await server.start();
  try {
    await ensureDatabase(url('postgres'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { adminUrl: url(DATABASE), process: server };
}

/** The same server as the role that row-level security binds. */
export function appUrlOf(input: { readonly adminUrl: string; readonly role: string; readonly password: string }): string {
  const url = new URL(input.adminUrl);
  url.username = input.role;
  url.password = input.password;
  return url.href;
}

function specOf(input: { programs: string; folder: string; port: number; account: Account | undefined }): GuardianSpec {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(input.port),
    unix_socket_directories: '',
    max_connections: '150',
    shared_buffers: '128MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: '512MB',
    max_wal_size: '1GB',
    // What was acknowledged is on disk: the fault tests kill this server.
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
  };
  return {
    command: join(input.programs, 'bin', 'postgres'),
    args: ['-D', input.folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    // Fast, then immediate (recovers at the next start), then by force.
    stop: [
      { signal: 'SIGINT', waitMs: 8_000 },
      { signal: 'SIGQUIT', waitMs: 3_000 },
      { signal: 'SIGKILL', waitMs: 1_000 },
    ],
    ...(input.account !== undefined && { uid: input.account.uid, gid: input.account.gid }),
  };
}

async function launch(input: { spec: GuardianSpec; logFile: string; url: string }): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const running = await startGuarded({ name: 'PostgreSQL', spec: input.spec, logFile: input.logFile });
    const outcome = await Promise.race([waitUntilReady(input.url), running.ended.then(() => 'ended' as const)]);
    if (outcome === 'ready') return running;
    await running.stop();
    if (outcome !== 'ended') throw new Error(outcome.refused);
    if (attempt === LAUNCH_ATTEMPTS) {
      throw new Error(`PostgreSQL does not stay up. Its last lines:\n${tailOf({ file: input.logFile, offset: 0 })}`);
    }
    await sleep(LAUNCH_PAUSE_MS);
  }
}

async function waitUntilReady(url: string): Promise<'ready' | { readonly refused: string }> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const outcome = await tryConnect(url);
    if (outcome === 'ready') return outcome;
    if (outcome === 'wrong-password') {
      return {
        refused: 'PostgreSQL does not know the password in secrets.json: restore that file, or delete the data folder to start afresh.',
      };
    }
    await sleep(READY_POLL_MS);
  }
  return { refused: `PostgreSQL was not ready within ${READY_TIMEOUT_MS / 1000} s.` };
}

async function tryConnect(url: string): Promise<'ready' | 'wrong-password' | 'not-yet'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return 'ready';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === '28P01' ? 'wrong-password' : 'not-yet';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function checkGiven(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(adminUrl);
    throw new Error(
      `The PostgreSQL of DATABASE_URL (${host}${pathname}) does not answer: ${error instanceof Error ? error.message : String(error)}. Start it, or unset DATABASE_URL.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
