import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkflowBundle } from '../../../bin/wiring/workflow-bundle.ts';
import { TEST_PAYLOAD_KEYS, startTestTemporal } from '../../support/temporal.ts';
import type { TestTemporal } from '../../support/temporal.ts';
import { reportingScenarios } from './scenarios/reporting-scenarios.ts';
import { settlementScenarios } from './scenarios/settlement-scenarios.ts';
import { tradeScenarios } from './scenarios/trade-scenarios.ts';
import { openWorld } from './world.ts';
import type { World } from './world.ts';

const scenarios = [...tradeScenarios, ...reportingScenarios, ...settlementScenarios];

// A cache of 3 makes the workers replay all the time, which finds what is not deterministic.
describe.each([
  { cache: 100, payloadKeys: TEST_PAYLOAD_KEYS },
  { cache: 3, payloadKeys: undefined },
])('workflows with a cache of $cache', ({ cache, payloadKeys }) => {
  let temporal: TestTemporal;
  let world: World;

  beforeAll(async () => {
    const given = payloadKeys === undefined ? {} : { payloadKeys };
    temporal = await startTestTemporal(given);
    const { client, namespace, nativeConnection: connection } = temporal;
    world = await openWorld({ client, namespace, connection, bundle: await loadWorkflowBundle(), maxCachedWorkflows: cache, ...given });
  });

  afterAll(async () => {
    await world.close();
    await temporal.stop();
  });

  it.concurrent.each(scenarios)('$name', async (scenario) => {
    const handle = await scenario.run(world, `t-${randomBytes(5).toString('hex')}`);
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });
});
