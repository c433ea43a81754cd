import pg from 'pg';
import { checkAuditTrail } from '../../../../bin/invariants/audit-checks.ts';
import { checkBounds, checkTenantsApart } from '../../../../bin/invariants/boundary-checks.ts';
import { checkFourEyes } from '../../../../bin/invariants/lifecycle-checks.ts';
import { checkMoney } from '../../../../bin/invariants/money-checks.ts';
import type { Evidence } from '../../../../bin/invariants/violation.ts';

/** What the independent checker finds wrong in a database that no stack runs on: I3, I4, I7, I8 and I9, in words. */
export async function violationsOf(adminUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const evidence: Evidence = {
    adminUrl,
    journal: [],
    isWorkflowOpen: async () => true,
    acceptedTradeIds: [],
    now: new Date(0),
    quiescent: false,
  };
  try {
    const found = [
      ...(await checkMoney(client)),
      ...(await checkAuditTrail(client)),
      ...(await checkFourEyes(client)),
      ...(await checkTenantsApart(client)),
      ...(await checkBounds(client, evidence)),
    ];
    return found.map(({ invariant, message }) => `${invariant}: ${message}`);
  } finally {
    await client.end();
  }
}
