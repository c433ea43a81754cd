#!/usr/bin/env node
// Starts the command line under Node 24, whatever Node the machine has. Plain JavaScript, because it runs before Node 24 is found.
// In the packed npm package the sources lie under node_modules, where Node strips no types by itself: strip-types.mjs does it there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 24;
const here = path.dirname(fileURLToPath(import.meta.url));

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return process.execPath;
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: said below.
  }
  process.stderr.write(
    'energyopti: Node 24 is not installed here. Run `npm ci` in the project (it brings Node 24 along), then try again.\n',
  );
  process.exit(2);
}

const isPacked = here.split(path.sep).includes('node_modules');
const nodeOptions = [
  process.env['NODE_OPTIONS'],
  isPacked ? `--import=${pathToFileURL(path.join(here, 'strip-types.mjs')).href}` : undefined,
]
  .filter((part) => part !== undefined && part !== '')
  .join(' ');
const child = spawn(findNode(), ['--disable-warning=ExperimentalWarning', path.join(here, 'cli', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...(nodeOptions === '' ? {} : { NODE_OPTIONS: nodeOptions }) },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
