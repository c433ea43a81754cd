import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../errors/app-error.ts';
import type { MARKET_INDICES } from '../../market/market-index.ts';
import { knownIndex } from '../../market/market-index.ts';
import { deliveryDayStartMs, settlementMarketOf } from '../../market/settlement-markets.ts';
import { roundToCurrency } from '../../money/currency.ts';
import { type Decimal, decimal } from '../../money/decimal.ts';
import { addDays, businessDate, yearMonth } from '../../time/business-date.ts';
import { computeSettlement } from '../compute.ts';
import { formulaIssues } from './check-formula.ts';
import { eurosOf, gbpPerMwhOf, mwhOfTherms, rateOn } from './conversions.ts';
import { monthsOfWindow } from './evaluate-formula.ts';
import { applyFallbacks } from './fallback.ts';
import { FixingBook } from './fixing-book.ts';
import * as instruments from './instruments.ts';
import { parseFormula } from './parse-formula.ts';

type Changes = Readonly<Record<string, unknown>>;

const TTF_2026 = ['31.20', '30.10', '33.45', '34.05', '32.90', '33.15', '35.60', '36.25', '37.80'].map((value, place) => {
  const month = `2026-${String(place + 4).padStart(2, '0')}`;
  return { index: 'TTF_MA', from: month, to: month, value };
});

function gasRequest(price: Changes, fixings: readonly unknown[], month = '2027-01'): Changes {
  return {
    terms: {
      commodity: 'gas',
      market: 'TTF',
      direction: 'buy',
      profile: 'gasDay',
      capacityMw: '1',
      price,
      currency: 'EUR',
      deliveryStart: `${month}-01`,
      deliveryEnd: `${month}-28`,
      vat: {
        sellerCountry: 'NL',
        buyerCountry: 'NL',
        buyerIsDealer: false,
      },
    },
    month,
    fixings,
  };
}

function powerRequest(terms: Changes, fixings: readonly unknown[]): Changes {
  return {
    terms: {
      commodity: 'power',
      market: 'DE',
      direction: 'sell',
      profile: 'base',
      capacityMw: '4',
      currency: 'EUR',
      deliveryStart: '2027-01-04',
      deliveryEnd: '2027-01-04',
      vat: {
        sellerCountry: 'DE',
        buyerCountry: 'FR',
        buyerIsDealer: true,
      },
      ...terms,
    },
    month: '2027-01',
    fixings,
  };
}

function issuesOf(input: unknown): readonly string[] {
  try {
    computeSettlement(input);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    for (const issue of error.issues) expect(issue.fix).not.toBe('');
    return error.issues.map(({ field, code }) => `${field} ${code}`);
  }
}

function cents(amount: Decimal, rounding: 'halfAwayFromZero' | 'halfEven' = 'halfAwayFromZero'): string {
  return roundToCurrency({ amount, currency: 'EUR', rounding }).toFixed(2);
}

function quarter(minute: number): string {
  return `2027-01-04T${String(10 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00+01:00`;
}

describe('A10: quarters and their hour', () => {
  const fixings = ['10.01', '20.02', '30.03', '40.05'].map((value, place) => ({
    index: 'DE_DA',
    from: quarter(place * 15),
    to: quarter(place * 15 + 15),
    value,
  }));
  const load = ['1', '2', '3', '4'].map((quantityMw, place) => ({ from: quarter(place * 15), to: quarter(place * 15 + 15), quantityMw }));
  const flat = [{ from: quarter(0), to: quarter(60), quantityMw: '4' }];

  test.each([
    ['by quarter', { index: 'DE_DA' }, load, '75.09'],
    ['by the hourly index, which is the mean of its quarters', { index: 'DE_DA60' }, load, '62.57'],
    ['by a formula on the hour', { formula: 'DE_DA[H]' }, load, '62.57'],
    ['flat, by quarter', { index: 'DE_DA' }, flat, '100.11'],
    ['flat, by hour, the index not rounded', { index: 'DE_DA60' }, flat, '100.11'],
    ['the index rounded first, which is wrong', { formula: 'round(DE_DA[H], 2)' }, flat, '100.12'],
  ])('%s', (_name, price, shape, net) => {
    expect(computeSettlement(powerRequest({ profile: 'shaped', capacityMw: undefined, shape, price }, fixings))).toMatchObject({ net });
  });

  test('factor and spread are applied at every interval, and negative prices are the seller’s debt', () => {
    const negative = fixings.map((fixing) => ({ ...fixing, value: `-${fixing.value}` }));
    const price = { index: 'DE_DA', factor: '0.5', spread: '-1' };
    // -0.5 × 100.11 - 4 MWh × 1 = -54.055
    const terms = { profile: 'shaped', capacityMw: undefined, shape: flat, price };
    expect(computeSettlement(powerRequest(terms, negative))).toMatchObject({ net: '-54.06', lines: [{ price: '-13.51375' }] });
  });
});

describe('A11, A15: lags', () => {
  test.each([
    ['2027-01', 'TTF_MA[6-0-1@JAN]', '34.95833333'],
    ['2027-01', 'TTF_MA[6-3-3@JAN]', '32.475'],
    ['2027-01', 'TTF_MA[3-1-3@JAN]', '35'],
    ['2027-03', 'TTF_MA[3-1-3@JAN]', '35'],
    ['2027-01', 'round(2.150 + 0.70*TTF_MA[6-0-1@JAN] + 0.30*TTF_MA[3-1-3@JAN], 3)', '37.121'],
    ['2027-01', 'TTF_MA[M-1]', '37.8'],
    ['2027-01', 'avg(TTF_MA[M-1], TTF_MA[M-2])', '37.025'],
  ])('in %s %s is %s', (month, formula, price) => {
    expect(computeSettlement(gasRequest({ formula }, TTF_2026, month)).lines[0]?.price).toBe(price);
  });

  test('blocks are counted from October where the contract says so', () => {
    const window = { kind: 'block', months: 1, gap: 0, valid: 6, anchorMonth: 10 } as const;
    expect(monthsOfWindow(window, yearMonth('2027-02'))).toEqual(['2026-09']);
    expect(monthsOfWindow({ ...window, anchorMonth: 1 }, yearMonth('2027-02'))).toEqual(['2026-12']);
  });

  test.each([
    ['18.40', '20'],
    ['33.00', '33.75'],
    ['52.10', '45'],
  ])('a collar of 20 to 45 on the index %s plus 0.75 is %s', (value, price) => {
    const fixings = [{ index: 'TTF_MA', from: '2027-01', to: '2027-01', value }];
    expect(computeSettlement(gasRequest({ formula: 'clamp(TTF_MA[M-0] + 0.75, 20, 45)' }, fixings)).lines[0]?.price).toBe(price);
  });
});

test('A12: therms and pence, converted last', () => {
  const therms = decimal('25000').times(31);
  expect(mwhOfTherms(therms).toFixed()).toBe('22713.0025');
  expect(cents(mwhOfTherms(therms).times(gbpPerMwhOf(decimal('100'))))).toBe('775000.00');
  const roundedFirst = gbpPerMwhOf(decimal('100')).toDecimalPlaces(4);
  expect([roundedFirst.toFixed(), cents(mwhOfTherms(therms).times(roundedFirst))]).toEqual(['34.1214', '774999.44']);
});

describe('A13: the mean of a gas index runs over gas days, of an assessment over publication days', () => {
  const market = settlementMarketOf('TTF');
  const day = (text: string, days: number): { startMs: number; endMs: number } => ({
    startMs: deliveryDayStartMs(market, businessDate(text)),
    endMs: deliveryDayStartMs(market, addDays(businessDate(text), days)),
  });
  const week = ['04', '05', '06', '07', '08'].map((number) => ({ value: '30.00', ...day(`2027-01-${number}`, 1) }));
  const indexOf = (name: string): (typeof MARKET_INDICES)[number] => knownIndex({ name, month: yearMonth('2027-01') }) ?? expect.fail(name);

  test('one week of EGSI', () => {
    const book = new FixingBook([...week, { value: '24.00', ...day('2027-01-09', 2) }].map((row) => ({ index: 'TTF_EGSI', ...row })));
    const period = { source: 'TTF_EGSI', from: businessDate('2027-01-04'), to: businessDate('2027-01-10') };
    expect(book.meanOverDays({ index: indexOf('TTF_EGSI'), ...period }).toFixed(4)).toBe('28.2857');
    expect(book.isComplete).toBe(true);
  });

  test('a publication missing is named by its day', () => {
    const book = new FixingBook(week.slice(1).map((row) => ({ index: 'TTF_DA', ...row })));
    const period = { source: 'TTF_DA', from: businessDate('2027-01-04'), to: businessDate('2027-01-10') };
    book.meanOverDays({ index: indexOf('TTF_DA'), ...period });
    expect(book.missing).toEqual([{ index: 'TTF_DA', from: '2027-01-04T05:00:00.000Z', to: '2027-01-05T05:00:00.000Z' }]);
  });

  test('an index that was renamed keeps its old name', () => {
    expect(indexOf('NCG_EGSI').name).toBe('THE_EGSI');
    expect(knownIndex({ name: 'NCG_EGSI', month: yearMonth('2021-09') })).toBeUndefined();
  });
});

test('A14: a closed day takes the rate of the TARGET day before', () => {
  const rates = [
    { date: businessDate('2027-03-25'), perEuro: '0.8650' },
    { date: businessDate('2027-03-30'), perEuro: '0.8700' },
  ];
  const rate = rateOn({ rates, date: businessDate('2027-03-26'), calendar: 'TARGET' });
  expect(rate.date).toBe('2027-03-25');
  expect(cents(eurosOf({ amount: decimal('12345.67'), perEuro: rate.perEuro }))).toBe('14272.45');
  expect(() => rateOn({ rates, date: businessDate('2027-03-31'), calendar: 'TARGET' })).toThrow('no reference rate of 2027-03-31');
});

test('A16: a clean spark option', () => {
  const plant = { efficiency: '0.4913', tonnesPerMwhGas: '0.184' };
  const spread = (power: string): Decimal => instruments.cleanSparkSpread({ power, gas: '38.50', allowance: '75.00', plant });
  expect(spread('95.00').toFixed(4)).toBe('-11.4523');
  expect(cents(instruments.spreadOptionPayoff({ spread: spread('95.00'), strike: '5.00', energyMwh: '600' }))).toBe('0.00');
  expect(cents(instruments.spreadOptionPayoff({ spread: spread('130.00'), strike: '5.00', energyMwh: '600' }))).toBe('11128.64');
});

test('A17: power purchase agreements and negative prices', () => {
  const intervals = [
    { energyMwh: '10', index: '-5' },
    { energyMwh: '8', index: '20' },
    { energyMwh: '2', index: '60' },
  ];
  const pays = (settlement: 'fixed' | 'difference', negativePrices: instruments.NegativePriceClause): string =>
    cents(instruments.ppaPayment({ intervals, strike: '50', settlement, negativePrices }));
  expect([pays('fixed', 'none'), pays('fixed', 'skipInterval')]).toEqual(['1000.00', '500.00']);
  expect([pays('difference', 'none'), pays('difference', 'skipInterval'), pays('difference', 'floorAtZero')]).toEqual([
    '770.00',
    '220.00',
    '720.00',
  ]);
  expect(instruments.capturePriceOf(intervals).toFixed(2)).toBe('11.50');
  expect(instruments.captureRateOf(intervals)?.toFixed(2)).toBe('0.46');
});

test('A18: imbalance, half away from zero and half to even', () => {
  const amount = instruments.imbalanceAmount({ actualMwh: '7.5', nominatedMwh: '10', price: '143.21' });
  expect([cents(amount), cents(amount, 'halfEven')]).toEqual(['-358.03', '-358.02']);
});

test('A23: a swap and a premium', () => {
  const intervals = [{ energyMwh: '7440', index: '95.12' }];
  expect(cents(instruments.swapPayoff({ intervals, fixed: '92.35' }))).toBe('20608.80');
  expect(cents(instruments.premiumAmount({ energyMwh: '7440', premium: '1.85' }))).toBe('13764.00');
});

test('a strip of options is not the option on the mean', () => {
  const intervals = ['60', '100'].map((index) => ({ energyMwh: '10', index }));
  const payoff = (on: 'strip' | 'mean'): string => instruments.optionPayoff({ intervals, strike: '80', right: 'call', on }).toFixed();
  expect([payoff('strip'), payoff('mean')]).toEqual(['200', '0']);
});

describe('missing fixings', () => {
  test('hold the month and name themselves, run by run', () => {
    const fixings = [{ index: 'DE_DA', from: '2027-01-04T00:00:00+01:00', to: '2027-01-04T23:00:00+01:00', value: '50' }];
    const result = computeSettlement(powerRequest({ price: { index: 'DE_DA' } }, fixings));
    expect(result).toMatchObject({ energyMwh: '96', lines: [], net: null, vat: null, total: null });
    expect(result.missingFixings).toEqual([{ index: 'DE_DA', from: '2027-01-04T22:00:00.000Z', to: '2027-01-04T23:00:00.000Z' }]);
  });

  test('walk the fallbacks of the agreement in their order', () => {
    const steps = [
      { kind: 'delayedPublication', maxDays: 3 },
      { kind: 'fallbackPrice', alternateIndex: 'TTF_EGSI' },
      { kind: 'referenceDealers', quotesMin: 3 },
    ] as const;
    const facts = {
      pricingDate: businessDate('2027-01-08'),
      calendar: 'TARGET',
      alternateValueOf: () => undefined,
      quotes: ['30', '31', '35', '50'],
    } as const;
    expect(applyFallbacks(steps, { ...facts, on: businessDate('2027-01-13') })).toMatchObject({ kind: 'waiting', until: '2027-01-13' });
    const later = applyFallbacks(steps, { ...facts, on: businessDate('2027-01-14') });
    expect(later).toMatchObject({ kind: 'fixed', tried: ['delayedPublication', 'fallbackPrice', 'referenceDealers'] });
    expect(later.kind === 'fixed' ? later.value.toFixed() : '').toBe('33');
  });
});

test('an index that only the request knows is priced under its own name, in a formula in quotes', () => {
  const fixings = [{ index: 'My DA - index', from: '2027-01-04', to: '2027-01-04', value: '50' }];
  // 4 MW over 24 h at 50, then at half of it and 1 more.
  expect(computeSettlement(powerRequest({ price: { index: 'My DA - index' } }, fixings))).toMatchObject({ net: '4800.00' });
  const formula = "0.5*'My DA - index'[D] + 1 EUR/MWh";
  expect(computeSettlement(powerRequest({ price: { formula } }, fixings))).toMatchObject({ net: '2496.00' });
});

test('the repeated hour of October has two prices, kept apart by their instants', () => {
  const hour = (from: string, to: string, value: string): Changes => ({
    index: 'DE_DA',
    from: `2027-10-${from}`,
    to: `2027-10-${to}`,
    value,
  });
  const fixings = [
    hour('31T00:00:00+02:00', '31T02:00:00+02:00', '10'),
    hour('31T02:00:00+02:00', '31T02:00:00+01:00', '20'),
    hour('31T02:00:00+01:00', '31T03:00:00+01:00', '40'),
    { index: 'DE_DA', from: '2027-10-31T03:00:00+01:00', to: '2027-11-01T00:00:00+01:00', value: '0' },
  ];
  const terms = { price: { index: 'DE_DA' }, deliveryStart: '2027-10-31', deliveryEnd: '2027-10-31' };
  // 4 MW: two hours at 10, one at 20, one at 40.
  const result = computeSettlement({ ...powerRequest(terms, fixings), month: '2027-10' });
  expect(result).toMatchObject({ hours: '25', intervals: 100, net: '320.00', missingFixings: [] });
});

describe('refuses at capture', () => {
  test.each([
    ['DE_DA[interval] / 0', 'formula.divisionByZero'],
    ['5 / (1 - 1)', 'formula.divisionByZero'],
    ['100 / DE_DA[interval]', 'formula.unguardedDivision'],
    ['NOWHERE[M-1] + 1', 'formula.unknownIndex'],
    ['DE_DA[M+1]', 'formula.windowOpen'],
    ['DE_DA[D] + EUA[D]', 'formula.unitClash'],
    ['EUA[D]', 'formula.resultUnit'],
    ['NBP_DA[D]', 'formula.resultUnit'],
    ['DE_DA[7-0-5@JAN]', 'formula.window'],
    ['DE_DA[D] +', 'formula.syntax'],
    ['clamp(DE_DA[D], 45, 20)', 'formula.clampOrder'],
    ['round(DE_DA[D], 0.5)', 'formula.roundPlaces'],
    ['floor(DE_DA[D])', 'formula.unknownFunction'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 'formula.tooDeep'],
  ])('%s with %s', (formula, code) => {
    expect(issuesOf(powerRequest({ price: { formula } }, []))).toEqual([`/terms/price/formula ${code}`]);
  });

  test('takes units that come out right, and guarded divisions', () => {
    const taken = [
      'DE_DA[D] + 2.5 EUR/MWh',
      '0.35 * BRENT[M-1] * 1bbl/MWh / max(ECB_USD[M-1], 0.01)',
      'max(DE_DA[D] - EUA[D] * 0.37 t/MWh, 0)',
    ];
    for (const text of taken) {
      const parsing = parseFormula(text);
      if (parsing.kind === 'refused') expect.fail(parsing.issue.message);
      const indexOf = (name: string): ReturnType<typeof knownIndex> => knownIndex({ name, month: yearMonth('2027-01') });
      expect(formulaIssues({ formula: parsing.formula, currency: 'EUR', indexOf })).toEqual([]);
    }
  });

  test('a fixing twice with other values, but not the same twice', () => {
    const fixing = { index: 'DE_DA', from: '2027-01-04', to: '2027-01-04', value: '50' };
    const terms = { price: { index: 'DE_DA' } };
    expect(issuesOf(powerRequest(terms, [fixing, { ...fixing, value: '50.00' }]))).toEqual([]);
    expect(issuesOf(powerRequest(terms, [fixing, { ...fixing, value: '51' }]))).toEqual(['/fixings/1/value fixing.conflict']);
  });

  test('a fixing that ends before it begins', () => {
    const fixing = { index: 'DE_DA', from: '2027-01-05', to: '2027-01-04', value: '50' };
    expect(issuesOf(powerRequest({ price: { index: 'DE_DA' } }, [fixing]))).toEqual(['/fixings/0/to fixing.empty']);
  });
});

test('whatever the text, parsing gives a formula or a refusal with a fix, and never fails otherwise', () => {
  const pieces = fc.constantFrom(
    'DE_DA',
    '[',
    ']',
    'M-1',
    '6-0-1',
    '(',
    ')',
    '+',
    '-',
    '*',
    '/',
    '1.5',
    'max',
    ',',
    ' ',
    'EUR/MWh',
    '@JAN',
    '€',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const parsing = parseFormula(parts.join(''));
      return parsing.kind === 'parsed' || parsing.issue.fix.length > 0;
    }),
    { numRuns: 500 },
  );
});
