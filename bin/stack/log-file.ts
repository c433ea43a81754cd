import { closeSync, mkdirSync, openSync, readSync, renameSync, fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that has grown past this is set aside at the next start; one old log is kept. */
const ROTATE_BYTES = 20 * 1024 * 1024;
const TAIL_BYTES = 4_096;
const READ_BYTES = 256 * 1024;

/** Opens a log for appending; `sizeAtOpen` is where this run's lines begin. */
export function openLog(file: string): { readonly fd: number; readonly sizeAtOpen: number; close(): void } {
  mkdirSync(dirname(file), { recursive: true });
  const before = statSync(file, { throwIfNoEntry: false });
  if (before !== undefined && before.size > ROTATE_BYTES) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, sizeAtOpen: fstatSync(fd).size, close: () => closeSync(fd) };
}

/** Reads what was added after `offset`, up to a bound; whole lines only. */
export function readLines(input: { readonly file: string; readonly offset: number }): {
  readonly lines: readonly string[];
  readonly next: number;
} {
  const fd = openSync(input.file, 'r');
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    const read = readSync(fd, buffer, 0, READ_BYTES, input.offset);
    const end = buffer.subarray(0, read).lastIndexOf(0x0a) + 1;
    // A line longer than the buffer is skipped: no line that is looked for is that long.
    if (end === 0) return { lines: [], next: read === READ_BYTES ? input.offset + read : input.offset };
    return { lines: buffer.subarray(0, end).toString('utf8').split('\n').slice(0, -1), next: input.offset + end };
  } finally {
    closeSync(fd);
  }
}

/** The last lines that a process wrote after `offset`: what a person needs to see why it ended. */
export function tailOf(input: { readonly file: string; readonly offset: number }): string {
  const size = statSync(input.file, { throwIfNoEntry: false })?.size ?? 0;
  const from = Math.max(input.offset, size - TAIL_BYTES);
  const { lines } = readLines({ file: input.file, offset: from });
  return lines.slice(-12).join('\n');
}
