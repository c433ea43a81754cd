import type { DaySummary } from './write-summary.ts';

const WAITING_WIDTH = 72;

/** The table at the end: every trade, then the months, then the totals. */
export function tableLines(summary: DaySummary): string[] {
  return [
    '',
    row(['trade', 'state', 'reports', 'waits for'], TRADE_WIDTHS),
    ...summary.trades.map((trade) =>
      row([trade.sourceTradeId, trade.state, reportsOf(summary, trade.id), shortened(trade.waitingFor ?? '')], TRADE_WIDTHS),
    ),
    '',
    row(['month', 'counterparty', 'state', 'documents'], CYCLE_WIDTHS),
    ...summary.cycles.map((cycle) =>
      row(
        [
          cycle.deliveryMonth,
          cycle.counterpartyId,
          cycle.state,
          cycle.documents.map(({ invoice, total }) => `${invoice} ${total}`).join('; '),
        ],
        CYCLE_WIDTHS,
      ),
    ),
    '',
    ...totals(summary),
  ];
}

const TRADE_WIDTHS = [9, 10, 22, WAITING_WIDTH];
const CYCLE_WIDTHS = [8, 14, 10, WAITING_WIDTH];

/** The reports of a trade in order, e.g. `N accepted, M accepted`. */
function reportsOf(summary: DaySummary, tradeId: string): string {
  return summary.obligations
    .filter((obligation) => obligation.tradeId === tradeId)
    .map(({ action, state }) => `${action} ${state}`)
    .toReversed()
    .join(', ');
}

function totals(summary: DaySummary): string[] {
  const accepted = summary.obligations.filter(({ state }) => state === 'accepted').length;
  const documents = summary.cycles.reduce((sum, cycle) => sum + cycle.documents.length, 0);
  return [
    `${summary.trades.length} trades, ${summary.rowsRefused.length} rows refused`,
    `${accepted} of ${summary.obligations.length} reports accepted with a receipt, ${summary.xmlFiles.length} files sent`,
    `${summary.cycles.length} settlement cycles, ${documents} PDF documents`,
  ];
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join('  ')
    .trimEnd();
}

function shortened(text: string): string {
  return text.length <= WAITING_WIDTH ? text : `${text.slice(0, WAITING_WIDTH - 1)}…`;
}
