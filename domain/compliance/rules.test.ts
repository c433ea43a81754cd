import { describe, expect, it } from 'vitest';
import { type BusinessDate, businessDate, yearMonth } from '../time/business-date.ts';
import type { TradeTerms } from '../trade/trade-terms.ts';
import { COMPLIANCE_RULES, evaluateRules } from './evaluate-rules.ts';
import type { ComplianceFacts, CurveQuote } from './facts.ts';

const TRADE_DATE = businessDate('2026-09-29');

/** German base, October and November 2026: 7,450 MWh (the month of 745 hours) and 7,200 MWh. */
const TERMS: TradeTerms = {
  direction: 'buy',
  commodity: 'power',
  market: 'DE',
  deliveryPoint: '10YDE-RWENET---I',
  venue: { kind: 'bilateral' },
  contractType: 'FW',
  settlementMethod: 'physical',
  profile: 'base',
  capacityMw: '10',
  deliveryStartDate: businessDate('2026-10-01'),
  deliveryEndDate: businessDate('2026-11-30'),
  price: { fixed: '85' },
  currency: 'EUR',
  concludedAt: '2026-09-29T07:15:00.000Z',
  counterpartyId: 'cp-nord',
  bookId: 'book-power',
  traderId: 'trader-1',
  agreementId: 'efet-nord',
};

const quote = (deliveryMonth: string, price: string, quotedOn: BusinessDate = businessDate('2026-09-28')): CurveQuote => ({
  curveId: 'DE.base',
  deliveryMonth: yearMonth(deliveryMonth),
  quotedOn,
  price,
  provenance: 'simulated',
});

const FACTS: ComplianceFacts = {
  terms: TERMS,
  tradeDate: TRADE_DATE,
  counterparty: { id: 'cp-nord', lei: '529900NORDKRAFT0AB12', acerCode: 'A0004321N.DE' },
  trader: {
    id: 'trader-1',
    mandate: {
      commodities: ['power'],
      markets: ['DE'],
      venueKinds: ['bilateral'],
      tenorDaysMax: 62,
      volumeMwhMax: '14650',
      notionalEurMax: '1245250',
    },
  },
  restrictions: [],
  quotes: [quote('2026-10', '82.5'), quote('2026-11', '88.1')],
  lookAlikes: [],
};

function verdict(ruleId: string, facts: ComplianceFacts): { outcome: string; explanation: string } {
  const found = evaluateRules(facts).evaluations.find((evaluation) => evaluation.ruleId === ruleId);
  if (found === undefined) throw new Error(`${ruleId} did not run`);
  return { outcome: found.outcome, explanation: found.explanation };
}

describe('evaluateRules', () => {
  it('passes a trade that keeps to everything, with one evaluation a rule and its inputs', () => {
    const { outcome, evaluations } = evaluateRules(FACTS);
    expect(outcome).toBe('pass');
    expect(evaluations.map(({ ruleId }) => ruleId).toSorted()).toEqual(COMPLIANCE_RULES.map(({ id }) => id).toSorted());
    expect(evaluations.every((evaluation) => evaluation.outcome === 'pass')).toBe(true);
    expect(JSON.parse(JSON.stringify(evaluations.find(({ ruleId }) => ruleId === 'C16.restrictedList')?.inputs))).toEqual({
      tradeDate: '2026-09-29',
      counterpartyId: 'cp-nord',
      market: 'DE',
      restrictions: [],
    });
  });

  it('lets a block win over a hold', () => {
    const restrictions = [{ subjectKind: 'market' as const, subjectId: 'DE', reason: 'insider list', validFrom: TRADE_DATE }];
    expect(evaluateRules({ ...FACTS, restrictions, terms: { ...TERMS, price: { fixed: '500' } } }).outcome).toBe('block');
  });
});

describe('identifiers', () => {
  it('hold on a LEI whose check digits are wrong', () => {
    const counterparty = { ...FACTS.counterparty, lei: '529900NORDKRAFT0AB13' };
    expect(verdict('C08.counterpartyLei', { ...FACTS, counterparty }).outcome).toBe('hold');
  });

  it('hold on a delivery point of another market', () => {
    const terms = { ...TERMS, deliveryPoint: '10YFR-RTE------C' };
    expect(verdict('C09.deliveryPoint', { ...FACTS, terms }).outcome).toBe('hold');
  });

  it('hold on a venue that is named as bilateral', () => {
    const venue = { kind: 'organisedMarket', mic: 'XBIL', contractId: 'C', contractName: 'C', traderIdAtVenue: 'T' } as const;
    expect(verdict('C10.venueMic', { ...FACTS, terms: { ...TERMS, venue } }).outcome).toBe('hold');
  });
});

describe('mandate', () => {
  it('names every permission that is missing: 62 days, 14,650 MWh and 1,245,250 EUR are just inside', () => {
    const mandate = {
      commodities: [],
      markets: [],
      venueKinds: [],
      tenorDaysMax: 61,
      volumeMwhMax: '14649.99',
      notionalEurMax: '1245249.99',
    };
    expect(verdict('C15.mandate', { ...FACTS, trader: { id: 'trader-1', mandate } })).toEqual({
      outcome: 'hold',
      explanation:
        'The mandate of trader-1 lacks the commodity power; the market DE; the venue kind bilateral; a tenor of 62 days (at most 61); ' +
        'a size of 14650 MWh (at most 14649.99); a size of 1245250 EUR (at most 1245249.99).',
    });
  });
});

describe('restricted list', () => {
  const on = (validFrom: string, validTo?: string) =>
    verdict('C16.restrictedList', {
      ...FACTS,
      restrictions: [
        {
          subjectKind: 'counterparty',
          subjectId: 'cp-nord',
          reason: 'sanctions review',
          validFrom: businessDate(validFrom),
          ...(validTo === undefined ? {} : { validTo: businessDate(validTo) }),
        },
      ],
    }).outcome;

  it('blocks from its first to its last day, both included', () => {
    expect([on('2026-09-29'), on('2026-09-01', '2026-09-29'), on('2026-09-30'), on('2026-09-01', '2026-09-28')]).toEqual([
      'block',
      'block',
      'pass',
      'pass',
    ]);
  });
});

describe('market conformity', () => {
  const at = (fixed: string, quotes = FACTS.quotes) =>
    verdict('C19.conformity', { ...FACTS, quotes, terms: { ...TERMS, price: { fixed } } });

  it('weights the months with their energy: (7,450 × 82.5 + 7,200 × 88.1) ÷ 14,650 = 85.252…, and allows 15 % of it, 12.787…', () => {
    expect(at('98.03').outcome).toBe('pass');
    expect(at('98.05')).toEqual({
      outcome: 'hold',
      explanation: 'The price is off the market: price 98.05, DE.base 85.25, deviation 12.80, allowed ±12.79 EUR/MWh.',
    });
  });

  it('lets 5 EUR/MWh rule where the curve is near zero or negative', () => {
    const quotes = [quote('2026-10', '-2'), quote('2026-11', '-2')];
    expect([at('3', quotes).outcome, at('-7', quotes).outcome, at('3.01', quotes).outcome]).toEqual(['pass', 'pass', 'hold']);
  });

  it('warns where a month has no quote, or only one older than 31 days', () => {
    expect(at('85', [quote('2026-10', '82.5')])).toEqual({
      outcome: 'warn',
      explanation: 'There is no curve to compare with: DE.base has no quote of the 31 days up to 2026-09-29 for 2026-11.',
    });
    expect(at('85', [quote('2026-10', '82.5'), quote('2026-11', '88.1', businessDate('2026-08-28'))]).outcome).toBe('warn');
    expect(at('85', [quote('2026-10', '82.5'), quote('2026-11', '88.1', businessDate('2026-08-29'))]).outcome).toBe('pass');
  });
});

describe('market conformity of products finer than the month of the curve', () => {
  const quotes = [quote('2026-10', '88.7')];
  const at = (fixed: string, terms: Partial<TradeTerms>) =>
    verdict('C19.conformity', { ...FACTS, quotes, terms: { ...TERMS, price: { fixed }, ...terms } });
  const weekend = { deliveryStartDate: businessDate('2026-10-24'), deliveryEndDate: businessDate('2026-10-25') };
  const { capacityMw: _capacity, ...unsized } = TERMS;
  const hour = (fixed: string) => {
    const day = businessDate('2026-10-04');
    const shape = [{ from: '2026-10-04T10:00:00Z', to: '2026-10-04T11:00:00Z', quantityMw: '20' }];
    const terms: TradeTerms = { ...unsized, profile: 'shaped', shape, deliveryStartDate: day, deliveryEndDate: day, price: { fixed } };
    return verdict('C19.conformity', { ...FACTS, quotes, terms });
  };

  it('days: 30 % of 88.70 is 26.61; up to twice that is a warning, beyond is held', () => {
    expect(['69.80', '62.09', '62.08', '35.48', '35.47'].map((price) => at(price, weekend).outcome)).toEqual([
      'pass',
      'pass',
      'warn',
      'warn',
      'hold',
    ]);
  });

  it('hours: one band is 100 EUR/MWh, so that a negative hour is noted and a slipped decimal point is held', () => {
    expect(['-11.30', '-11.31', '-111.30', '-111.31', '288.71', '875'].map((price) => hour(price).outcome)).toEqual([
      'pass',
      'warn',
      'warn',
      'hold',
      'hold',
      'hold',
    ]);
    expect(hour('-12.50').explanation).toBe(
      'The price lies apart from the curve, which monthly quotes do not rule out for a product by hours: price -12.50, DE.base 88.70, ' +
        'deviation -101.20, allowed ±100.00 EUR/MWh, held beyond ±200.00.',
    );
  });

  it('whole months keep the narrow band: 128 for a November of 93.90 is held', () => {
    const november = { deliveryStartDate: businessDate('2026-11-01'), deliveryEndDate: businessDate('2026-11-30') };
    const facts = { ...FACTS, quotes: [quote('2026-11', '93.90')], terms: { ...TERMS, ...november, price: { fixed: '128' } } };
    expect(verdict('C19.conformity', facts).outcome).toBe('hold');
  });
});

describe('duplicate', () => {
  const other = { tradeId: 'trd_1', sourceSystem: 'broker', sourceTradeId: 'B-7', concludedAt: '2026-09-29T07:25:00.000Z' };
  const outcome = (facts: Partial<ComplianceFacts>) => verdict('C34.duplicate', { ...FACTS, ...facts }).outcome;

  it('holds on the same terms up to ten minutes away', () => {
    expect(outcome({ lookAlikes: [other] })).toBe('hold');
    expect(outcome({ lookAlikes: [{ ...other, concludedAt: '2026-09-29T07:25:00.001Z' }] })).toBe('pass');
  });

  it('lets fills pass that carry ids of their own', () => {
    expect(outcome({ lookAlikes: [{ ...other, uti: 'U2' }], terms: { ...TERMS, uti: 'U1' } })).toBe('pass');
    expect(outcome({ lookAlikes: [{ ...other, uti: 'U1' }], terms: { ...TERMS, uti: 'U1' } })).toBe('hold');
  });
});
