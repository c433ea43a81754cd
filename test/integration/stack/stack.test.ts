import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeBinary } from '../../../bin/stack/node-binary.ts';
import { isAlive } from '../../../bin/stack/process-table.ts';
import type { Stack } from '../../../bin/stack/stack.ts';
import { readStackFile } from '../../../bin/stack/stack-state.ts';
import { query, startTestStack } from './fixtures/stack-for-test.ts';
import { waitUntil } from './fixtures/wait.ts';

const SUPERVISOR = fileURLToPath(new URL('./fixtures/supervisor.ts', import.meta.url));

let dataDir = '';
let stacks: Stack[] = [];
beforeEach(() => {
  // A folder that only we may enter, as a checkout below /root is: PostgreSQL's account must get by.
  dataDir = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterEach(async () => {
  for (const stack of stacks) {
    await stack.stop();
    rmSync(join('/var/lib/energyopti', stack.secrets.id), { recursive: true, force: true });
  }
  stacks = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startTestStack>[0]> = {}): Promise<Stack> {
  const stack = await startTestStack({ dataDir, ...options });
  stacks.push(stack);
  return stack;
}

/** What a program wrote on its SIGTERM, so that a test sees an orderly end. */
function drained(stack: Stack, pid: number): boolean {
  return statSync(join(stack.profileDir, `drained-${pid}`), { throwIfNoEntry: false }) !== undefined;
}

describe('startStack', () => {
  it('keeps rows, ports and passwords over a stop and a second start, and leaves no process behind', async () => {
    const first = await start();
    const pids = Object.values(first.pids());
    expect(pids).toHaveLength(6);
    await query(first.appUrl, `insert into kept values ('from the first run')`);
    const worker = first.pids().worker ?? 0;
    await first.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(drained(first, worker)).toBe(true);

    const second = await start();
    expect(await query(second.appUrl, 'select value from kept')).toEqual([{ value: 'from the first run' }]);
    expect(second.urls).toEqual(first.urls);
    expect(second.secrets).toEqual(first.secrets);
    expect(second.temporalAddress).toBe(first.temporalAddress);
  });

  it('gives programs the application role only, and keeps secrets to the owner', async () => {
    const stack = await start({ programs: [] });
    const rows = await query(
      stack.env['DATABASE_URL'] ?? '',
      'select current_user as role, usesuper from pg_user where usename = current_user',
    );
    expect(rows).toEqual([{ role: 'energyopti_app', usesuper: false }]);
    expect(JSON.stringify(stack.env)).not.toContain(stack.secrets.databaseAdminPassword);
    for (const file of ['secrets.json', 'stack.json']) expect(statSync(join(stack.profileDir, file)).mode & 0o077).toBe(0);
    expect(readFileSync(join(stack.profileDir, 'stack.json'), 'utf8')).not.toContain(stack.secrets.databaseAppPassword);
  });

  it('refuses a second stack on the same data, and says who has it', async () => {
    await start({ programs: [] });
    await expect(startTestStack({ dataDir, programs: [] })).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
  });

  it('starts a killed program, PostgreSQL and Temporal again, with what they had acknowledged', async () => {
    const stack = await start({ programs: ['worker'] });
    await query(stack.appUrl, `insert into kept values ('before the kill')`);
    for (const name of ['worker', 'postgres', 'temporal'] as const) {
      const before = stack.pids()[name];
      stack.kill(name, 'SIGKILL');
      await waitUntil({ what: `${name} again`, timeoutMs: 30_000, done: () => ![before, undefined].includes(stack.pids()[name]) });
    }
    expect(await query(stack.appUrl, 'select value from kept')).toEqual([{ value: 'before the kill' }]);
    const connection = await Connection.connect({ address: stack.temporalAddress });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'energyopti' });
    expect(namespaceInfo?.name).toBe('energyopti');
    await connection.close();
  });

  it('says why a program does not come up, and stops what it had started', async () => {
    const broken = join(dataDir, 'broken.mjs');
    writeFileSync(broken, `console.error('the port is taken'); process.exit(3);`);
    await expect(startTestStack({ dataDir, programs: ['api'], options: { entries: { api: broken } } })).rejects.toThrow(
      /api ended \(code 3\) before it was ready:[\s\S]*the port is taken/,
    );
    const left = readStackFile(join(dataDir, 'test'))?.processes.filter((one) => isAlive(one.pid));
    expect(left ?? []).toEqual([]);
    await start({ programs: [] });
  });

  it('starts over a postmaster.pid that names a process of somebody else', async () => {
    const first = await start({ programs: [] });
    const [row] = await query(first.adminUrl, 'show data_directory');
    await first.stop();
    const folder = String(Object.values(row ?? {})[0]);
    writeFileSync(join(folder, 'postmaster.pid'), `${process.pid}\n${folder}\n1\n1\n\n127.0.0.1\n0 0\nready\n`);
    const said: string[] = [];
    const second = await start({ programs: [], log: (line) => said.push(line) });
    expect(await query(second.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(said.join('\n')).toMatch(/not stopped in order/);
  });
});

describe('servers', () => {
  it('given from outside are used as they are, and none is started', async () => {
    const servers = await start({ programs: [] });
    const other = mkdtempSync(join(tmpdir(), 'stack-'));
    const said: string[] = [];
    const stack = await startTestStack({
      dataDir: other,
      programs: ['worker'],
      log: (line) => said.push(line),
      env: { databaseAdminUrl: servers.adminUrl, temporal: { address: servers.temporalAddress, namespace: 'another-namespace' } },
    });
    expect(Object.keys(stack.pids())).toEqual(['worker']);
    expect(stack.env['TEMPORAL_ADDRESS']).toBe(servers.temporalAddress);
    expect(said.join('\n')).toContain("Made the Temporal namespace 'another-namespace'.");
    expect(await query(stack.appUrl, 'select current_user as role')).toEqual([{ role: 'energyopti_app' }]);
    await stack.stop();
    rmSync(other, { recursive: true, force: true });
  });

  it('set a Temporal store aside that another version made, and say so', async () => {
    const first = await start({ programs: [] });
    await first.stop();
    const folder = join(first.profileDir, 'temporal');
    writeFileSync(join(folder, 'version.json'), '{"cliVersion":"1.5.0"}');
    const said: string[] = [];
    await start({ programs: [], log: (line) => said.push(line) });
    expect(statSync(join(folder, 'temporal.db.made-by-1.5.0')).size).toBeGreaterThan(0);
    expect(said.join('\n')).toMatch(/its store was made by 1\.5\.0: set aside/);
  });

  it('that are asked for and do not answer are named with the fix', async () => {
    const refused = startTestStack({ dataDir, programs: [], env: { databaseAdminUrl: 'postgres://a:b@127.0.0.1:1/c' } });
    await expect(refused).rejects.toThrow(
      /The PostgreSQL of DATABASE_URL \(127\.0\.0\.1:1\/c\) does not answer: .*Start it, or unset DATABASE_URL/,
    );
  });
});

describe('a supervisor that is killed with SIGKILL', () => {
  it('leaves no process behind, and its data to the next start', { timeout: 90_000 }, async () => {
    const supervisor = spawn(nodeBinary(), [SUPERVISOR, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) => createInterface({ input: supervisor.stdout }).once('line', resolve));
    const pids = Object.values<number>(JSON.parse(line).pids);
    expect(pids).toHaveLength(6);
    supervisor.kill('SIGKILL');
    await waitUntil({ what: 'all six processes to end', timeoutMs: 12_000, done: () => !pids.some(isAlive) });
    const next = await start({ programs: [] });
    expect(await query(next.adminUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  });

  it('is followed at once by a new start, which waits for what still ends', { timeout: 90_000 }, async () => {
    const supervisor = spawn(nodeBinary(), [SUPERVISOR, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) => createInterface({ input: supervisor.stdout }).once('line', resolve));
    const pids = Object.values<number>(JSON.parse(line).pids);
    supervisor.kill('SIGKILL');
    const next = await start();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(Object.values(next.pids())).toHaveLength(6);
  });
});
