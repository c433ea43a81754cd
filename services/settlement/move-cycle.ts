import type { Tx } from '../../db/client.ts';
import { type CycleRow, updateCycle } from '../../db/queries/settlement-cycles.ts';
import type { CycleState } from '../../db/schema.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';

/** Moves a locked cycle to another state with its audit event. `blocked` keeps the reason on the cycle, every other state clears it. */
export async function moveCycle(
  ctx: ServiceContext,
  tx: Tx,
  input: { cycle: CycleRow; to: CycleState; reason?: string; after?: Readonly<Record<string, unknown>> },
): Promise<CycleRow> {
  const { cycle, to, reason } = input;
  const moved = await updateCycle(tx, cycle, {
    state: to,
    blocked_reason: to === 'blocked' ? (reason ?? null) : null,
    updated_at: ctx.clock.now(),
  });
  await writeAudit(ctx, tx, [
    {
      subjectKind: 'cycle',
      subjectId: cycle.id,
      revision: moved.revision,
      action: `cycle.${to}`,
      ...(reason === undefined ? {} : { reason }),
      before: { state: cycle.state },
      after: { state: to, ...input.after },
    },
  ]);
  return moved;
}
