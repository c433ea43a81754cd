import type { Tx } from '../../db/client.ts';
import { type CycleRow, type DeliveredTradeRow, listDeliveredTrades, listMonthIntervals } from '../../db/queries/settlement-cycles.ts';
import { AppError, invariant } from '../../domain/errors/app-error.ts';
import { decimal, decimalText } from '../../domain/money/decimal.ts';
import type { DeliveryInterval } from '../../domain/settlement/delivery-intervals.ts';
import { DEFAULT_SETTLEMENT_TERMS } from '../../domain/settlement/due-date.ts';
import type { InvoiceInput } from '../../domain/settlement/invoice.ts';
import { type PricedTerms, priceIntervals } from '../../domain/settlement/settlement-line.ts';
import { yearMonth } from '../../domain/time/business-date.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import type { Commodity, Direction, TradeTerms } from '../../domain/trade/trade-terms.ts';

/** More trades in one cycle than these are refused rather than half invoiced. */
export const TRADES_PER_CYCLE_MAX = 5_000;

/** One line to invoice, with the version of the trade that it stands for. */
export type DeliveredLine = InvoiceInput['lines'][number] & { readonly tradeVersion: number };

/** Lines that go on one document: same side, same commodity. */
export type DeliveredGroup = {
  readonly direction: Direction;
  readonly commodity: Commodity;
  readonly market: TradeTerms['market'];
  readonly lines: readonly DeliveredLine[];
};

/** Sales before purchases, power before gas: the order in which documents are made and numbers are taken. */
const GROUP_ORDER: readonly { readonly direction: Direction; readonly commodity: Commodity }[] = [
  { direction: 'sell', commodity: 'power' },
  { direction: 'sell', commodity: 'gas' },
  { direction: 'buy', commodity: 'power' },
  { direction: 'buy', commodity: 'gas' },
];

/**
 * Prices what was delivered in the month of a cycle, one line a trade, from the stored delivery intervals of the booked version. A trade
 * that was cancelled has none: a cancellation says that the deal never was, so that nothing is owed for it, not even for days before it.
 * Ending a deal in the middle of its delivery is an amendment of its last delivery day.
 */
export async function collectDeliveredGroups(
  tx: Tx,
  input: { cycle: CycleRow; roundingPlaces: number },
): Promise<readonly DeliveredGroup[]> {
  const { cycle, roundingPlaces } = input;
  const trades = await listDeliveredTrades(tx, {
    tenantId: cycle.tenant_id,
    counterpartyId: cycle.counterparty_id,
    agreementId: cycle.agreement_id,
    deliveryMonth: cycle.delivery_month,
    limit: TRADES_PER_CYCLE_MAX + 1,
  });
  if (trades.length > TRADES_PER_CYCLE_MAX) {
    throw new AppError({ code: 'internal', message: `The cycle '${cycle.id}' has more than ${TRADES_PER_CYCLE_MAX} trades.` });
  }
  const intervals = await intervalsByTrade(tx, { cycle, trades });
  const priced = trades.map((trade) => pricedTrade({ trade, cycle, roundingPlaces, intervals: intervals.get(trade.tradeId) ?? [] }));
  return GROUP_ORDER.flatMap(({ direction, commodity }) => {
    const members = priced.filter(({ terms }) => terms.direction === direction && terms.commodity === commodity);
    const [first] = members;
    return first === undefined ? [] : [{ direction, commodity, market: first.terms.market, lines: members.map(({ line }) => line) }];
  });
}

async function intervalsByTrade(
  tx: Tx,
  input: { cycle: CycleRow; trades: readonly DeliveredTradeRow[] },
): Promise<ReadonlyMap<string, readonly DeliveryInterval[]>> {
  const { cycle, trades } = input;
  const rows = await listMonthIntervals(tx, { tenantId: cycle.tenant_id, deliveryMonth: cycle.delivery_month, trades });
  const byTrade = new Map<string, DeliveryInterval[]>();
  for (const row of rows) {
    const interval: DeliveryInterval = {
      startAt: row.start_at.toISOString(),
      endAt: row.end_at.toISOString(),
      deliveryMonth: yearMonth(row.delivery_month),
      quantityMw: decimalText(decimal(row.quantity_mw)),
      energyMwh: decimalText(decimal(row.energy_mwh)),
    };
    const list = byTrade.get(row.trade_id);
    if (list === undefined) byTrade.set(row.trade_id, [interval]);
    else list.push(interval);
  }
  return byTrade;
}

function pricedTrade(input: {
  trade: DeliveredTradeRow;
  cycle: CycleRow;
  roundingPlaces: number;
  intervals: readonly DeliveryInterval[];
}): {
  terms: TradeTerms;
  line: DeliveredLine;
} {
  const { trade, cycle, roundingPlaces, intervals } = input;
  invariant(intervals.length > 0, `trade ${trade.tradeId} delivers in ${cycle.delivery_month}`);
  const terms = readStoredTerms(trade.terms);
  const line = priceIntervals({
    terms: pricedTermsOf(terms),
    month: yearMonth(cycle.delivery_month),
    rounding: DEFAULT_SETTLEMENT_TERMS.rounding,
    roundingPlaces,
    intervals,
  });
  return {
    terms,
    line: {
      text: line.text,
      energyMwh: line.energyMwh,
      price: line.price,
      net: line.net,
      formula: line.formula,
      tradeId: trade.tradeId,
      tradeVersion: trade.version,
      evidenceId: `${trade.tradeId}/versions/${trade.version}`,
    },
  };
}

function pricedTermsOf(terms: TradeTerms): PricedTerms {
  return {
    market: terms.market,
    profile: terms.profile,
    deliveryStartDate: terms.deliveryStartDate,
    deliveryEndDate: terms.deliveryEndDate,
    price: terms.price,
    currency: terms.currency,
    ...(terms.capacityMw === undefined ? {} : { capacityMw: terms.capacityMw }),
    ...(terms.shape === undefined ? {} : { shape: terms.shape }),
  };
}
