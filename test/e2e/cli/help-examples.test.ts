import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../bin/cli/program.ts';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { energyopti, pasted } from '../../support/command-line.ts';

const GOLDEN = path.join(PROJECT_DIR, 'test/golden/remit-table1');

/** Every command that says of itself that it is offline, by the words that call it. */
function offlineCommands(command: Command, words: readonly string[] = []): string[] {
  const below = command.commands.flatMap((child) => offlineCommands(child, [...words, child.name()]));
  return command.description().includes('(offline)') ? [words.join(' '), ...below] : below;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'energyopti-help-'));
  const report = readdirSync(GOLDEN).find((name) => name.endsWith('.xml')) ?? '';
  cpSync(path.join(GOLDEN, report), path.join(folder, 'report.xml'));
  const xml = path.join(folder, '.energyopti/demo/xml');
  mkdirSync(xml, { recursive: true });
  cpSync(GOLDEN, xml, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the help of each offline command', () => {
  const commands = offlineCommands(createProgram());

  it('covers the rules that the design names', () => {
    for (const name of ['remit uti', 'remit fields', 'validate', 'convert', 'deadline', 'settlement compute', 'calendar', 'delivery-hours'])
      expect(commands).toContain(name);
  });

  it.each(commands.filter((name) => name !== 'remit fields'))('of `%s` shows an example that works when it is pasted', async (name) => {
    const { out } = await energyopti([...name.split(' '), '--help']);
    const examples = out
      .slice(out.indexOf('Example'))
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const { code, lines, said } = pasted(example, { cwd: folder });
      expect({ example, code, said }).toEqual({ example, code: 0, said: '' });
      // A valid file has no findings to print; everything else answers.
      if (name !== 'validate') expect(lines.length).toBeGreaterThan(0);
    }
  });
});
