import { z } from 'zod';
import { withTenant } from '../../db/client.ts';
import { findHeldTradeException, reassignException } from '../../db/queries/approvals.ts';
import { lockTradeVersion } from '../../db/queries/booking.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { parseInput } from '../risk/parse-input.ts';

const inputSchema = z.strictObject({ tradeId: z.string().min(1), version: z.int().min(1) });
const ESCALATED_TO = 'admin';

/**
 * Hands a held trade that nobody has decided on to the administrators; compliance may still decide.
 * `escalated` is false where the trade is no longer held. Called again it changes nothing. Errors: `not-found`.
 */
export async function escalateHeldTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number };
}): Promise<{ readonly escalated: boolean }> {
  authorise(ctx, { allowed: [], action: 'escalate a held trade' });
  const { tradeId, version } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    const exception = trade.versionState === 'held' ? await findHeldTradeException(tx, { tenantId, tradeId }) : undefined;
    if (exception === undefined || exception.state !== 'open') return { escalated: false };
    if (exception.owner_role === ESCALATED_TO) return { escalated: true };
    const nextAction = `Escalated: half of the time to decide has passed. ${exception.next_action}`;
    const { revision } = await reassignException(tx, { ...exception, tenantId, ownerRole: ESCALATED_TO, nextAction });
    await writeAudit(ctx, tx, [
      {
        subjectKind: 'exception',
        subjectId: exception.id,
        revision,
        action: 'exception.escalated',
        before: { ownerRole: exception.owner_role },
        after: { ownerRole: ESCALATED_TO },
      },
    ]);
    return { escalated: true };
  });
}
