import { describe, expect, it } from 'vitest';
import { businessDate } from '../../time/business-date.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';
import { utiTermsOfTrade } from './trade-uti.ts';
import { remitUti, remitUtiText } from './uti.ts';

const OURS = 'A0001984K.DE';
const THEIRS = 'A0010004P.NL';

/** TTF, weekend of 24 and 25 October 2026, 15 MW at 30.70, bought by us. */
const GAS: TradeTerms = {
  direction: 'buy',
  commodity: 'gas',
  market: 'TTF',
  deliveryPoint: '21YNL----TTF---1',
  venue: { kind: 'bilateral' },
  contractType: 'FW',
  settlementMethod: 'physical',
  profile: 'gasDay',
  capacityMw: '15',
  deliveryStartDate: businessDate('2026-10-24'),
  deliveryEndDate: businessDate('2026-10-25'),
  price: { fixed: '30.7' },
  currency: 'EUR',
  concludedAt: '2026-09-29T22:05:35Z',
  counterpartyId: 'cp',
  bookId: 'book',
  traderId: 'trader',
  agreementId: 'efet',
};

function textOf(terms: TradeTerms, from: 'us' | 'them' = 'us', zone = 'Europe/Amsterdam'): string {
  const [ourAcerCode, counterpartyAcerCode] = from === 'us' ? [OURS, THEIRS] : [THEIRS, OURS];
  return remitUtiText(utiTermsOfTrade({ terms, ourAcerCode, counterpartyAcerCode, zone }), 'guide');
}

describe('the UTI of a bilateral trade', () => {
  it('is made of the values that the report carries: gas ends on the day after its last gas day, the date is the market’s', () => {
    const text = 'A0001984K.DEA0010004P.NLFWNGP2026-09-3030.70000EUR15.0000000000MW21YNL----TTF---12026-10-242026-10-26';
    expect(textOf(GAS)).toBe(text);
    // SHA-256 of that text by Python's hashlib, in base64 with + / = made letters, cut to 42.
    expect(remitUti({ text, progressive: 1 })).toBe('iVPdA0fTDNtUhb9cZ4Ddevsxaq00ElfHQLb9V0OyBb001');
  });

  it.each(['buy', 'sell'] as const)('is the same from the counterparty’s side when we %s', (direction) => {
    const theirs = direction === 'buy' ? 'sell' : 'buy';
    expect(textOf({ ...GAS, direction: theirs }, 'them')).toBe(textOf({ ...GAS, direction }, 'us'));
  });

  it('has the buyer first: who sells is second', () => {
    expect(textOf({ ...GAS, direction: 'sell' })).toMatch(/^A0010004P\.NLA0001984K\.DE/);
  });

  it('has the quantity of a block of hours, and none where the power of a shape changes', () => {
    const day = businessDate('2026-10-04');
    const { capacityMw: _capacity, ...rest } = GAS;
    const hours = (second: string): TradeTerms => ({
      ...rest,
      commodity: 'power',
      market: 'DE',
      profile: 'shaped',
      deliveryStartDate: day,
      deliveryEndDate: day,
      shape: [
        { from: '2026-10-04T09:00:00Z', to: '2026-10-04T10:00:00Z', quantityMw: '10' },
        { from: '2026-10-04T10:00:00Z', to: '2026-10-04T11:00:00Z', quantityMw: second },
      ],
    });
    expect(textOf(hours('10.0'), 'us', 'Europe/Berlin')).toContain('30.70000EUR10.0000000000MW21Y');
    expect(textOf(hours('11'), 'us', 'Europe/Berlin')).toContain('30.70000EUR21Y');
  });
});
