import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporalBinary } from '../../../bin/stack/temporal-binary.ts';
import { TEMPORAL_BINARY_SHA256, TEMPORAL_CLI_VERSION } from '../../../bin/stack/temporal-pins.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temporal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const platform = `${process.platform}-${process.arch}`;

describe('findTemporalBinary', () => {
  it('takes the one on PATH and asks it for its version', async () => {
    const program = join(folder, 'temporal');
    writeFileSync(program, '#!/bin/sh\necho "temporal version 1.8.2 (Server 1.31.2, UI 2.50.0)"\n');
    chmodSync(program, 0o755);
    const found = await findTemporalBinary({ path: `/nowhere:${folder}`, cacheHome: folder, log: () => undefined });
    expect(found).toEqual({ path: program, version: '1.8.2' });
  });

  it('never runs a cached program that is not the pinned one: it fetches the pinned one in its place', async () => {
    const cached = join(folder, 'energyopti', 'temporal', `${TEMPORAL_CLI_VERSION}-${platform}`, 'temporal');
    mkdirSync(dirname(cached), { recursive: true });
    writeFileSync(cached, '#!/bin/sh\necho tampered\n', { mode: 0o755 });
    const said: string[] = [];
    const found = await findTemporalBinary({ path: '', cacheHome: folder, log: (line) => said.push(line) });
    expect(TEMPORAL_BINARY_SHA256[platform]).toMatch(/^[0-9a-f]{64}$/);
    expect(found).toEqual({ path: cached, version: TEMPORAL_CLI_VERSION });
    expect(said[0]).toBe('The cached Temporal program is not the pinned one; fetching it again.');
    expect(statSync(cached).size).toBeGreaterThan(100_000_000);
    expect(readdirSync(dirname(cached))).toEqual(['temporal']);
  });
});
