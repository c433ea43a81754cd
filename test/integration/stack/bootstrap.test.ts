import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../../bin/stack/process-table.ts';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { waitUntil } from './fixtures/wait.ts';

/** Says its id, and on a SIGTERM that it ended in order. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => { writeFileSync('ended', ''); process.exit(0); });
setInterval(() => undefined, 1000);
writeFileSync('pid', String(process.pid));
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    PROGRAM.replaceAll("('ended'", `(${JSON.stringify(join(folder, 'ended'))}`).replace(
      "('pid'",
      `(${JSON.stringify(join(folder, 'pid'))}`,
    ),
  );
  const bootstrap = `node ${join(PROJECT_DIR, 'bin', 'bootstrap.mjs')} ${program}`;
  // Once as in our package.json, once with the shell in between that npm brings where a script does not replace it.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { direct: `exec ${bootstrap}`, shell: bootstrap } }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function text(name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return '';
  }
}

describe('npm run with the bootstrap', () => {
  it.each([
    ['direct', 'SIGTERM'],
    ['shell', 'SIGTERM'],
    ['direct', 'SIGKILL'],
  ] as const)('ends what it runs in order when npm, %s, gets a %s', async (script, signal) => {
    const npm = spawn('npm', ['run', '--silent', script], { cwd: folder, stdio: 'ignore' });
    await waitUntil({ what: 'the program runs', timeoutMs: 15_000, done: () => text('pid') !== '' });
    const pid = Number(text('pid'));
    npm.kill(signal);
    await waitUntil({ what: 'the program has ended', timeoutMs: 10_000, done: () => !isAlive(pid) });
    expect(readFileSync(join(folder, 'ended'), 'utf8')).toBe('');
  });

  it('is what package.json says', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    for (const name of ['start', 'demo', 'test']) expect(scripts[name]).toBe(`exec node bin/bootstrap.mjs ${name}`);
  });
});
