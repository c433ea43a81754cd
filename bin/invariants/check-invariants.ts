import pg from 'pg';
import { checkFourEyes, checkNothingIsLost } from './lifecycle-checks.ts';
import { checkAuditTrail, checkBounds, checkMoney, checkTenantsApart } from './record-checks.ts';
import { checkBytes, checkDeadlines, checkEachReportOnce } from './reporting-checks.ts';
import type { Evidence, Violation } from './violation.ts';

/**
 * Checks I1 to I10 from the outside: SQL as the owner of the database, the regulator's journal, Temporal's visibility, and
 * repeated requests. Shares no code with what it checks. An empty answer means that all hold.
 */
export async function checkInvariants(evidence: Evidence): Promise<readonly Violation[]> {
  const client = new pg.Client({ connectionString: evidence.adminUrl, application_name: 'energyopti-invariants' });
  await client.connect();
  try {
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
