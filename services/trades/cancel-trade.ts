import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type NextVersionInput, type NextVersionResult, addNextVersion } from './next-version.ts';

/**
 * Ends a booked trade: version n+1 with the booked terms and kind `cancel`, which takes back its limits, deliveries and reports.
 * Throws `forbidden`, `not-found`, `validation-failed` without a reason, `precondition-failed` where `expectedRevision` is not the present
 * one, `illegal-transition` (details.allowed, details.why) where the trade is not booked.
 * The same command again, by the same actor, gives the first answer.
 */
export async function cancelTrade({ ctx, input }: { ctx: ServiceContext; input: NextVersionInput }): Promise<NextVersionResult> {
  authorise(ctx, { allowed: ['upstream', 'backOffice', 'admin'], action: 'cancel a trade' });
  return await addNextVersion(ctx, { ...input, kind: 'cancel', change: (booked) => booked });
}
