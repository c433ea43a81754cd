import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True while a process of that id exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  // A process that ended and was not yet waited for has nothing left to kill.
  return processField(pid, 'state') !== 'Z';
}

export function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Tells a process from a later one with the same id: when it was started, in the operating system's own words.
 * Nothing where there is no such process, or where it has ended.
 */
export function startMark(pid: number): string | undefined {
  // One that has ended but was not yet waited for holds nothing any more.
  return processField(pid, 'state') === 'Z' ? undefined : processField(pid, 'start');
}

/** The command line of a process, or an empty text. */
export function commandOf(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  return ps(pid, 'command=');
}

function processField(pid: number, field: 'state' | 'start'): string | undefined {
  if (process.platform !== 'linux') {
    const value = ps(pid, field === 'state' ? 'state=' : 'lstart=');
    return value === '' ? undefined : field === 'state' ? value.slice(0, 1) : value;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold spaces; counting starts behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return field === 'state' ? fields[0] : fields[19];
  } catch {
    return undefined;
  }
}

function ps(pid: number, format: string): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', format], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
