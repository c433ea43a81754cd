import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog, readLines, tailOf } from './log-file.ts';
import { nodeBinary } from './node-binary.ts';
import type { Ending, Running } from './supervise.ts';

const LIFELINE = new URL('./lifeline.ts', import.meta.url).href;
const READY_POLL_MS = 25;
const READY_TIMEOUT_MS = 60_000;
/** Longer than a worker's own drain, after which waiting helps nobody. */
const STOP_TIMEOUT_MS = 12_000;

/** What a child says in the JSON line that it prints when it is ready, e.g. its address. */
export type ReadyLine = Readonly<Record<string, unknown>>;

/**
 * Starts one of our own programs on the pinned Node and waits for its line `{"ready":true,…}`. Its output goes to `logFile`.
 * The child has a process group of its own, so that Ctrl-C reaches only the supervisor, which ends all in order.
 * @throws Error with the last lines of its log where it ends or stays silent instead.
 */
export async function startNodeProcess(input: {
  readonly name: string;
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
}): Promise<Running & { readonly ready: ReadyLine }> {
  const log = openLog(input.logFile);
  const child = spawn(nodeBinary(), ['--import', LIFELINE, input.entry, ...(input.args ?? [])], {
    cwd: input.cwd,
    env: { ...input.env },
    detached: true,
    stdio: ['pipe', log.fd, log.fd, 'ipc'],
  });
  log.close();
  child.stdin?.on('error', () => undefined);
  const ended = endingOf(child);
  const watch = new AbortController();
  const ready = await Promise.race([
    waitForReadyLine({ file: input.logFile, offset: log.sizeAtOpen, signal: watch.signal }),
    ended.then((ending): never => {
      const how = ending.error ?? (ending.signal === null ? `code ${ending.code}` : ending.signal);
      throw new Error(`${input.name} ended (${how}) before it was ready:\n${tailOf({ file: input.logFile, offset: log.sizeAtOpen })}`);
    }),
  ]).finally(() => watch.abort());
  if (ready === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${input.name} was not ready within ${READY_TIMEOUT_MS / 1000} s; its log: ${input.logFile}`);
  }
  return { pid: child.pid, ended, ready, stop: () => endChild(child, ended) };
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error: error.message }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function endChild(child: ChildProcess, ended: Promise<Ending>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

async function waitForReadyLine(log: { file: string; offset: number; signal: AbortSignal }): Promise<ReadyLine | undefined> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  let offset = log.offset;
  while (performance.now() < deadline && !log.signal.aborted) {
    const { lines, next } = readLines({ file: log.file, offset });
    offset = next;
    for (const line of lines) {
      const ready = parseReadyLine(line);
      if (ready !== undefined) return ready;
    }
    await sleep(READY_POLL_MS);
  }
  return undefined;
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{') || !line.includes('"ready"')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && value['ready'] === true ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
