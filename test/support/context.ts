import { randomBytes } from 'node:crypto';
import { type Db, createDb } from '../../db/client.ts';
import type { Actor, ServiceContext } from '../../services/context.ts';
import { createIdSource } from '../../services/ids.ts';
import { createTenant } from '../../services/reference/create-tenant.ts';
import type { ReferenceInput } from '../../services/reference/reference-schema.ts';
import { seedReference } from '../../services/reference/seed-reference.ts';
import { TEST_NOW } from './sample-draft.ts';
import { SAMPLE_REFERENCE, sampleTenant } from './sample-reference.ts';

/** A clock that stands still until a test moves it. */
export type TestClock = { now(): Date; set(at: Date | string): void; advance(ms: number): void };

export { TEST_NOW };

export type TestContext = ServiceContext & { readonly clock: TestClock };

export const TEST_ADMIN: Actor = { id: 'user-admin', role: 'admin' };

export function createTestClock(now: Date | string = TEST_NOW): TestClock {
  let current = new Date(now);
  return {
    now: () => new Date(current),
    set: (at) => {
      current = new Date(at);
    },
    advance: (ms) => {
      current = new Date(current.getTime() + ms);
    },
  };
}

/** A context for one tenant and actor; give `clock` to share one clock between contexts. */
export function createTestContext(input: {
  db: Db;
  tenantId: string;
  actor?: Actor;
  now?: Date | string;
  clock?: TestClock;
  requestId?: string;
}): TestContext {
  const ids = createIdSource();
  return {
    db: input.db,
    tenantId: input.tenantId,
    actor: input.actor ?? TEST_ADMIN,
    requestId: input.requestId ?? ids.next('req'),
    clock: input.clock ?? createTestClock(input.now),
    ids,
  };
}

/** Makes a tenant of its own, with the sample reference data or `reference`; a suite that has one shares nothing with another suite. */
export async function seedTenant(input: {
  database: { readonly db: Db; readonly adminUrl: string };
  tenantId?: string;
  reference?: ReferenceInput;
  clock?: TestClock;
}): Promise<{ tenantId: string; ctx: TestContext }> {
  const tenantId = input.tenantId ?? `t-${randomBytes(5).toString('hex')}`;
  const clock = input.clock ?? createTestClock();
  const adminDb = createDb({ url: input.database.adminUrl, maxConnections: 1, applicationName: 'test-admin' });
  try {
    await createTenant({ adminDb, clock, input: sampleTenant(tenantId) });
  } finally {
    await adminDb.destroy();
  }
  const ctx = createTestContext({ db: input.database.db, tenantId, clock });
  await seedReference({ ctx, input: input.reference ?? SAMPLE_REFERENCE });
  return { tenantId, ctx };
}
