import { describe, expect, test } from 'vitest';
import { ValidationError } from '../errors/app-error.ts';
import { computeSettlement } from './compute.ts';

type Changes = Readonly<Record<string, unknown>>;

/** Case A1, with changes to its terms and to the request around them. */
function request(terms: Changes = {}, around: Changes = {}): Changes {
  return {
    terms: {
      commodity: 'power',
      market: 'DE',
      direction: 'sell',
      profile: 'base',
      capacityMw: '10',
      price: { fixed: '92.35' },
      currency: 'EUR',
      deliveryStart: '2027-01-01',
      deliveryEnd: '2027-01-31',
      agreement: { rounding: 'halfAwayFromZero', dueDay: 20, calendar: 'TARGET' },
      vat: { sellerCountry: 'DE', buyerCountry: 'DE', buyerIsDealer: false },
      ...terms,
    },
    month: '2027-01',
    fixings: [],
    ...around,
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

describe('acceptance cases', () => {
  test('A1: German base of January 2027', () => {
    expect(computeSettlement(request())).toEqual({
      month: '2027-01',
      currency: 'EUR',
      hours: '744',
      energyMwh: '7440',
      intervals: 2976,
      lines: [
        {
          text: 'German power, base 10 MW, 2027-01',
          energyMwh: '7440',
          price: '92.35',
          net: '687084.00',
          formula: '7440 MWh × 92.35 EUR/MWh = 687084.00 EUR',
        },
      ],
      net: '687084.00',
      vat: '130545.96',
      vatTreatment: { category: 'S', ratePercent: '19', legalBasis: 'Art. 96 Directive 2006/112/EC, standard rate of DE' },
      total: '817629.96',
      dueOn: '2027-02-22',
      missingFixings: [],
    });
  });

  test.each([
    ['peak', '110.25', '276', '304290.00'],
    ['offpeak', '71.40', '467', '333438.00'],
  ])('A2: German %s of March 2027', (profile, fixed, hours, net) => {
    const terms = { profile, price: { fixed }, deliveryStart: '2027-03-01', deliveryEnd: '2027-03-31' };
    expect(computeSettlement(request(terms, { month: '2027-03' }))).toMatchObject({ hours, net });
  });

  test.each([
    ['2027-03-27', '2027-03-27', '23'],
    ['2027-10-30', '2027-10-30', '25'],
    ['2027-03-27', '2027-03-28', '47'],
    ['2027-10-30', '2027-10-31', '49'],
  ])('A5: TTF from gas day %s to %s', (deliveryStart, deliveryEnd, energyMwh) => {
    const terms = { commodity: 'gas', market: 'TTF', profile: 'gasDay', capacityMw: '1', deliveryStart, deliveryEnd };
    expect(computeSettlement(request(terms, { month: deliveryStart.slice(0, 7) }))).toMatchObject({ hours: energyMwh, energyMwh });
  });

  test('A7: delivery from the middle of the month', () => {
    const result = computeSettlement(request({ deliveryStart: '2027-01-15', deliveryEnd: '2027-12-31' }));
    expect(result).toMatchObject({ hours: '408', net: '376788.00' });
    expect(result.lines[0]?.text).toBe('German power, base 10 MW, 2027-01-15 to 2027-01-31');
  });

  test.each([
    ['2027-01', '2027-02-10', '2027-02-22'],
    ['2027-01', '2027-02-16', '2027-02-23'],
    ['2027-02', '2027-03-25', '2027-04-05'],
  ])('A8, A9: %s received on %s is due on %s', (month, invoiceReceivedOn, dueOn) => {
    const terms = { deliveryStart: '2027-01-01', deliveryEnd: '2027-12-31' };
    expect(computeSettlement(request(terms, { month, invoiceReceivedOn })).dueOn).toBe(dueOn);
  });

  test('October 2027 has 745 hours', () => {
    const terms = { deliveryStart: '2027-10-01', deliveryEnd: '2027-10-31' };
    expect(computeSettlement(request(terms, { month: '2027-10' }))).toMatchObject({ hours: '745', intervals: 2980, energyMwh: '7450' });
  });
});

test('a shape is priced by its energy, rounded once, half away from zero or to even as agreed', () => {
  const shape = [
    { from: '2027-01-01T10:00:00+01:00', to: '2027-01-01T10:30:00+01:00', quantityMw: '3' },
    { from: '2027-01-01T10:30:00+01:00', to: '2027-01-01T11:30:00+01:00', quantityMw: 1 },
  ];
  const terms = { profile: 'shaped', capacityMw: undefined, shape, price: { fixed: '-57.21' } };
  expect(computeSettlement(request(terms))).toMatchObject({ hours: '1.5', energyMwh: '2.5', net: '-143.03', vat: '-27.18' });
  const halfEven = computeSettlement(request({ ...terms, agreement: { rounding: 'halfEven' } }));
  expect(halfEven.lines[0]?.formula).toBe('2.5 MWh × -57.21 EUR/MWh = -143.025 EUR, rounded half to even to -143.02 EUR');
});

test('an agreement may settle lines in whole euros; VAT keeps its cents', () => {
  // 7,440 MWh × 92.3501 = 687,084.744, in whole euros 687,085; 19 % of it is 130,546.15.
  const result = computeSettlement(request({ price: { fixed: '92.3501' }, agreement: { roundingPlaces: 0 } }));
  expect(result).toMatchObject({ net: '687085.00', vat: '130546.15', total: '817631.15' });
});

test('an agreement that is silent has the 20th, TARGET and half away from zero', () => {
  const { agreement: _agreement, ...terms } = request()['terms'] as Changes;
  expect(computeSettlement({ terms, month: '2027-01' })).toEqual(computeSettlement(request()));
});

describe('refuses, naming the field', () => {
  test.each([
    ['an unknown field', request({ colour: 'red' }), ['/terms/colour field.unknown']],
    ['a field of an unknown name at the top', request({}, { moth: 1 }), ['/moth field.unknown']],
    ['two prices', request({ price: { fixed: '1', index: 'DE_DA' } }), ['/terms/price settlement.priceKind']],
    ['no price', request({ price: {} }), ['/terms/price settlement.priceKind']],
    ['a factor without an index', request({ price: { fixed: '1', factor: '2' } }), ['/terms/price settlement.priceKind']],
    ['an index that nobody knows', request({ price: { index: 'NOWHERE_DA' } }), ['/terms/price/index formula.unknownIndex']],
    [
      'a fixing without its fields',
      request({}, { fixings: [{}] }),
      ['index', 'from', 'to', 'value'].map((name) => `/fixings/0/${name} field.missing`),
    ],
    ['a number that JSON has already cut', request({ capacityMw: 1.2345678901234567 }), ['/terms/capacityMw field.wrongType']],
    ['an exponent', request({ capacityMw: '1e3' }), ['/terms/capacityMw decimal.format']],
    ['a negative capacity', request({ capacityMw: '-10' }), ['/terms/capacityMw delivery.capacityNotPositive']],
    ['no capacity', request({ capacityMw: undefined }), ['/terms/capacityMw delivery.capacityNotPositive']],
    ['another currency', request({ currency: 'XAU' }), ['/terms/currency field.unknownValue']],
    ['a commodity that the market does not trade', request({ commodity: 'gas' }), ['/terms/commodity settlement.commodityMismatch']],
    ['a month without delivery', request({}, { month: '2027-02' }), ['/month settlement.monthOutsideDelivery']],
    [
      'an end before the start',
      request({ deliveryStart: '2027-02-01' }),
      ['/terms/deliveryEnd delivery.endBeforeStart', '/month settlement.monthOutsideDelivery'],
    ],
    ['a date that does not exist', request({ deliveryEnd: '2027-02-29' }), ['/terms/deliveryEnd date.invalid']],
    ['a due day that not every month has', request({ agreement: { dueDay: 31 } }), ['/terms/agreement/dueDay field.tooLarge']],
    [
      'a profile without an hour in the month',
      request({ profile: 'peak', deliveryStart: '2027-01-02', deliveryEnd: '2027-01-03' }),
      ['/month settlement.nothingDelivered'],
    ],
    ['nothing at all', {}, ['/terms field.missing', '/month field.missing']],
    ['no object', 5, [' field.wrongType']],
  ])('%s', (_name, input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });
});
