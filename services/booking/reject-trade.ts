import { z } from 'zod';
import { withTenant } from '../../db/client.ts';
import { lockTradeVersion } from '../../db/queries/booking.ts';
import { endVersion } from '../approvals/end-version.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { illegalStep } from '../risk/illegal-step.ts';
import { parseInput } from '../risk/parse-input.ts';

const REASON_LENGTH_MAX = 4_000;
const inputSchema = z.strictObject({
  tradeId: z.string().min(1),
  version: z.int().min(1),
  reason: z
    .string()
    .min(1)
    .transform((text) => text.slice(0, REASON_LENGTH_MAX)),
});

/**
 * Refuses a version that a rule blocked: its reservations are released; the trade stands again as booked before, or is rejected.
 * Called again it changes nothing. Errors: `not-found`, `illegal-transition` where the version waits for a person or is booked.
 */
export async function rejectTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tradeId: string; version: number; reason: string };
}): Promise<{ readonly state: 'rejected' }> {
  authorise(ctx, { allowed: [], action: 'reject a trade by rule' });
  const { tradeId, version, reason } = parseInput(inputSchema, input);
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, async (tx) => {
    const trade = await lockTradeVersion(tx, { tenantId, tradeId, version });
    if (trade.versionState === 'rejected') return { state: 'rejected' };
    if (trade.versionState !== 'checking' && trade.versionState !== 'captured') throw illegalStep(trade, 'be rejected');
    await endVersion(ctx, tx, { trade, reason });
    return { state: 'rejected' };
  });
}
