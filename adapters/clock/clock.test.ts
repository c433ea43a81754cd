import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offsetClock, systemClock } from './clock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('offsetClock', () => {
  it('is the system time without a file, moves with the file, and sees a change within 200 ms', () => {
    const file = join(folder, 'clock.json');
    let realMs = Date.parse('2026-03-29T00:59:59.000Z');
    const clock = offsetClock({ file, system: { now: () => new Date(realMs), simulated: false } });
    expect(clock.now().toISOString()).toBe('2026-03-29T00:59:59.000Z');
    writeFileSync(file, '{"offsetMs": 86400000}');
    realMs += 200;
    expect(clock.now().toISOString()).toBe('2026-03-30T00:59:59.200Z');
    writeFileSync(`${file}.new`, '{"offsetMs": -1000}');
    renameSync(`${file}.new`, file);
    realMs += 200;
    expect(clock.now().toISOString()).toBe('2026-03-29T00:59:58.400Z');
    expect(clock.simulated).toBe(true);
  });

  it('refuses a file that does not hold whole milliseconds', () => {
    const file = join(folder, 'clock.json');
    writeFileSync(file, '{"offsetMs": "soon"}');
    expect(() => offsetClock({ file }).now()).toThrow(/must hold/);
  });
});

it('systemClock says that it is real', () => expect(systemClock().simulated).toBe(false));
