import { withTenant } from '../../db/client.ts';
import { getCycle } from '../../db/queries/settlement-cycles.ts';
import type { CycleState } from '../../db/schema.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';

/** How long until the cycle closes by itself (zero where that moment has passed), and where it stands. Throws `not-found`. */
export async function cycleSchedule(input: {
  ctx: ServiceContext;
  input: { cycleId: string };
}): Promise<{ closesInMs: number; state: CycleState }> {
  const { ctx } = input;
  authorise(ctx, { allowed: ['backOffice', 'auditor', 'admin'], action: 'see settlement cycles' });
  const cycle = await withTenant(ctx.db, ctx.tenantId, (tx) => getCycle(tx, { tenantId: ctx.tenantId, id: input.input.cycleId }));
  return { closesInMs: Math.max(0, cycle.closes_at.getTime() - ctx.clock.now().getTime()), state: cycle.state };
}
