/**
 * Runs one foreign server (PostgreSQL, Temporal) and ends it when standard input closes, which happens when the supervisor
 * ends for whatever reason. Argument: a `GuardianSpec` as JSON. Answers on standard output with one JSON line for the start
 * and one for the end; the server's own output goes to standard error, which the supervisor points at a log file.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseGuardianSpec } from './guardian-spec.ts';

const spec = parseGuardianSpec(process.argv[2] ?? '');
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};
// Answers are lost when the supervisor is gone; ending the server matters more.
process.stdout.on('error', () => undefined);

const server = spawn(spec.command, spec.args, {
  cwd: spec.cwd,
  env: spec.env,
  stdio: ['ignore', 2, 2],
  detached: true,
  ...(spec.uid !== undefined && { uid: spec.uid }),
  ...(spec.gid !== undefined && { gid: spec.gid }),
});
const ended = new Promise<void>((resolve) => {
  server.once('error', (error) => {
    say({ ended: true, code: null, signal: null, error: error.message });
    resolve();
  });
  server.once('exit', (code, signal) => {
    say({ ended: true, code, signal });
    resolve();
  });
});
if (server.pid !== undefined) say({ pid: server.pid });

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  for (const step of spec.stop) {
    server.kill(step.signal);
    await Promise.race([ended, sleep(step.waitMs)]);
    if (server.exitCode !== null || server.signalCode !== null) return;
  }
};
process.stdin.on('end', () => void stop());
process.stdin.on('error', () => void stop());
process.stdin.resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
await ended;
process.exit(0);
