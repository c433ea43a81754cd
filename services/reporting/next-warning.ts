/** When the deadline of an obligation has to be looked at again. */
export type NextWarning = {
  /** Share of the time from the obligation's making to its deadline. */
  readonly percent: 50 | 80 | 100;
  /** Zero where that moment has passed and is not noted yet. */
  readonly inMs: number;
};

/** The moments at which a deadline is watched. */
const WARNING_PERCENTS = [50, 80, 100] as const;

type DeadlineClock = { readonly createdAt: Date; readonly dueAt: Date };

/** The first moment after `warnedPercent`; null once the breach itself is noted. */
export function nextWarning(input: DeadlineClock & { warnedPercent: number; now: Date }): NextWarning | null {
  const percent = WARNING_PERCENTS.find((candidate) => candidate > input.warnedPercent);
  if (percent === undefined) return null;
  return { percent, inMs: Math.max(0, momentMs({ ...input, percent }) - input.now.getTime()) };
}

/** The last moment that has passed by `now`; 0 before the first. */
export function passedPercent(input: DeadlineClock & { now: Date }): 0 | 50 | 80 | 100 {
  return WARNING_PERCENTS.findLast((percent) => momentMs({ ...input, percent }) <= input.now.getTime()) ?? 0;
}

function momentMs(input: DeadlineClock & { percent: number }): number {
  const from = input.createdAt.getTime();
  return Math.ceil(from + ((input.dueAt.getTime() - from) * input.percent) / 100);
}
