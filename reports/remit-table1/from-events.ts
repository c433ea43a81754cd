import type { ReportFinding } from '../../domain/reporting/finding.ts';
import type { OrderEvent, RemitParty } from '../../domain/reporting/remit/event.ts';
import type { RemitTable1Document, RemitTable1Order, RemitTable1Trade } from '../templates/remit-table1-v3/schema.ts';
import { orderReportOf } from './order-report.ts';
import { RecordNumbers } from './report-numbers.ts';
import { tradeReportOf } from './trade-report.ts';
import type { TradeEvent } from './trade-report.ts';

/** A file holds no more: portals cut at 10 MB, which about 3,000 records fill. */
export const EVENTS_PER_FILE_MAX = 100_000;

/**
 * One Table 1 file of any orders, trades and executions, records numbered from 1 within each list, in the order given. Contracts stand
 * inline. `findings` warns of numbers that were rounded to what the schema takes. Same input, same document.
 *
 * @throws where there is no event or more than {@link EVENTS_PER_FILE_MAX}
 * @source ACER TRUM v6.0 chapter 4
 */
export function remitTable1FromEvents(input: {
  readonly reportingEntity: RemitParty;
  readonly events: readonly (OrderEvent | TradeEvent)[];
}): { readonly document: RemitTable1Document; readonly findings: readonly ReportFinding[] } {
  const { reportingEntity, events } = input;
  if (events.length === 0 || events.length > EVENTS_PER_FILE_MAX) throw new Error(`${events.length} events are out of range for a file`);
  const orders: RemitTable1Order[] = [];
  const trades: RemitTable1Trade[] = [];
  const findings: ReportFinding[] = [];
  for (const event of events) {
    const isOrder = event.kind === 'order';
    const seq = String((isOrder ? orders : trades).length + 1);
    const numbers = new RecordNumbers(`/REMITTable1/${isOrder ? 'OrderList/OrderReport' : 'TradeList/TradeReport'}[${seq}]`);
    if (isOrder) orders.push(orderReportOf({ event, recordSeqNumber: seq, numbers }));
    else trades.push(tradeReportOf({ event, recordSeqNumber: seq, numbers }));
    findings.push(...numbers.findings);
  }
  return {
    document: {
      reportingEntityID: reportingEntity,
      ...(orders.length === 0 ? {} : { OrderList: { OrderReport: orders } }),
      ...(trades.length === 0 ? {} : { TradeList: { TradeReport: trades } }),
    },
    findings,
  };
}
