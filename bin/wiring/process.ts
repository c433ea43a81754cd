import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

/** Resolves at the first SIGTERM or SIGINT. The supervisor's death arrives as SIGTERM too (bin/stack/lifeline.ts). */
export function untilStopped(): { readonly stopped: Promise<void>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        controller.abort();
        resolve();
      });
    }
  });
  return { stopped, signal: controller.signal };
}

/** The one line by which a supervisor learns that this process does its work. */
export function sayReady(facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ...facts })}\n`);
}

const RETRY_MS_FIRST = 250;
const RETRY_MS_MAX = 10_000;

/** Does `work` until it succeeds or the process is stopped: for servers that come up after us. */
export async function untilItSucceeds<T>(input: {
  readonly what: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly work: () => Promise<T>;
}): Promise<T | undefined> {
  for (let waitMs = RETRY_MS_FIRST; !input.signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    try {
      return await input.work();
    } catch (error) {
      input.log.warn({ err: error, what: input.what, retryInMs: waitMs }, 'not reachable yet');
      await pauseFor(waitMs, input.signal);
    }
  }
  return undefined;
}

/** What one turn of a loop found: `again` goes on at once, `idle` waits. */
export type Turn = 'again' | 'idle';

/**
 * Repeats `turn` until the process is stopped. An outage of PostgreSQL, Temporal or the channel makes a turn fail: it is logged, and
 * the next one follows after growing pauses. Resolves when the last turn has ended.
 */
export async function runLoop(input: {
  readonly name: string;
  readonly idleMs: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly turn: () => Promise<Turn>;
}): Promise<void> {
  const { name, log, signal, idleMs } = input;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const found = await input.turn();
      if (failures > 0) log.info({ loop: name, failures }, 'works again');
      failures = 0;
      if (found === 'idle') await pauseFor(idleMs, signal);
    } catch (error) {
      failures += 1;
      const waitMs = Math.min(RETRY_MS_FIRST * 2 ** Math.min(failures - 1, 10), RETRY_MS_MAX);
      log.warn({ err: error, loop: name, failures, retryInMs: waitMs }, 'a turn failed');
      await pauseFor(waitMs, signal);
    }
  }
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
