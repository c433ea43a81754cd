import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../adapters/clock/clock.ts';
import { migrate } from '../../bin/migrate.ts';
import { SAMPLE_FOLDER } from '../../bin/seed/seed-sample.ts';
import type { StackContext } from '../../bin/stack/stack-options.ts';
import { startStack } from '../../bin/stack/stack.ts';
import type { Stack } from '../../bin/stack/stack.ts';
import { loadStackEnv } from '../../config/stack-env.ts';
import { createDb } from '../../db/client.ts';
import { issueKey } from '../../services/auth/issue-key.ts';
import type { ServiceContext } from '../../services/context.ts';
import { createIdSource } from '../../services/ids.ts';
import { createTenant } from '../../services/reference/create-tenant.ts';
import { referenceFileSchema } from '../../services/reference/reference-schema.ts';
import { seedReference } from '../../services/reference/seed-reference.ts';
import { CURVE_ID, CURVE_PRICE, deliveryMonthOf } from './pipeline-trades.ts';

export type PipelineStack = {
  readonly stack: Stack;
  readonly tenantId: string;
  readonly apiKey: string;
  stop(input: { keepData: boolean }): Promise<void>;
};

/** Far beyond what the bench books, so that every trade passes. */
const UNLIMITED = '1000000000000';

/**
 * The whole embedded stack in a folder of its own: every process as `npm start` runs it, the sandbox without delays. What differs from
 * `npm start`: receipts are asked for more often, and the API's quota is out of the way.
 */
export async function startPipelineStack({ profileDir }: { profileDir: string | undefined }): Promise<PipelineStack> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'energyopti-bench-'));
  // PostgreSQL's account passes through, so that its data lies in this folder and goes with it.
  chmodSync(dataDir, 0o711);
  let seeded: { tenantId: string; apiKey: string } | undefined;
  const stack = await startStack({
    profile: 'bench',
    dataDir,
    env: loadStackEnv(),
    log: (line) => console.error(line),
    migrate,
    sandbox: { seed: 'bench', delayMs: 0 },
    childEnv: {
      CHANNEL_RECEIPT_POLL_MS: '100',
      API_RATE_LIMIT: '10000000',
      ...(profileDir === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
    },
    prepare: async (context) => {
      seeded = await seed(context);
    },
  });
  if (seeded === undefined) throw new Error('the stack came up without being seeded');
  return {
    stack,
    ...seeded,
    stop: async ({ keepData }) => {
      await stack.stop();
      if (keepData) return console.error(`The data and logs of the failed run: ${dataDir}`);
      rmSync(dataDir, { recursive: true, force: true });
      // PostgreSQL's own account may not enter our folder; its files lie here then.
      rmSync(path.join('/var/lib/energyopti', stack.secrets.id), { recursive: true, force: true });
    },
  };
}

/** The sample firm with limits that nothing reaches and a curve of today. */
async function seed(context: StackContext): Promise<{ tenantId: string; apiKey: string }> {
  const clock = systemClock();
  const { note: _note, ...content } = JSON.parse(readFileSync(path.join(SAMPLE_FOLDER, 'reference.json'), 'utf8')) as { note: string };
  const { tenant, ...sample } = referenceFileSchema.parse(content);
  const now = clock.now();
  const quote = { curveId: CURVE_ID, quotedOn: now.toISOString().slice(0, 10), deliveryMonth: deliveryMonthOf(now), price: CURVE_PRICE };
  const reference = {
    ...sample,
    limits: sample.limits.map((limit) => ({ ...limit, bound: UNLIMITED })),
    prices: [{ ...quote, currency: 'EUR' as const, provenance: 'simulated' as const }],
  };
  const adminDb = createDb({ url: context.adminUrl, maxConnections: 1, applicationName: 'bench-owner' });
  const db = createDb({ url: context.appUrl, maxConnections: 1, applicationName: 'bench-seed' });
  try {
    await createTenant({ adminDb, clock, input: tenant });
    const ids = createIdSource();
    const ctx: ServiceContext = { tenantId: tenant.id, actor: { id: 'bench', role: 'admin' }, requestId: ids.next('req'), db, clock, ids };
    await seedReference({ ctx, input: reference });
    const { plainKey: apiKey } = await issueKey({ ctx, input: { userId: 'etrm-feed' } });
    writeFileSync(context.apiKeysFile, JSON.stringify({ 'etrm-feed': apiKey }), { mode: 0o600 });
    return { tenantId: tenant.id, apiKey };
  } finally {
    await db.destroy();
    await adminDb.destroy();
  }
}
