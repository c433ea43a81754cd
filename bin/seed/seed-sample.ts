import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createDb } from '../../db/client.ts';
import type { Clock } from '../../domain/time/clock.ts';
import { issueKey } from '../../services/auth/issue-key.ts';
import type { ServiceContext } from '../../services/context.ts';
import { createIdSource } from '../../services/ids.ts';
import { createTenant } from '../../services/reference/create-tenant.ts';
import { referenceFileSchema } from '../../services/reference/reference-schema.ts';
import { seedReference } from '../../services/reference/seed-reference.ts';
import { PROJECT_DIR } from '../stack/stack-options.ts';
import type { StackContext } from '../stack/stack-options.ts';

/** The sample day's reference data and trades, made up. */
export const SAMPLE_FOLDER = path.join(PROJECT_DIR, 'samples', 'sample-day');

const PRIVATE_FILE_MODE = 0o600;

/**
 * Enters the sample firm with its reference data and gives each of its users an API key, once: a later start finds the keys and
 * changes nothing. Made for `prepare` of the embedded stack.
 */
export async function seedSample(stack: StackContext, clock: Clock): Promise<void> {
  const { note: _note, ...content } = JSON.parse(readFileSync(path.join(SAMPLE_FOLDER, 'reference.json'), 'utf8')) as { note: string };
  const file = referenceFileSchema.parse(content);
  const { tenant, ...reference } = file;
  const adminDb = createDb({ url: stack.adminUrl, maxConnections: 1, applicationName: 'energyopti-seed-owner' });
  const db = createDb({ url: stack.appUrl, maxConnections: 1, applicationName: 'energyopti-seed' });
  try {
    await createTenant({ adminDb, clock, input: tenant });
    const ids = createIdSource();
    const ctx: ServiceContext = { tenantId: tenant.id, actor: { id: 'set-up', role: 'admin' }, requestId: ids.next('req'), db, clock, ids };
    const { inserted } = await seedReference({ ctx, input: reference });
    if (inserted > 0) stack.log(`Seeded the sample firm ${tenant.id}: ${inserted} records of reference data.`);
    if (!existsSync(stack.apiKeysFile)) await issueKeys(ctx, { file: stack.apiKeysFile, userIds: reference.users.map(({ id }) => id) });
  } finally {
    await db.destroy();
    await adminDb.destroy();
  }
}

async function issueKeys(ctx: ServiceContext, input: { file: string; userIds: readonly string[] }): Promise<void> {
  const keys: Record<string, string> = {};
  for (const userId of input.userIds) keys[userId] = (await issueKey({ ctx, input: { userId } })).plainKey;
  writeFileSync(input.file, `${JSON.stringify(keys, null, 2)}\n`, { mode: PRIVATE_FILE_MODE });
}
