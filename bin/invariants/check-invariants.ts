import pg from 'pg';
import { checkAuditTrail } from './audit-checks.ts';
import { checkBounds, checkTenantsApart } from './boundary-checks.ts';
import { checkFourEyes, checkNothingIsLost } from './lifecycle-checks.ts';
import { checkMoney } from './money-checks.ts';
import { checkBytes, checkDeadlines, checkEachReportOnce } from './reporting-checks.ts';
import type { Evidence, Violation } from './violation.ts';

/**
 * Checks I1 to I10 from the outside: SQL as the owner of the database, the regulator's journal, Temporal's visibility, and
 * repeated requests. Shares no code with what it checks. An empty answer means that all hold; I10 is looked at only where `replay` is given.
 * @throws Error where the role of `adminUrl` is bound by row-level security: it would see nothing, and find nothing.
 */
export async function checkInvariants(evidence: Evidence): Promise<readonly Violation[]> {
  const client = new pg.Client({ connectionString: evidence.adminUrl, application_name: 'energyopti-invariants' });
  await client.connect();
  try {
    await assertSeesAllTenants(client);
    return [
      ...(await checkNothingIsLost(client, evidence)),
      ...(await checkEachReportOnce(client, evidence)),
      ...(await checkMoney(client)),
      ...(await checkAuditTrail(client)),
      ...(await checkBytes(client, evidence)),
      ...(await checkDeadlines(client, evidence)),
      ...(await checkFourEyes(client)),
      ...(await checkTenantsApart(client)),
      ...(await checkBounds(client, evidence)),
      ...(await checkIdempotency(evidence)),
    ];
  } finally {
    await client.end();
  }
}

async function assertSeesAllTenants(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sees_all: boolean }>(
    'select rolsuper or rolbypassrls as sees_all from pg_roles where rolname = current_user',
  );
  if (rows[0]?.sees_all !== true)
    throw new Error('The invariants can only be checked by a role that row-level security does not bind: use a superuser, or BYPASSRLS.');
}

/** I10: the same key with the same body gets the same answer; with another body it is refused. */
async function checkIdempotency(evidence: Evidence): Promise<Violation[]> {
  const { replay } = evidence;
  if (replay === undefined) return [];
  const violations: Violation[] = [];
  for (const exchange of replay.exchanges) {
    const again = await replay.send(exchange, exchange.body);
    if (again.status !== exchange.status || again.body !== exchange.answer)
      violations.push({
        invariant: 'I10',
        message: `key ${exchange.key}: the second answer (${again.status}) is not the first (${exchange.status})`,
      });
    const altered = await replay.send(
      exchange,
      JSON.stringify({ ...(JSON.parse(exchange.body) as Record<string, unknown>), reason: 'another body' }),
    );
    if (altered.status !== 409 && altered.status !== 422)
      violations.push({ invariant: 'I10', message: `key ${exchange.key}: another body was answered with ${altered.status}` });
  }
  return violations;
}
