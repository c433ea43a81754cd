import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long until every process has seen a change of the clock's file. */
const SEEN_AFTER_MS = 450;

/** The simulated clock of the demo: the machine's time plus an offset that every process of the stack reads from one file. */
export type DayClock = { readonly file: string; now(): Date; moveTo(instant: string): Promise<void> };

export function createDayClock(input: { file: string; startsAt: string }): DayClock {
  let offsetMs = 0;
  const set = (instant: string): void => {
    offsetMs = Date.parse(instant) - Date.now();
    writeFileSync(input.file, `${JSON.stringify({ offsetMs })}\n`);
  };
  set(input.startsAt);
  return {
    file: input.file,
    now: () => new Date(Date.now() + offsetMs),
    moveTo: async (instant) => {
      set(instant);
      await sleep(SEEN_AFTER_MS);
    },
  };
}
