import assert from 'node:assert/strict';
import pg from 'pg';
import { createSandboxAdmin } from '../../bin/demo/sandbox-admin.ts';
import type { Stack } from '../../bin/stack/stack.ts';

/** Throws unless each captured trade has one report, accepted here, and accepted exactly once by the sandbox's own journal. */
export async function assertDeliveredOnce(input: { stack: Stack; captured: readonly string[] }): Promise<void> {
  const client = new pg.Client({ connectionString: input.stack.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ trade_id: string; uti: string; state: string }>('select trade_id, uti, state from obligations');
  await client.end();
  const journal = await (await createSandboxAdmin(input.stack)).readJournal();
  const accepted = new Map<string, number>();
  for (const entry of journal) {
    if (entry.kind !== 'judged' || entry.stage !== 'aris') continue;
    for (const { uti, verdict } of entry.records ?? []) if (verdict === 'accepted') accepted.set(uti, (accepted.get(uti) ?? 0) + 1);
  }
  assert.equal(rows.length, input.captured.length, 'one obligation for each captured trade');
  assert.deepEqual(new Set(rows.map((row) => row.trade_id)), new Set(input.captured), 'each captured trade has its obligation');
  for (const row of rows) assert.equal(row.state, 'accepted', `the obligation of ${row.trade_id}`);
  assert.equal(accepted.size, rows.length, 'the sandbox accepted as many reports as there are obligations');
  for (const row of rows) assert.equal(accepted.get(row.uti), 1, `the report ${row.uti} of ${row.trade_id} was accepted once`);
}
