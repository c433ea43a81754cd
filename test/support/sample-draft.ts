import { type TradeDraft, parseTradeDraft } from '../../domain/trade/parse-trade-draft.ts';

/** When test clocks start. */
export const TEST_NOW = '2026-09-29T08:00:00.000Z';

/** A German base month, as an upstream system would send it; `changes` replace single fields. */
export function sampleDraftInput(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    sourceSystem: 'etrm',
    sourceTradeId: 'T-1',
    direction: 'buy',
    commodity: 'power',
    market: 'DE',
    deliveryPoint: '10YDE-RWENET---I',
    venue: { kind: 'bilateral' },
    contractType: 'FW',
    settlementMethod: 'physical',
    profile: 'base',
    capacityMw: '10',
    deliveryStartDate: '2026-10-01',
    deliveryEndDate: '2026-10-31',
    price: { fixed: '82.50' },
    currency: 'EUR',
    concludedAt: '2026-09-29T09:15:00+02:00',
    counterpartyId: 'cp-nord',
    bookId: 'book-power',
    traderId: 'trader-1',
    agreementId: 'efet-nord',
    ...changes,
  };
}

/** The same, parsed. Throws where the changes make it wrong. */
export function sampleDraft(changes: Readonly<Record<string, unknown>> = {}): TradeDraft {
  const parsed = parseTradeDraft(sampleDraftInput(changes), { now: new Date(TEST_NOW) });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.draft;
}
