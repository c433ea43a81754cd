import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { Logger, WorkflowBundle } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH, WORKFLOWS_PATH } from './workflow-paths.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What a bundle is made of, besides the SDK, whose versions enter the hash by themselves. */
const SOURCE_FOLDERS = ['workflows', 'domain'];

/**
 * The one bundle of all workflows, for every worker of a process. Built once and kept in `cacheDir` under the hash of its sources,
 * so that a restart after a crash is quick; without `cacheDir` it is built anew.
 */
export async function loadWorkflowBundle(input: { readonly cacheDir?: string; readonly logger?: Logger } = {}): Promise<WorkflowBundle> {
  if (input.cacheDir === undefined) return await build(input.logger);
  const file = path.join(input.cacheDir, `workflows-${await hashSources()}.js`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { code: kept };
  const built = await build(input.logger);
  await mkdir(input.cacheDir, { recursive: true });
  // Written beside and renamed: a process that dies here leaves no half bundle under the good name.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, built.code);
  await rename(draft, file);
  return built;
}

/** Builds a bundle from another entry, e.g. the broken workflows that the replay gate must refuse. */
export async function bundleWorkflows(input: { readonly entry: string; readonly logger?: Logger }): Promise<WorkflowBundle> {
  return await bundleWorkflowCode({
    workflowsPath: input.entry,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    ...(input.logger !== undefined && { logger: input.logger }),
  });
}

async function build(logger: Logger | undefined): Promise<WorkflowBundle> {
  const { code } = await bundleWorkflows({ entry: WORKFLOWS_PATH, ...(logger !== undefined && { logger }) });
  return { code: withoutPositions(code) };
}

const SOURCE_MAP_COMMENT = '//# sourceMappingURL=data:';

/**
 * The SDK takes a stack trace of every promise in a workflow and looks each frame up in the source map, which was two fifths of the
 * worker's CPU. An empty map leaves the names of functions and the lines of the bundle, which is not minified, in its traces.
 */
function withoutPositions(code: string): string {
  const at = code.lastIndexOf(SOURCE_MAP_COMMENT);
  if (at < 0) return code;
  const map = JSON.stringify({ version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' });
  return `${code.slice(0, at)}${SOURCE_MAP_COMMENT}application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}\n`;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  const require = createRequire(import.meta.url);
  for (const name of ['@temporalio/worker', '@temporalio/workflow', '@temporalio/common']) {
    hash.update(await readFile(require.resolve(`${name}/package.json`)));
  }
  hash.update(await readFile(FAILURE_CONVERTER_PATH)).update(await readFile(fileURLToPath(import.meta.url)));
  for (const folder of SOURCE_FOLDERS) {
    const names = await readdir(path.join(ROOT, folder), { recursive: true });
    for (const name of names.filter((each) => each.endsWith('.ts') && !each.endsWith('.test.ts')).toSorted()) {
      hash.update(`\n// ${folder}/${name}\n`).update(await readFile(path.join(ROOT, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
