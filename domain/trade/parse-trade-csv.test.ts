import { describe, expect, it } from 'vitest';
import { parseTradeCsv } from './parse-trade-csv.ts';
import { parseTradeNdjson } from './parse-trade-ndjson.ts';
import type { TradeFile, TradeFileRow } from './trade-file-row.ts';

const now = new Date('2026-09-29T08:00:00Z');
const HEADER =
  'sourceSystem,sourceTradeId,direction,commodity,market,venueKind,contractType,settlementMethod,profile,capacityMw,shape,' +
  'deliveryStartDate,deliveryEndDate,price,currency,concludedAt,counterpartyId,bookId,traderId,agreementId,event,reason';

function row(changes: Readonly<Record<string, string>> = {}): string {
  const cells: Record<string, string> = {
    sourceSystem: 'etrm',
    sourceTradeId: 'T-1',
    direction: 'buy',
    commodity: 'power',
    market: 'DE',
    venueKind: 'bilateral',
    contractType: 'FW',
    settlementMethod: 'physical',
    profile: 'base',
    capacityMw: '10',
    shape: '',
    deliveryStartDate: '2026-10-01',
    deliveryEndDate: '2026-10-31',
    price: '82.5',
    currency: 'EUR',
    concludedAt: '2026-09-29T07:15:00Z',
    counterpartyId: 'cp-nord',
    bookId: 'b',
    traderId: 't',
    agreementId: 'a',
    event: '',
    reason: '',
    ...changes,
  };
  return HEADER.split(',')
    .map((column) => cells[column] ?? '')
    .join(',');
}

function rowsOf(file: TradeFile): readonly TradeFileRow[] {
  if (!file.ok) throw new Error(JSON.stringify(file.issues));
  return file.rows;
}

function csv(...lines: readonly string[]): readonly TradeFileRow[] {
  return rowsOf(parseTradeCsv([HEADER, ...lines].join('\n'), { now }));
}

describe('a CSV of trades', () => {
  it('gives a draft with the delivery point of the market where the column is left out', () => {
    expect(csv(row())).toMatchObject([
      { line: 2, kind: 'new', draft: { terms: { deliveryPoint: '10YDE-RWENET---I', price: { fixed: '82.5' } } } },
    ]);
  });

  it('reads who took the order and who placed it, field 12', () => {
    const header = `${HEADER},mic,contractId,contractName,traderIdAtVenue,orderId,aggressor`;
    const venueRow = `${row({ venueKind: 'organisedMarket' })},XEER,DE-M,German month,WEB01,ORD1,initiator`;
    expect(rowsOf(parseTradeCsv([header, venueRow].join('\n'), { now }))).toMatchObject([
      { kind: 'new', draft: { terms: { venue: { orderId: 'ORD1', aggressor: 'initiator' } } } },
    ]);
    const wrong = rowsOf(parseTradeCsv([header, venueRow.replace('initiator', 'both')].join('\n'), { now }));
    expect(wrong).toMatchObject([{ kind: 'refused', issues: [{ field: '/aggressor' }] }]);
  });

  it('reads the steps of a shape', () => {
    const shape = '2026-10-01T06:00:00Z/2026-10-01T07:00:00Z=12.5;2026-10-01T07:00:00Z/2026-10-01T08:00:00Z=8';
    const [read] = csv(row({ profile: 'shaped', capacityMw: '', shape }));
    expect(read).toMatchObject({
      kind: 'new',
      draft: {
        terms: { shape: [{ from: '2026-10-01T06:00:00.000Z', to: '2026-10-01T07:00:00.000Z', quantityMw: '12.5' }, { quantityMw: '8' }] },
      },
    });
  });

  it('reports broken rows by line and by column and goes on with the others', () => {
    const rows = csv(
      '# made up',
      row(),
      'only,three,cells',
      row({ price: 'a lot' }),
      row({ sourceTradeId: '"open' }),
      '',
      row({ sourceTradeId: 'T-9' }),
    );
    expect(rows.map((one) => [one.line, one.kind])).toEqual([
      [3, 'new'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'refused'],
      [8, 'new'],
    ]);
    const codes = rows.flatMap((one) => (one.kind === 'refused' ? one.issues.map((issue) => `${issue.field} ${issue.code}`) : []));
    expect(codes).toEqual([' csv.cellCount', '/price decimal.format', ' csv.quotes']);
  });

  it('takes amendments and cancellations with a reason, and refuses them without one', () => {
    const rows = csv(
      row({ event: 'amend', reason: 'volume corrected' }),
      row({ event: 'cancel', reason: 'entered twice', price: '' }),
      row({ event: 'cancel' }),
      row({ event: 'forget' }),
    );
    expect(rows.map((one) => one.kind)).toEqual(['amend', 'cancel', 'refused', 'refused']);
  });

  it('refuses a file whose header is wrong, that is too large or has too many rows', () => {
    expect(parseTradeCsv(`${HEADER},colour\n`, { now })).toMatchObject({
      ok: false,
      issues: [{ field: '/colour', code: 'csv.columnUnknown' }],
    });
    expect(parseTradeCsv('price\n', { now })).toMatchObject({ ok: false });
    expect(parseTradeCsv('x'.repeat(5_000_001), { now })).toMatchObject({ ok: false, issues: [{ code: 'file.tooLarge' }] });
    expect(parseTradeCsv('x\n'.repeat(10_002), { now })).toMatchObject({ ok: false, issues: [{ code: 'file.tooManyRows' }] });
  });
});

describe('NDJSON of trades', () => {
  const draft = {
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
    price: { fixed: '82.5' },
    currency: 'EUR',
    concludedAt: '2026-09-29T07:15:00Z',
    counterpartyId: 'cp-nord',
    bookId: 'b',
    traderId: 't',
    agreementId: 'a',
  };

  it('takes JSON numbers digit by digit, and refuses one with an exponent', () => {
    const exact = JSON.stringify(draft).replace('"82.5"', '123456.00001').replace('"10"', '10');
    const exponent = JSON.stringify(draft).replace('"82.5"', '1e2');
    const rows = rowsOf(parseTradeNdjson(`${exact}\n${exponent}\n`, { now }));
    expect(rows).toMatchObject([
      { kind: 'new', draft: { terms: { price: { fixed: '123456.00001' }, capacityMw: '10' } } },
      { kind: 'refused', issues: [{ field: '/price/fixed', code: 'decimal.format' }] },
    ]);
  });

  it('reports a broken line and reads the next, and takes a cancel by its names alone', () => {
    const cancel = JSON.stringify({ sourceSystem: 'etrm', sourceTradeId: 'T-1', event: 'cancel', reason: 'entered twice' });
    const rows = rowsOf(parseTradeNdjson(`{"a":\n\n[]\n${cancel}`, { now }));
    expect(rows.map((one) => [one.line, one.kind])).toEqual([
      [1, 'refused'],
      [3, 'refused'],
      [4, 'cancel'],
    ]);
  });
});
