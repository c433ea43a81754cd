import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkBytes, checkEachReportOnce } from '../../../bin/invariants/reporting-checks.ts';
import type { Evidence } from '../../../bin/invariants/violation.ts';
import { CORRUPTIONS } from '../../../sandbox/modes.ts';
import type { createHttpsChannel } from '../../../adapters/channels/https-channel.ts';
import { collectReceipts } from '../../../services/reporting/collect-receipts.ts';
import { prepareNextSubmission } from '../../../services/reporting/prepare-next-submission.ts';
import { submitArtefact } from '../../../services/reporting/submit-artefact.ts';
import { senderOf } from '../../support/sample-reference.ts';
import { type Harness, startHarness } from '../channels/sandbox-harness.ts';
import { CHANNEL_ID, type World, addBookedTrade, addObligation, createWorld, inTenant } from '../services/reporting/reporting-world.ts';

/** Seeds times reports of each: every report has a fate of its own, drawn from seed and file name. `ADVERSARY_SEEDS=30` makes it 300. */
const SEEDS = Number(process.env['ADVERSARY_SEEDS'] ?? 6);
const REPORTS_PER_SEED = 10;
const TOKEN = 'token-of-this-tenant';
const ROUNDS_MAX = 400;

let world: World;
let harness: Harness;
let channel: ReturnType<typeof createHttpsChannel>;

beforeAll(async () => {
  world = await createWorld();
  harness = await startHarness({
    tokens: [
      { token: TOKEN, senderAcerCode: senderOf(world.tenantId) },
      { token: 'token-of-another', senderAcerCode: 'A0009999Y.FR' },
    ],
  });
  channel = harness.channel({ token: TOKEN, timeoutMs: 250 });
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await world.close();
});

/** What the workflow does for one UTI, without Temporal: prepare, send until it has arrived, wait for the verdict. */
async function step(uti: string): Promise<boolean> {
  const { ctx, schemas } = world;
  const next = await prepareNextSubmission({ ctx, input: { regime: 'REMIT', uti }, deps: { schemas } });
  if (next.kind === 'none') return true;
  if (next.kind === 'invalid') throw new Error(`${uti} is invalid`);
  if (next.kind === 'ready') await submitArtefact({ ctx, input: { submissionId: next.submissionId }, deps: { channel } });
  return false;
}

const collect = async (): Promise<void> => {
  try {
    while ((await collectReceipts({ ctx: world.ctx, deps: { channel } })).more);
  } catch (error) {
    // The mailbox could not be read; the next round tries again.
    if (!(error instanceof Error && 'code' in error && error.code === 'unavailable')) throw error;
  }
};

async function runSeed(seed: number): Promise<void> {
  // Requests fail up to every third time, receipts lie up to four times in five.
  const share = (part: number): number => ((seed * 7 + part * 3) % 10) / 9;
  await harness.setModes(
    {
      slow: 0.04,
      refuse: share(1) * 0.3,
      drop: share(2) * 0.3,
      lostAck: share(3) * 0.6,
      repeatReceipt: share(4) * 0.8,
      contradict: share(5) * 0.8,
      corruptReceipt: share(6) * 0.8,
      outOfOrder: share(7) * 0.8,
      delayed: 0.1,
    },
    { slowMs: 300, delayedMs: 50 },
  );
  let open = await Promise.all(
    Array.from({ length: REPORTS_PER_SEED }, async (_, index) => {
      const uti = `UTISEED${String(seed).padStart(3, '0')}${String(index).padStart(3, '0')}`;
      await addObligation(world, { tradeId: await addBookedTrade(world), uti });
      return uti;
    }),
  );
  for (let round = 0; open.length > 0; round += 1) {
    if (round > ROUNDS_MAX) throw new Error(`seed ${seed}: ${open.join(', ')} do not end`);
    const done = await Promise.all(open.map(step));
    // Two collectors, as two processes would be.
    await Promise.all([collect(), collect()]);
    open = open.filter((_, index) => done[index] !== true);
    await sleep(5);
  }
}

it(`${SEEDS * REPORTS_PER_SEED} reports through a regulator that lies, loses, repeats and corrupts are each accepted once, and no receipt is lost`, async () => {
  expect(CORRUPTIONS.length).toBeGreaterThan(3);
  for (let seed = 1; seed <= SEEDS; seed += 1) await runSeed(seed);
  await harness.setModes({});
  for (let quiet = 0; quiet < 5; quiet += 1) {
    await harness.quiet();
    await collect();
  }
  const client = new pg.Client({ connectionString: world.database.adminUrl });
  await client.connect();
  const journal = await harness.journal();
  const evidence: Evidence = {
    adminUrl: world.database.adminUrl,
    // A receipt is named by its hash where the journal keeps its bytes.
    journal: journal.map((entry) => ({ ...entry, receipts: [] })),
    isWorkflowOpen: async () => true,
    acceptedTradeIds: [],
    now: new Date(Date.now() + 3_600_000),
    quiescent: true,
  };
  const violations = [...(await checkEachReportOnce(client, evidence)), ...(await checkBytes(client, evidence))];
  await client.end();
  expect(violations).toEqual([]);
  const states = await inTenant(world, (db) => db.selectFrom('obligations').select('state').execute());
  expect(states).toHaveLength(SEEDS * REPORTS_PER_SEED);
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['accepted']));
  const faults = new Set(journal.flatMap((entry) => (entry.kind === 'fault' ? [entry.mode] : [])));
  // It did misbehave in every way that this test asks of it.
  for (const mode of ['slow', 'refuse', 'drop', 'lostAck']) expect(faults).toContain(mode);
  const quarantined = await inTenant(world, (db) =>
    db.selectFrom('receipts').select(['id', 'quarantine_reason']).where('state', '=', 'quarantined').execute(),
  );
  expect(quarantined.length).toBeGreaterThan(SEEDS);
  const open = await inTenant(world, (db) =>
    db.selectFrom('exceptions').select('subject_id').where('kind', '=', 'quarantinedReceipt').execute(),
  );
  expect(new Set(open.map(({ subject_id }) => subject_id))).toEqual(new Set(quarantined.map(({ id }) => id)));
  expect(CHANNEL_ID).toBe(channel.id);
}, 600_000);
