import { readFileSync, statSync } from 'node:fs';

/** Where "now" comes from. Services, activities and routes get one passed in. */
export type Clock = {
  now(): Date;
  /** True where `now` may differ from the real time; shown wherever times are shown. */
  readonly simulated: boolean;
};

/** The time of the machine. */
export function systemClock(): Clock {
  return { now: () => new Date(), simulated: false };
}

/** How long a change of the offset file may go unseen. */
const RECHECK_MS = 200;

/**
 * The time of the machine moved by the offset in `file`, JSON `{"offsetMs": n}`, shared by all processes that name the file.
 * A change is seen within 200 ms; a file that is absent means no offset.
 * @throws Error where the file exists and is not of that form: a wrong time is worse than none.
 */
export function offsetClock(input: { readonly file: string; readonly system?: Clock }): Clock {
  const system = input.system ?? systemClock();
  let offsetMs = 0;
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let version = '';
  const refresh = (): void => {
    const stat = statSync(input.file, { throwIfNoEntry: false, bigint: true });
    const seen = stat === undefined ? 'absent' : `${stat.mtimeNs}:${stat.size}:${stat.ino}`;
    if (seen === version) return;
    offsetMs = stat === undefined ? 0 : readOffset(input.file);
    version = seen;
  };
  return {
    simulated: true,
    now: () => {
      const real = system.now().getTime();
      // A machine clock that was set back must not stop the re-reading.
      if (Math.abs(real - checkedAtMs) >= RECHECK_MS) {
        refresh();
        checkedAtMs = real;
      }
      return new Date(real + offsetMs);
    },
  };
}

function readOffset(file: string): number {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const value = typeof content === 'object' && content !== null && 'offsetMs' in content ? content.offsetMs : undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`${file} must hold {"offsetMs": <whole milliseconds>}.`);
  return value;
}
