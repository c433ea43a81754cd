/** Invoices cycles until it is killed: a worker that dies between taking a number and the commit. Arguments: database, tenant, cycles. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDb } from '../../../db/client.ts';
import { SYSTEM_ACTOR } from '../../../services/context.ts';
import { invoiceCycle } from '../../../services/settlement/invoice-cycle.ts';
import { createTestContext } from '../../support/context.ts';

const [url = '', tenantId = '', now = '', cycleIds = ''] = process.argv.slice(2);
const db = createDb({ url, maxConnections: 5, applicationName: 'adversary-child' });
const ctx = createTestContext({ db, tenantId, actor: SYSTEM_ACTOR, now });
const waiting = cycleIds.split(',').values();
const renderInvoice = async (invoice: { number: string }): Promise<Uint8Array> => {
  // Wide enough for a kill to strike while the number is taken and nothing is committed.
  await sleep(3);
  return Buffer.from(`%PDF ${invoice.number}`);
};
const lane = async (): Promise<void> => {
  for (const cycleId of waiting) await invoiceCycle({ ctx, input: { cycleId }, deps: { renderInvoice } });
};
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: 5 }, lane));
await db.destroy();
