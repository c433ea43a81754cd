import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows, loadWorkflowBundle } from '../../bin/wiring/workflow-bundle.ts';
import { FAILURE_CONVERTER_PATH } from '../../bin/wiring/workflow-paths.ts';
import { reportingScenarios } from '../integration/workflows/scenarios/reporting-scenarios.ts';
import { settlementScenarios } from '../integration/workflows/scenarios/settlement-scenarios.ts';
import { tradeScenarios } from '../integration/workflows/scenarios/trade-scenarios.ts';
import { historyFromText } from '../support/history-file.ts';
import type { RecordedHistory } from '../support/history-file.ts';

const HISTORIES = path.join(import.meta.dirname, '../histories');
type Recorded = RecordedHistory & { readonly name: string };

async function readHistories(): Promise<readonly Recorded[]> {
  const files = (await readdir(HISTORIES)).filter((name) => name.endsWith('.json')).toSorted();
  return await Promise.all(
    files.map(async (file) => ({
      name: file.replace('.json', ''),
      ...historyFromText(await readFile(path.join(HISTORIES, file), 'utf8')),
    })),
  );
}

/** What each history came to under this bundle: undefined where it replays. */
async function replay(bundle: WorkflowBundle, histories: readonly Recorded[]): Promise<Map<string, string | undefined>> {
  const results = Worker.runReplayHistories(
    { workflowBundle: bundle, dataConverter: { failureConverterPath: FAILURE_CONVERTER_PATH } },
    histories.map(({ workflowId, history }) => ({ workflowId, history })),
  );
  const outcomes = new Map<string, string | undefined>();
  for await (const { workflowId, error } of results) {
    const name = histories.find((each) => each.workflowId === workflowId)?.name ?? workflowId;
    outcomes.set(name, error?.message);
  }
  return outcomes;
}

describe('replay gate', () => {
  let histories: readonly Recorded[] = [];

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
    histories = await readHistories();
  });

  it('has a history of every scenario', () => {
    const names = [...tradeScenarios, ...reportingScenarios, ...settlementScenarios].map(({ name }) => name).toSorted();
    expect(histories.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it('replays every recorded history with the workflows of today', async () => {
    const outcomes = await replay(await loadWorkflowBundle(), histories);
    expect(outcomes.size).toBe(histories.length);
    expect([...outcomes].filter(([, error]) => error !== undefined)).toEqual([]);
  });

  it('refuses a workflow whose steps were put in another order', async () => {
    const broken = await bundleWorkflows({ entry: path.join(import.meta.dirname, 'broken-workflows.ts') });
    const trades = histories.filter(({ name }) => name.startsWith('trade-') && name !== 'trade-stuck-then-mended');
    const outcomes = await replay(broken, trades);
    expect(trades.length).toBeGreaterThan(0);
    for (const [name, error] of outcomes) expect(error, name).toMatch(/[Nn]ondeterminis|TMPRL1100/);
  });
});
