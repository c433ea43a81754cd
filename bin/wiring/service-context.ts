import { offsetClock, systemClock } from '../../adapters/clock/clock.ts';
import type { ServiceContextFactory } from '../../activities/activity-context.ts';
import type { Env } from '../../config/env.ts';
import type { Db } from '../../db/client.ts';
import type { Clock } from '../../domain/time/clock.ts';
import type { IdSource } from '../../services/context.ts';

/** Makes the context of one service call from what a process holds once: pool, clock, ids. */
export function createServiceContextFactory(means: {
  readonly db: Db;
  readonly clock: Clock;
  readonly ids: IdSource;
}): ServiceContextFactory {
  return (input) => ({ ...input, ...means });
}

/** The business clock of a process: the machine's, or in demos and tests the one that a file moves. */
export function createClock(env: Env): Clock {
  return env.clockFile === undefined ? systemClock() : offsetClock({ file: env.clockFile });
}
