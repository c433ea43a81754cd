import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../domain/errors/app-error.ts';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import { parseLosslessJson } from './lossless-json.ts';

/** How a command ends. */
export const EXIT = { done: 0, findings: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A line on standard error when a command is used wrongly. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Largest input a command reads at once. */
const INPUT_BYTES_MAX = 256 * 1024 * 1024;
const LINE_FEED = 0x0a;

export function writeLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function writeError(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Writes refusals, one JSON line each, and gives the exit code that says so. */
export function writeIssues(issues: readonly FieldIssue[]): ExitCode {
  for (const { code, field, message, fix } of issues) writeLine({ code, field, message, fix });
  return EXIT.findings;
}

/** The bytes of a file, or of standard input for `-` or where no file is named. */
export async function readInput(file: string | undefined): Promise<Uint8Array> {
  if (file !== undefined && file !== '-') {
    try {
      return await readFile(file);
    } catch (cause) {
      throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}`);
    }
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > INPUT_BYTES_MAX) throw new UsageError(`the input is longer than ${INPUT_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The bytes as text, or a refusal that names the first line that is not UTF-8: decoding it would put wrong signs into names and ids. */
export function utf8Text(bytes: Uint8Array): { ok: true; text: string } | { ok: false; line: number; issue: FieldIssue } {
  if (isUtf8(bytes)) return { ok: true, text: Buffer.from(bytes).toString('utf8') };
  const line = firstLineNotUtf8(bytes);
  const issue = { field: '', code: 'file.notUtf8', message: `Line ${line} is not UTF-8 text.`, fix: 'Save the file as UTF-8.' };
  return { ok: false, line, issue };
}

function firstLineNotUtf8(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/** One JSON value, or NDJSON (one object a line): every object in order, or the line that is not JSON as a refusal. */
export function* parseObjects(text: string): Generator<{ line: number; value: unknown } | { line: number; issue: FieldIssue }> {
  const whole = tryParse(text);
  if (whole.ok) {
    yield { line: 1, value: whole.value };
    return;
  }
  const lines = text.split('\n');
  if (lines.filter((line) => line.trim() !== '').length <= 1 || !looksLikeNdjson(lines)) {
    yield { line: 1, issue: jsonIssue(whole.message) };
    return;
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = tryParse(line);
    yield parsed.ok
      ? { line: index + 1, value: parsed.value }
      : { line: index + 1, issue: jsonIssue(`line ${index + 1}: ${parsed.message}`) };
  }
}

/** Runs `work` on every object of the inputs and writes a line for each; refusals make the exit code 1. */
export async function eachObject(
  files: readonly string[],
  work: (value: unknown) => { issues: readonly FieldIssue[] } | { result: unknown },
): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  for (const file of files.length === 0 ? [undefined] : files) {
    const text = Buffer.from(await readInput(file)).toString('utf8');
    for (const item of parseObjects(text)) {
      const outcome = 'issue' in item ? { issues: [item.issue] } : runGuarded(() => work(item.value));
      if ('issues' in outcome) code = writeIssues(outcome.issues);
      else writeLine(outcome.result);
    }
  }
  return code;
}

function runGuarded(
  work: () => { issues: readonly FieldIssue[] } | { result: unknown },
): { issues: readonly FieldIssue[] } | { result: unknown } {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return { issues: issuesOf(error) };
    throw error;
  }
}

/** The issues of a refusal; one without a field where it names none. */
export function issuesOf(error: AppError): readonly FieldIssue[] {
  return error.issues.length > 0
    ? error.issues
    : [{ field: '', code: error.code, message: error.message, fix: 'See docs/problems/' + error.code + '.md.' }];
}

function tryParse(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: parseLosslessJson(text) };
  } catch (cause) {
    return { ok: false, message: cause instanceof Error ? cause.message : 'not JSON' };
  }
}

function looksLikeNdjson(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '');
  return first !== undefined && tryParse(first).ok;
}

function jsonIssue(message: string): FieldIssue {
  return { field: '', code: 'json.syntax', message, fix: 'Send one JSON object, or one JSON object a line.' };
}
