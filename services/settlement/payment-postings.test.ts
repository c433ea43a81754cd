import { describe, expect, it } from 'vitest';
import { paymentPostings } from './payment-postings.ts';

const document = { currency: 'EUR', total: '100.00' } as const;

describe('paymentPostings', () => {
  it.each([
    ['invoice', { '1000': '100.00', '1100': '-100.00' }],
    ['creditNote', { '1000': '-100.00', '1100': '100.00' }],
    ['selfBillCreditNote', { '1000': '100.00', '2100': '-100.00' }],
  ] as const)('closes the open item of a document of kind %s through the bank', (kind, expected) => {
    const postings = paymentPostings({ document: { ...document, kind }, reference: 'B1' });
    expect(Object.fromEntries(postings.map(({ account, amount }) => [account, amount]))).toEqual(expected);
  });

  it('takes a payment of ours in and out of transit', () => {
    expect(paymentPostings({ document: { ...document, kind: 'selfBill' }, reference: 'B1' })).toEqual([
      { account: '2100', currency: 'EUR', amount: '100.00' },
      { account: '1050', currency: 'EUR', amount: '-100.00' },
      { account: '1050', currency: 'EUR', amount: '100.00' },
      { account: '1000', currency: 'EUR', amount: '-100.00' },
    ]);
  });

  it('moves nothing for a document over nothing', () => {
    expect(paymentPostings({ document: { kind: 'invoice', currency: 'EUR', total: '0.00' }, reference: 'B1' })).toEqual([]);
  });
});
