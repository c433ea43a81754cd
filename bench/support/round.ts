import { cpuMsOfTree } from './process-cpu.ts';

/** What one round of one side came to. */
export type RoundResult = {
  readonly count: number;
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
  /** CPU time of each process during the round. */
  readonly cpuMs: ReadonlyMap<string, number>;
};

/** One side of a bench: it does `count` pieces of work with so many under way at a time. */
export type Side = {
  run(input: { count: number; inFlight: number }): Promise<RoundResult>;
  /** Events in the histories of one piece of work. */
  historyEvents(): Promise<unknown>;
  close(): Promise<void>;
};

/** Runs `work` and says how long it took and what CPU time each process spent. */
export async function timed(input: {
  pids: Readonly<Record<string, number | undefined>>;
  count: number;
  work: () => Promise<readonly number[]>;
}): Promise<RoundResult> {
  const before = cpuOf(input.pids);
  const startedAt = performance.now();
  const latenciesMs = await input.work();
  const elapsedMs = performance.now() - startedAt;
  const after = cpuOf(input.pids);
  const cpuMs = new Map([...after].map(([name, ms]) => [name, ms - (before.get(name) ?? 0)]));
  return { count: input.count, elapsedMs, latenciesMs, cpuMs };
}

function cpuOf(pids: Readonly<Record<string, number | undefined>>): Map<string, number> {
  const usage = process.cpuUsage();
  const found = new Map<string, number>([['bench', (usage.user + usage.system) / 1_000]]);
  for (const [name, pid] of Object.entries(pids)) if (pid !== undefined) found.set(name, cpuMsOfTree(pid));
  return found;
}
