import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArisState } from './aris-rules.ts';
import { clockOfFile, loadSandboxOptions } from './config.ts';
import { Journal } from './journal.ts';
import { createMisbehaviour, draw } from './modes.ts';
import { OWN_ACCEPTED_EICS, loadAcceptedEics } from './reference.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'energyopti-unit-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('draw', () => {
  it('depends on every argument and on nothing else', () => {
    const base = { seed: '1', kind: 'drop upload', fileName: 'a.xml', n: 0 };
    expect(draw(base)).toBe(draw({ ...base }));
    for (const other of [{ seed: '2' }, { kind: 'drop lookup' }, { fileName: 'b.xml' }, { n: 1 }])
      expect(draw({ ...base, ...other })).not.toBe(draw(base));
  });

  it('spreads evenly', () => {
    const drawn = Array.from({ length: 10_000 }, (_, n) => draw({ seed: '1', kind: 'k', fileName: 'f', n }));
    const below = drawn.filter((value) => value < 0.3).length;
    expect(below).toBeGreaterThan(2800);
    expect(below).toBeLessThan(3200);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('never strikes with probability 0 and always with 1', () => {
    const misbehaviour = createMisbehaviour({ seed: '1', modes: { drop: 1 }, delays: {} });
    for (let n = 0; n < 50; n += 1) {
      expect(misbehaviour.strikes({ mode: 'drop', kind: 'k', fileName: 'f' })).toBe(true);
      expect(misbehaviour.strikes({ mode: 'slow', kind: 'k', fileName: 'f' })).toBe(false);
    }
  });
});

describe('Journal', () => {
  const now = () => new Date('2026-09-01T00:00:00Z');
  const event = { kind: 'fault', mode: 'drop', request: 'upload', fileName: 'a.xml' } as const;

  it('goes on after a last line that a crash cut short, and drops that line', () => {
    const path = join(directory, 'journal.ndjson');
    const first = new Journal({ path, now });
    first.append(event);
    first.close();
    appendFileSync(path, '{"kind":"received","fileName":"half');
    const second = new Journal({ path, now });
    expect(second.entries).toHaveLength(1);
    second.append(event);
    second.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([1, 2]);
  });
});

describe('ArisState', () => {
  const of = (action: 'N' | 'M' | 'C' | 'E') => ({ recordSeq: 1, marketParticipant: 'A', uti: 'U', action, verdict: 'accepted' as const });

  it('takes one report away for each E', () => {
    const state = new ArisState();
    for (const action of ['N', 'M', 'M', 'M', 'E', 'E', 'E'] as const) state.apply(of(action));
    expect(state.heldBy(of('N'))).toEqual(['N']);
    state.apply(of('E'));
    expect(state.heldBy(of('N'))).toEqual([]);
  });

  it('does not change when records are tried on a fork of it', () => {
    const state = new ArisState();
    state.apply(of('N'));
    const fork = state.fork();
    fork.apply(of('M'));
    expect(fork.heldBy(of('N'))).toEqual(['N', 'M']);
    expect(state.heldBy(of('N'))).toEqual(['N']);
  });
});

describe('accepted EICs', () => {
  it('come from the newest list of the folder', () => {
    writeFileSync(join(directory, 'acer-accepted-eics-2023-01-01.csv'), '10YDE-EON------1\n');
    writeFileSync(join(directory, 'acer-accepted-eics-2024-07-05.txt'), 'name;code\nTTF;21YNL----TTF---1;x\n');
    expect([...loadAcceptedEics(directory).codes]).toEqual(['21YNL----TTF---1']);
  });

  it.each([undefined, '/nonexistent'])('are the own dated list for the folder %s', (folder) => {
    expect([...loadAcceptedEics(folder).codes]).toEqual([...OWN_ACCEPTED_EICS.codes]);
  });
});

describe('configuration', () => {
  const SANDBOX_TOKENS = '[{"token":"12345678","senderAcerCode":"A0001234X.DE"}]';

  it('has a default for everything but the tokens', () => {
    expect(loadSandboxOptions({ SANDBOX_TOKENS })).toMatchObject({
      port: 8443,
      host: '127.0.0.1',
      seed: '1',
      modes: {},
      dataDir: '.energyopti/sandbox',
    });
  });

  it('lets a named delay win over the common one, and its own reference folder over the shared', () => {
    const env = {
      SANDBOX_TOKENS,
      SANDBOX_DELAY_MS: '7',
      SANDBOX_DELAYS: '{"arisMs":9}',
      REFERENCE_DIR: '/a',
      SANDBOX_REFERENCE_DIR: '/b',
      SCHEMA_DIR: '',
    };
    expect(loadSandboxOptions(env)).toMatchObject({ delays: { rrmMs: 7, arisMs: 9 }, referenceDir: '/b' });
    expect(loadSandboxOptions(env)).not.toHaveProperty('schemaDir');
  });

  it('refuses to start without tokens or with a misspelt mode, and names both', () => {
    expect(() => loadSandboxOptions({ SANDBOX_MODES: '{"slwo":1}' })).toThrow(/SANDBOX_TOKENS[\s\S]*slwo|slwo[\s\S]*SANDBOX_TOKENS/);
  });

  it('has system time without a clock file', () => {
    expect(Math.abs(clockOfFile(join(directory, 'none.json'))().getTime() - Date.now())).toBeLessThan(1000);
  });
});
