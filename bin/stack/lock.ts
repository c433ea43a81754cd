import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMark } from './process-table.ts';

/** A holder that was just killed needs a moment to be gone. */
const ATTEMPTS_MAX = 6;
const PAUSE_MS = 150;

/**
 * Holds a data folder for this process alone. A lock whose process is gone, or whose id belongs to another process by now, is taken over.
 * @throws Error naming the process that holds it.
 */
export async function lockFolder(folder: string): Promise<{ release(): void }> {
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startMark(process.pid) ?? ''}`;
  const candidate = `${file}.${process.pid}`;
  writeFileSync(candidate, mine);
  try {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      // A link appears whole or not at all, so that nobody reads a lock that is half written.
      if (tryLink(candidate, file)) return { release: () => releaseIfMine(file, mine) };
      const holder = readHolder(file);
      if (holder === undefined || !isHeld(holder)) {
        rmSync(file, { force: true });
      } else if (attempt === ATTEMPTS_MAX) {
        throw new Error(
          `The data in ${folder} is in use by process ${holder.pid}. Stop that one first (kill ${holder.pid}), or choose another folder with DATA_DIR.`,
        );
      } else await sleep(PAUSE_MS);
    }
  } finally {
    rmSync(candidate, { force: true });
  }
  throw new Error(`The lock ${file} could not be taken: others keep taking it.`);
}

function isHeld(holder: { pid: number; mark: string }): boolean {
  return startMark(holder.pid) === holder.mark;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): { pid: number; mark: string } | undefined {
  try {
    const [pid, ...mark] = readFileSync(file, 'utf8').split(' ');
    return { pid: Number(pid), mark: mark.join(' ') };
  } catch {
    return undefined;
  }
}

function releaseIfMine(file: string, mine: string): void {
  try {
    if (readFileSync(file, 'utf8') === mine) rmSync(file);
  } catch {
    // Gone already: there is nothing to release.
  }
}
