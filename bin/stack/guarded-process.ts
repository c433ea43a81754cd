import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { GuardianSpec } from './guardian-spec.ts';
import { openLog } from './log-file.ts';
import { nodeBinary } from './node-binary.ts';
import { killIfAlive } from './process-table.ts';
import type { Ending, Running } from './supervise.ts';

const GUARDIAN = fileURLToPath(new URL('./guardian.ts', import.meta.url));
const answer = z.union([
  z.object({ pid: z.number() }),
  z.object({ ended: z.literal(true), code: z.number().nullable(), signal: z.string().nullable(), error: z.string().optional() }),
]);

/**
 * Starts a foreign server under a guardian, so that it cannot outlive this process. Resolves as soon as it runs; whether it is
 * ready is for the caller to find out.
 */
export async function startGuarded(input: {
  readonly name: string;
  readonly spec: GuardianSpec;
  readonly logFile: string;
}): Promise<Running> {
  const log = openLog(input.logFile);
  const guardian = spawn(nodeBinary(), [GUARDIAN, JSON.stringify(input.spec)], {
    stdio: ['pipe', 'pipe', log.fd],
    detached: true,
    env: { PATH: input.spec.env['PATH'] ?? '/usr/bin:/bin' },
  });
  log.close();
  const { stdin, stdout } = guardian;
  if (stdin === null || stdout === null) throw new Error(`The guardian of ${input.name} has no pipes.`);
  stdin.on('error', () => undefined);
  const started = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<Ending>();
  let serverPid: number | undefined;
  createInterface({ input: stdout }).on('line', (line) => {
    const message = answer.parse(JSON.parse(line));
    if ('pid' in message) {
      serverPid = message.pid;
      started.resolve(message.pid);
    } else {
      serverPid = undefined;
      ended.resolve({ code: message.code, signal: message.signal, ...(message.error !== undefined && { error: message.error }) });
    }
  });
  guardian.once('error', (error) => ended.resolve({ code: null, signal: null, error: error.message }));
  guardian.once('close', () => {
    // A guardian that was killed itself leaves its server behind: end it here, by its own id.
    if (serverPid !== undefined) killIfAlive(serverPid, 'SIGKILL');
    ended.resolve({ code: null, signal: 'SIGKILL' });
  });
  const pid = await Promise.race([
    started.promise,
    ended.promise.then((ending): never => {
      throw new Error(`${input.name} could not be started: ${ending.error ?? 'it ended at once'}. Its log: ${input.logFile}`);
    }),
  ]);
  return {
    pid,
    ended: ended.promise,
    stop: async () => {
      stdin.end();
      await ended.promise;
    },
  };
}
