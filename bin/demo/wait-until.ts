import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;

/** Asks until the answer is there. Throws, with what was waited for, when `timeoutMs` has passed. */
export async function waitUntil<T>(input: { what: string; timeoutMs: number; ask: () => Promise<T | undefined> }): Promise<T> {
  const deadline = performance.now() + input.timeoutMs;
  for (;;) {
    const found = await input.ask();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${Math.round(input.timeoutMs / 1000)} s for ${input.what} in vain`);
    await sleep(POLL_MS);
  }
}
