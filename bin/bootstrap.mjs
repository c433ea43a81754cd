/**
 * Makes a fresh clone runnable, then hands over to the pinned Node: `node bin/bootstrap.mjs <command> [arguments]`.
 * Runs under the machine's own Node (20 or newer) and needs nothing but what Node and npm bring.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = join(PROJECT, 'node_modules');
const LOCK = join(PROJECT, 'package-lock.json');
const STAMP = join(MODULES, '.energyopti-lock-sha256');
const PINNED_NODE = join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** What each command runs; anything else is a file to run. */
const COMMANDS = {
  start: ['bin/start.ts'],
  demo: ['bin/demo.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
};

/** How soon the end of npm is noticed. */
const PARENT_CHECK_MS = 500;

const say = (line) => process.stderr.write(`set-up: ${line}\n`);
const fail = (line) => {
  say(line);
  process.exit(1);
};

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) fail(`say what to run: node bin/bootstrap.mjs setup|${Object.keys(COMMANDS).join('|')}|FILE`);
installPackages();
if (command !== 'setup') handOver([...(COMMANDS[command] ?? [command]), ...rest]);

function installPackages() {
  const lockHash = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  if (!isInstalled(lockHash)) {
    say('installing packages (npm ci) …');
    if (!npm(['ci', '--no-audit', '--no-fund'])) {
      // npm 11 refuses a lock without the packages of other platforms, which a partial registry does not have.
      say('npm ci refused; installing the locked versions without changing the lock (npm install --no-save) …');
      if (!npm(['install', '--no-save', '--no-audit', '--no-fund']))
        fail('the packages could not be installed; the lines above say why. Mend that and run the command again.');
    }
    if (!matchesLock()) fail('what npm installed is not what package-lock.json names: delete node_modules and run the command again.');
    writeFileSync(STAMP, lockHash);
  }
  if (existsSync(PINNED_NODE)) return;
  say('the install script of the package `node` did not run; running it (npm rebuild node) …');
  if (!npm(['rebuild', 'node']) || !existsSync(PINNED_NODE))
    fail('the pinned Node is missing: allow install scripts (npm config delete ignore-scripts) and run npm ci.');
}

function isInstalled(lockHash) {
  if (!existsSync(MODULES)) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash) return true;
  if (!matchesLock()) return false;
  writeFileSync(STAMP, lockHash);
  return true;
}

/** True where every package that the lock asks for on this platform is there in the locked version. */
function matchesLock() {
  const installedFile = join(MODULES, '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (
      found === undefined
        ? !(entry.optional || entry.devOptional || entry.peer)
        : found.version !== entry.version || found.integrity !== entry.integrity
    )
      return false;
  }
  return true;
}

function npm(args) {
  const result = spawnSync('npm', args, { cwd: PROJECT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.error !== undefined) fail(`npm could not be run (${result.error.message}): install Node 20 or newer, which brings it.`);
  return result.status === 0;
}

function handOver(args) {
  const child = spawn(PINNED_NODE, args, {
    cwd: PROJECT,
    stdio: 'inherit',
    // The pinned Node comes first also for what the command itself starts.
    env: { ...process.env, PATH: `${join(MODULES, '.bin')}:${process.env.PATH ?? ''}` },
  });
  // A Ctrl-C in a terminal reaches the child by itself, as it shares our process group; everything else is passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) endWithNpm(child);
  child.on('error', (error) => fail(`the pinned Node could not be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9)));
}

/**
 * Between npm and us stands a shell. A SIGTERM to npm ends both of them and is never passed on, a SIGKILL neither:
 * without this the stack would run on with nobody to stop it.
 */
function endWithNpm(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
}
