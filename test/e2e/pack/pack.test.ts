import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { nodesToTry } from '../../support/command-line.ts';

const manifestSchema = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(PROJECT_DIR, 'package.json'), 'utf8')));
const packedSchema = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })).length(1);
const UTI_INPUT = JSON.stringify({
  text: 'C0643778W.EUC06AG978W.EUFWELP2014-11-210.000001.0000000000MW10YCB-EUROPEU--82015-01-012015-01-31',
  progressive: 1,
});
/** The first of ACER's own vectors. */
const UTI = 'v3Y9Z6BFbaatVrxFl59Z2a7sP33ukZCepB1ZcRIFgY001';

let folder = '';
let packed: readonly string[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'energyopti-pack-'));
  const pack = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: PROJECT_DIR,
    encoding: 'utf8',
  });
  if (pack.status !== 0) throw new Error(pack.stderr);
  const [tarball] = packedSchema.parse(JSON.parse(pack.stdout));
  packed = tarball?.files.map((file) => file.path) ?? [];
  installInto(folder, path.join(folder, tarball?.filename ?? ''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As `npm install` lays it out; what it depends on is linked from here, without anything that only our development needs. */
function installInto(target: string, tarball: string): void {
  const modules = path.join(target, 'node_modules');
  const own = path.join(modules, manifest.name);
  mkdirSync(own, { recursive: true });
  const untar = spawnSync('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
  if (untar.status !== 0) throw new Error(untar.stderr.toString());
  const source = path.join(PROJECT_DIR, 'node_modules');
  for (const name of readdirSync(source)) {
    if (name.startsWith('.') || Object.hasOwn(manifest.devDependencies, name) || name === manifest.name) continue;
    symlinkSync(path.join(source, name), path.join(modules, name));
  }
  mkdirSync(path.join(modules, '.bin'));
  symlinkSync(`../${manifest.name}/bin/energyopti.mjs`, path.join(modules, '.bin', 'energyopti'));
  writeFileSync(path.join(target, 'package.json'), '{"private":true}');
}

/** `npx energyopti …` in the folder, with one Node on the path. */
function npx(args: readonly string[], node: string): { code: number | null; out: string; said: string } {
  const { HOME = '', LANG = 'C.UTF-8' } = process.env;
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  rmSync(path.join(bin, 'node'), { force: true });
  symlinkSync(node, path.join(bin, 'node'));
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'energyopti', ...args], {
    cwd: folder,
    input: UTI_INPUT,
    encoding: 'utf8',
    env: { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, HOME, LANG, npm_config_update_notifier: 'false' },
  });
  return { code: status, out: stdout, said: stderr };
}

describe('the npm package', () => {
  it('holds the program and what it reads, and nothing of our development', () => {
    for (const name of [
      'bin/energyopti.mjs',
      'bin/cli/main.ts',
      'bin/strip-types.mjs',
      'bin/start.ts',
      'workflows/index.ts',
      'samples/sample-day/trades.csv',
      'LICENSE',
      'README.md',
    ])
      expect(packed).toContain(name);
    expect(
      packed.filter((name) => /(^|\/)(test|bench|node_modules|\.ci|\.energyopti|deploy|shared)\/|\.test(-support)?\.ts$/.test(name)),
    ).toEqual([]);
  });

  it('keeps the program executable', () => {
    expect(statSync(path.join(folder, 'node_modules', manifest.name, 'bin/energyopti.mjs')).mode & 0o111).not.toBe(0);
  });

  it.each(nodesToTry())('works by npx in an empty folder under $name', ({ binary }) => {
    const isEnough = Object.hasOwn(manifest.dependencies, 'node') || binary === process.execPath;
    const { code, out, said } = npx(['remit', 'uti'], binary);
    if (!isEnough) {
      expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('Node 24 is not installed here') as string });
      return;
    }
    expect({ code, uti: z.object({ uti: z.string() }).parse(JSON.parse(out)).uti }, said).toEqual({ code: 0, uti: UTI });
    const help = npx(['--help'], binary);
    expect(help.code).toBe(0);
    expect(help.out).toMatch(/^Usage: energyopti/);
  });

  it('brings the fields of REMIT and converts a message, also from there', () => {
    const { code, out } = npx(['remit', 'fields'], process.execPath);
    expect(code).toBe(0);
    expect(out.split('\n').length).toBeGreaterThan(60);
    const golden = path.join(PROJECT_DIR, 'test/golden/remit-table1/bilateral-power-peak-week.xml');
    const converted = npx(['convert', golden, '--to', 'json'], process.execPath);
    expect(converted.code, converted.said).toBe(0);
    expect(() => JSON.parse(converted.out)).not.toThrow();
  });
});
