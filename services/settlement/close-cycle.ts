import { type Tx, withTenant } from '../../db/client.ts';
import { type CycleRow, listDeliveredTrades, lockCycle } from '../../db/queries/settlement-cycles.ts';
import { ConflictError } from '../../domain/errors/app-error.ts';
import { MARKET_CODES } from '../../domain/market/markets.ts';
import { cycleTimesOf } from '../../domain/settlement/close.ts';
import { yearMonth } from '../../domain/time/business-date.ts';
import type { CalendarName } from '../../domain/time/calendar.ts';
import { epochMsOf } from '../../domain/time/zone.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import type { MarketCode } from '../../domain/trade/trade-terms.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { TRADES_PER_CYCLE_MAX } from './delivered-lines.ts';
import { moveCycle } from './move-cycle.ts';
import { describeUndecidedTrades } from './undecided-trades.ts';

/** Ends of delivery do not depend on business days; the domain asks for a calendar all the same. */
const CALENDAR: CalendarName = 'TARGET';

/**
 * Closes a cycle: from now on its volumes are final and it can be invoiced. A blocked one is taken up again.
 * Closing what is closing already changes nothing.
 *
 * Throws `forbidden`, `not-found`, and `illegal-transition` with a sentence where the month is not over, a trade of the month is still
 * checked or held, or the cycle is invoiced, settled or empty.
 */
export async function closeCycle(input: {
  ctx: ServiceContext;
  input: { cycleId: string; reason: string };
}): Promise<{ state: 'closing' }> {
  const { ctx } = input;
  const { cycleId, reason } = input.input;
  authorise(ctx, { allowed: ['backOffice', 'admin'], action: 'close settlement cycles' });
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const cycle = await lockCycle(tx, { tenantId: ctx.tenantId, id: cycleId });
    if (cycle.state === 'closing') return { state: 'closing' };
    if (cycle.state !== 'open' && cycle.state !== 'blocked') {
      throw refusal({ cycle, message: `The settlement cycle '${cycleId}' is ${cycle.state} and cannot be closed again.` });
    }
    await assertMonthIsOver(ctx, tx, cycle);
    const undecided = await describeUndecidedTrades(tx, cycle);
    if (undecided !== undefined) throw refusal({ cycle, message: undecided });
    await moveCycle(ctx, tx, { cycle, to: 'closing', reason });
    await resolveOpenException(ctx, tx, { kind: 'settlementBlocked', subjectId: cycleId, resolution: `Closed again: ${reason}` });
    return { state: 'closing' };
  });
}

/** The last market of the cycle to end its month decides; where nothing was booked, the last of all markets. */
async function assertMonthIsOver(ctx: ServiceContext, tx: Tx, cycle: CycleRow): Promise<void> {
  const trades = await listDeliveredTrades(tx, {
    tenantId: cycle.tenant_id,
    counterpartyId: cycle.counterparty_id,
    agreementId: cycle.agreement_id,
    deliveryMonth: cycle.delivery_month,
    limit: TRADES_PER_CYCLE_MAX,
  });
  const markets: readonly MarketCode[] = trades.length === 0 ? MARKET_CODES : trades.map(({ terms }) => readStoredTerms(terms).market);
  const deliveryMonth = yearMonth(cycle.delivery_month);
  const ends = [...new Set(markets)].map((market) => cycleTimesOf({ market, deliveryMonth, calendar: CALENDAR }).deliveryEndsAt);
  const last = ends.toSorted().at(-1);
  if (last === undefined || ctx.clock.now().getTime() >= epochMsOf(last)) return;
  throw refusal({ cycle, message: `Delivery of ${cycle.delivery_month} ends at ${last}; the cycle cannot be closed before.` });
}

function refusal(input: { cycle: CycleRow; message: string }): ConflictError {
  return new ConflictError({ code: 'illegal-transition', message: input.message, details: { state: input.cycle.state } });
}
