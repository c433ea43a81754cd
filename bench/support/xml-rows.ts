import type { VenueTradeEvent } from '../../domain/reporting/remit/event.ts';
import { businessDate } from '../../domain/time/business-date.ts';
import { RecordNumbers } from '../../reports/remit-table1/report-numbers.ts';
import { tradeReportOf } from '../../reports/remit-table1/trade-report.ts';
import type { RemitTable1Trade } from '../../reports/templates/remit-table1-v3/schema.ts';

/** Venue trades as records, each with numbers, ids and times of its own; made one by one, so that none need be held. */
export function* tradeRows(count: number): Generator<RemitTable1Trade, void, undefined> {
  const numbers = new RecordNumbers('/REMITTable1/TradeList/TradeReport');
  for (let index = 1; index <= count; index += 1) {
    yield tradeReportOf({ event: tradeEvent(index), recordSeqNumber: String(index), numbers });
  }
}

function tradeEvent(index: number): VenueTradeEvent {
  return {
    kind: 'venueTrade',
    actor: { participant: { ace: 'A0045821W.IT' }, capacity: 'P' },
    traderId: `EEX-${index % 40}`,
    side: index % 2 === 0 ? 'B' : 'S',
    aggressor: index % 2 === 0 ? 'I' : 'A',
    contract: {
      contractType: 'FU',
      commodities: ['EL'],
      settlement: 'P',
      contractId: `DEBM-2027-${10 + (index % 3)}`,
      contractName: `DE Base ${index % 3} & more`,
      venue: { mic: 'XEEE' },
      tradingHours: { startTime: '07:00:00Z', endTime: '17:00:00Z' },
      deliveryPoints: ['10YDE-RWENET---I'],
      deliveryStartDate: businessDate('2027-10-01'),
      deliveryEndDate: businessDate('2027-10-31'),
      duration: 'M',
      loadType: 'BL',
      profile: [{ windows: [{ from: '00:00:00', to: '24:00:00' }] }],
    },
    at: new Date(Date.UTC(2026, 8, 1) + index * 1_000).toISOString(),
    uti: `v3Y9Z6BFbaatVrxFl59Z2a7sP33ukZCepB1Zc${String(index).padStart(8, '0')}`,
    linkedOrderIds: [`ORDER-${index}`],
    price: { fixed: { value: `${50 + (index % 70)}.${10 + (index % 90)}`, currency: 'EUR' } },
    quantity: { value: String(1 + (index % 50)), unit: 'MW' },
    totalQuantity: { value: String((1 + (index % 50)) * 745), unit: 'MWh' },
    action: 'N',
  };
}
