import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LUMIERE, sampleInvoice, sampleLine } from '../../test/support/invoice-samples.ts';
import { decimal, sum } from '../money/decimal.ts';
import { type Journal, journalOfInvoice, journalOfPayment, trialBalance } from './ledger.ts';

function postingsOf(journal: Journal): readonly string[] {
  return journal.postings.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`);
}

describe('documents', () => {
  test('a sale under reverse charge is receivable against sales', () => {
    expect(postingsOf(journalOfInvoice(sampleInvoice({ counterparty: LUMIERE })))).toEqual(['1100 687084.00 EUR', '4000 -687084.00 EUR']);
  });

  test('a taxed sale owes its VAT', () => {
    expect(postingsOf(journalOfInvoice(sampleInvoice()))).toEqual(['1100 817629.96 EUR', '4000 -687084.00 EUR', '2210 -130545.96 EUR']);
  });

  test('a gas purchase under reverse charge books the VAT on both sides', () => {
    const line = { ...sampleLine({ tradeId: 'T-1', profile: 'base', capacityMw: '10', price: '1' }), net: '412300.50' };
    const invoice = sampleInvoice({ direction: 'buy', counterparty: LUMIERE, commodity: 'gas', lines: [line] });
    expect(postingsOf(journalOfInvoice(invoice))).toEqual([
      '5100 412300.50 EUR',
      '2100 -412300.50 EUR',
      '1510 78337.10 EUR',
      '2220 -78337.10 EUR',
    ]);
  });

  test('a credit note turns every sign', () => {
    const line = sampleLine({ tradeId: 'T-1', profile: 'base', capacityMw: '1', price: '-1' });
    expect(postingsOf(journalOfInvoice(sampleInvoice({ counterparty: LUMIERE, lines: [line] })))).toEqual([
      '1100 -744.00 EUR',
      '4000 744.00 EUR',
    ]);
  });
});

describe('payments', () => {
  test.each([
    ['received', ['1000 10.00 EUR', '1100 -10.00 EUR']],
    ['released', ['2100 10.00 EUR', '1050 -10.00 EUR']],
    ['booked', ['1050 10.00 EUR', '1000 -10.00 EUR']],
    ['returned', ['1000 10.00 EUR', '2100 -10.00 EUR']],
  ] as const)('%s', (kind, postings) => {
    expect(postingsOf(journalOfPayment({ kind, amount: '10', currency: 'EUR', reference: 'E2E-1' }))).toEqual(postings);
  });

  test('refuses an amount that is not above zero', () => {
    expect(() => journalOfPayment({ kind: 'received', amount: '0', currency: 'EUR', reference: 'E2E-1' })).toThrow('above zero');
  });
});

test('an invoice that is paid leaves nothing receivable', () => {
  const journals = [
    journalOfInvoice(sampleInvoice()),
    journalOfPayment({ kind: 'received', amount: '817629.96', currency: 'EUR', reference: 'RS-2027-000042' }),
  ];
  expect(trialBalance(journals).map(({ account, amount }) => `${account} ${amount}`)).toEqual([
    '1000 817629.96',
    '1100 0.00',
    '2210 -130545.96',
    '4000 -687084.00',
  ]);
});

test('after any sequence of events the ledger sums to zero', () => {
  const cents = fc.integer({ min: 1, max: 1_000_000_000 }).map((amount) => decimal(String(amount)).dividedBy(100).toFixed(2));
  const invoiced = fc
    .record({ direction: fc.constantFrom('sell' as const, 'buy' as const), net: cents, isNegative: fc.boolean(), isAbroad: fc.boolean() })
    .map(({ direction, net, isNegative, isAbroad }) => {
      const signed = isNegative ? `-${net}` : net;
      const line = { tradeId: 'T', evidenceId: 'ev', text: 'x', formula: '', energyMwh: '1', price: signed, net: signed };
      return journalOfInvoice(sampleInvoice({ direction, lines: [line], ...(isAbroad ? { counterparty: LUMIERE } : {}) }));
    });
  const paid = fc
    .record({ kind: fc.constantFrom('received' as const, 'released' as const, 'booked' as const, 'returned' as const), amount: cents })
    .map((event) => journalOfPayment({ ...event, currency: 'EUR', reference: 'x' }));
  fc.assert(
    fc.property(fc.array(fc.oneof(invoiced, paid), { maxLength: 40 }), (journals) => {
      const balance = trialBalance(journals);
      return sum(balance.map(({ amount }) => decimal(amount))).isZero();
    }),
  );
});
