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
  return await bundleWorkflows({ entry: WORKFLOWS_PATH, ...(logger !== undefined && { logger }) });
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  const require = createRequire(import.meta.url);
  for (const name of ['@temporalio/worker', '@temporalio/workflow', '@temporalio/common']) {
    hash.update(await readFile(require.resolve(`${name}/package.json`)));
  }
  hash.update(await readFile(FAILURE_CONVERTER_PATH));
  for (const folder of SOURCE_FOLDERS) {
    const names = await readdir(path.join(ROOT, folder), { recursive: true });
    for (const name of names.filter((each) => each.endsWith('.ts') && !each.endsWith('.test.ts')).toSorted()) {
      hash.update(`\n// ${folder}/${name}\n`).update(await readFile(path.join(ROOT, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
