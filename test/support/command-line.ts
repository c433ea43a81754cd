import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { PROJECT_DIR } from '../../bin/stack/stack-options.ts';

/** What a command came to. `lines` are those of standard output. */
export type Outcome = { readonly code: number | null; readonly out: string; readonly said: string; readonly lines: readonly string[] };

export const SCHEMA_DIR = path.resolve(PROJECT_DIR, process.env['SCHEMA_DIR'] ?? '../shared/schemas');
const PROGRAM = path.join(PROJECT_DIR, 'bin', 'energyopti.mjs');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Nodes under which the command line has to start: the pinned one, and the machine's own where that is another. */
export function nodesToTry(): readonly { name: string; binary: string }[] {
  const own = ownNode();
  return [
    { name: 'the pinned Node', binary: process.execPath },
    ...(own === undefined ? [] : [{ name: `the machine’s Node ${own.version}`, binary: own.binary }]),
  ];
}

function ownNode(): { binary: string; version: string } | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  for (const folder of folders) {
    const binary = path.join(folder, 'node');
    const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
    if (status === 0) return stdout.trim() === process.version ? undefined : { binary, version: stdout.trim() };
  }
  return undefined;
}

/** Runs `energyopti` with its arguments; nothing of the surroundings leads it to a running system. */
export function energyopti(
  args: readonly string[],
  options: { input?: string | Uint8Array; node?: string; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> {
  const child = spawn(options.node ?? process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? PROJECT_DIR,
    env: quietEnv(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { out: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.said += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output, lines: output.out.split('\n').filter((line) => line !== '') }));
  });
}

/** Pastes a line into a shell in which `energyopti` is a command. */
export function pasted(line: string, options: { cwd: string }): Outcome {
  const shell = spawnSync('bash', ['-c', `set -o pipefail; energyopti() { '${process.execPath}' '${PROGRAM}' "$@"; }; ${line}`], {
    cwd: options.cwd,
    env: quietEnv(),
    encoding: 'utf8',
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return { code: shell.status, out: shell.stdout, said: shell.stderr, lines: shell.stdout.split('\n').filter((text) => text !== '') };
}

function quietEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  return { PATH, HOME, LANG, SCHEMA_DIR, DATA_DIR: '/nonexistent/energyopti', ...extra };
}
