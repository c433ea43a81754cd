import { type InstantText, businessDate } from '../../time/business-date.ts';
import { epochMsOf } from '../../time/zone.ts';
import type { LookAlike } from '../facts.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

type Inputs = {
  readonly concludedAt: InstantText;
  readonly uti?: string;
  readonly orderId?: string;
  readonly windowMs: number;
  readonly lookAlikes: readonly LookAlike[];
};

/** Two deals concluded this close to each other with equal economics may be one deal booked twice. */
export const LOOK_ALIKE_WINDOW_MS = 600_000;

const rule: ComplianceRule<Inputs> = {
  id: 'C34.duplicate',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: 'Own control: a deal that arrives by two ways (broker and venue, two systems) must be booked and reported once',
  description: 'No earlier trade under another source id has the same economics within ten minutes, unless its own ids tell them apart.',
  inputsOf: ({ terms, lookAlikes }) => ({
    concludedAt: terms.concludedAt,
    ...(terms.uti === undefined ? {} : { uti: terms.uti }),
    ...(terms.venue.kind === 'organisedMarket' && terms.venue.orderId !== undefined ? { orderId: terms.venue.orderId } : {}),
    windowMs: LOOK_ALIKE_WINDOW_MS,
    lookAlikes,
  }),
  evaluate: (inputs) => {
    const suspects = inputs.lookAlikes.filter((other) => isSuspect(inputs, other));
    if (suspects.length === 0) return { outcome: 'pass', explanation: 'No other trade looks like this one.' };
    const named = suspects.map(({ tradeId, sourceSystem, sourceTradeId }) => `${tradeId} (${sourceSystem} ${sourceTradeId})`);
    return {
      outcome: 'hold',
      explanation: `The same terms were booked within ${inputs.windowMs / 60_000} minutes under another source id: ${named.join(', ')}. It may be one deal that came twice.`,
    };
  },
};

export const duplicateBookingRule = runnable(rule);

/** Two fills of one strategy carry their own order ids or UTIs: where both have one and they differ, these are two deals. */
function isSuspect(mine: Inputs, other: LookAlike): boolean {
  if (Math.abs(epochMsOf(mine.concludedAt) - epochMsOf(other.concludedAt)) > mine.windowMs) return false;
  return !differ(mine.uti, other.uti) && !differ(mine.orderId, other.orderId);
}

function differ(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}
