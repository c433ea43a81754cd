import { setTimeout as sleep } from 'node:timers/promises';

/** How a process came to its end. */
export type Ending = { readonly code: number | null; readonly signal: string | null; readonly error?: string };

/** One process that is up and ready. */
export type Running = {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** Ends it in its own orderly way; resolves when it has ended. */
  stop(): Promise<void>;
};

/** A process that is kept running. */
export type Supervised = {
  readonly name: string;
  pid(): number | undefined;
  start(): Promise<void>;
  /** Resolves when it is up again after a crash or a restart. */
  whenReady(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

export type Log = (line: string) => void;

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** More ends than this within the window, and it is left down: something is wrong that a restart does not mend. */
const RESTARTS_MAX = 8;
const RESTART_WINDOW_MS = 60_000;

/** Keeps one process running: started again after a crash, with growing pauses, until that makes no sense any more. */
export function supervise(input: {
  readonly name: string;
  readonly launch: () => Promise<Running>;
  readonly log: Log;
  readonly onChange?: () => void;
  readonly onGiveUp?: (reason: string) => void;
  /** First pause before a restart; doubled each time up to 10 s. */
  readonly backoffFirstMs?: number;
}): Supervised {
  const { name, log } = input;
  let current: Running | undefined;
  let wanted = false;
  let restarts: number[] = [];
  let pause = new AbortController();
  let ready: Promise<void> = Promise.resolve();

  const launch = async (): Promise<void> => {
    const running = await input.launch();
    current = running;
    input.onChange?.();
    void running.ended.then((ending) => afterEnd(running, ending));
    // Stopped while it was coming up: nobody else knows of it yet.
    if (!wanted) await running.stop();
  };
  const afterEnd = (running: Running, ending: Ending): void => {
    if (current !== running) return;
    current = undefined;
    if (!wanted) return;
    log(`${name} ended ${describe(ending)}; starting it again.`);
    ready = revive();
    ready.catch((error: unknown) => input.onGiveUp?.(error instanceof Error ? error.message : String(error)));
  };
  const revive = async (): Promise<void> => {
    while (wanted) {
      const now = performance.now();
      restarts = [...restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
      if (restarts.length > RESTARTS_MAX) {
        wanted = false;
        throw new Error(`${name} ended ${RESTARTS_MAX} times within a minute and is left down; its log says why.`);
      }
      const waitMs = Math.min(BACKOFF_MAX_MS, (input.backoffFirstMs ?? BACKOFF_FIRST_MS) * 2 ** (restarts.length - 1));
      await sleep(waitMs, undefined, { signal: pause.signal }).catch(() => undefined);
      if (!wanted) return;
      try {
        await launch();
        return;
      } catch (error) {
        log(`${name} did not come up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const stop = async (): Promise<void> => {
    wanted = false;
    pause.abort();
    const running = current;
    current = undefined;
    await running?.stop();
    await ready.catch(() => undefined);
  };
  const start = async (): Promise<void> => {
    wanted = true;
    pause = new AbortController();
    ready = launch();
    await ready;
  };
  return {
    name,
    pid: () => current?.pid,
    start,
    stop,
    whenReady: async () => ready,
    restart: async () => {
      await stop();
      await start();
    },
    kill: (signal) => {
      if (current !== undefined) process.kill(current.pid, signal);
    },
  };
}

function describe(ending: Ending): string {
  if (ending.error !== undefined) return `(${ending.error})`;
  return ending.signal === null ? `with code ${ending.code ?? 'unknown'}` : `by ${ending.signal}`;
}
