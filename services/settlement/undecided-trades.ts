import type { Tx } from '../../db/client.ts';
import { type CycleRow, listUndecidedTrades } from '../../db/queries/settlement-cycles.ts';
import { firstDayOf, lastDayOf, yearMonth } from '../../domain/time/business-date.ts';

/** Trades that a refusal names; there may be more. */
const TRADES_NAMED_MAX = 5;

/** One sentence that names the trades on which a month still waits; undefined where it waits on none. */
export async function describeUndecidedTrades(tx: Tx, cycle: CycleRow): Promise<string | undefined> {
  const month = yearMonth(cycle.delivery_month);
  const undecided = await listUndecidedTrades(tx, {
    tenantId: cycle.tenant_id,
    counterpartyId: cycle.counterparty_id,
    agreementId: cycle.agreement_id,
    deliveryMonth: month,
    firstDay: firstDayOf(month),
    lastDay: lastDayOf(month),
    limit: TRADES_NAMED_MAX + 1,
  });
  if (undecided.length === 0) return undefined;
  const named = undecided.slice(0, TRADES_NAMED_MAX).map(({ id, state }) => `${id} is ${state}`);
  const rest = undecided.length > TRADES_NAMED_MAX ? ' and more' : '';
  return `Trades that deliver in ${month} are not decided yet: ${named.join(', ')}${rest}.`;
}
