import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePorts, openProfileFolder } from './stack-state.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openProfileFolder', () => {
  it('says in one sentence that the data folder cannot be made, and the fix', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const refusal = `The data folder ${file} cannot be made or written (EEXIST): mend that, or choose another with DATA_DIR.`;
    expect(() => openProfileFolder({ dataDir: file, profile: 'start' })).toThrow(refusal);
  });
});

describe('choosePorts', () => {
  it('keeps the ports of the last run, and refuses a given one that is taken', async () => {
    const first = await choosePorts({ folder, names: ['postgres', 'api'] });
    expect(await choosePorts({ folder, names: ['postgres', 'api'] })).toEqual(first);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const refusal = `Port ${port}, given for api, is in use: free it, or choose another (API_PORT).`;
    await expect(choosePorts({ folder, names: ['postgres', 'api'], fixed: { api: port } })).rejects.toThrow(refusal);
    server.close();
  });
});
