import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadWorkflowBundle } from '../../bin/wiring/workflow-bundle.ts';
import { reportingScenarios } from '../integration/workflows/scenarios/reporting-scenarios.ts';
import { settlementScenarios } from '../integration/workflows/scenarios/settlement-scenarios.ts';
import { tradeScenarios } from '../integration/workflows/scenarios/trade-scenarios.ts';
import { openWorld } from '../integration/workflows/world.ts';
import { historyToText } from '../support/history-file.ts';
import { startTestTemporal } from '../support/temporal.ts';

/**
 * Records one history per scenario from real runs: `node test/histories/record.ts [name…]`.
 * Only for scenarios that are new, or after a change that is guarded by `patched`: a history that no longer replays is a running
 * workflow that would be stuck, and recording it anew only hides that.
 */
const folder = import.meta.dirname;
const wanted = new Set(process.argv.slice(2));
const scenarios = [...tradeScenarios, ...reportingScenarios, ...settlementScenarios].filter(({ name }) => wanted.size === 0 || wanted.has(name));

const temporal = await startTestTemporal();
const { client, namespace, nativeConnection: connection } = temporal;
const world = await openWorld({ client, namespace, connection, bundle: await loadWorkflowBundle(), maxCachedWorkflows: 100 });
try {
  await mkdir(folder, { recursive: true });
  for (const scenario of scenarios) {
    const handle = await scenario.run(world, `t-${randomBytes(5).toString('hex')}`);
    const history = await handle.fetchHistory();
    await writeFile(path.join(folder, `${scenario.name}.json`), historyToText({ workflowId: handle.workflowId, history }));
    console.log(`${scenario.name}: ${history.events?.length ?? 0} events`);
  }
} finally {
  await world.close();
  await temporal.stop();
}
process.exit(0);
