import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { marketOf } from '../../domain/market/markets.ts';
import { deliveryTotals, expandDelivery } from '../../domain/settlement/delivery-intervals.ts';
import { decimalText } from '../../domain/money/decimal.ts';
import { addDays, businessDate } from '../../domain/time/business-date.ts';
import { instantText, epochMsOfLocal } from '../../domain/time/zone.ts';
import type { DeliveryProfile, ShapeStep, TradeTerms, TradeVenue } from '../../domain/trade/trade-terms.ts';
import { createOfficialSchemas } from '../xml/official-xsd.ts';
import { createMessageRegistry } from '../xml/read-any.ts';
import { remitTable1Of } from './model.ts';
import type { RemitTable1Input, RemitTable1Result } from './model.ts';
import { renderRemitTable1, renderRemitTable1Chunks } from './render.ts';
import { shapeIntervals } from './shape-intervals.ts';

const registry = createMessageRegistry();
const official = createOfficialSchemas({ schemaDir: process.env['SCHEMA_DIR'] ?? '../shared/schemas' });
afterAll(() => official[Symbol.dispose]());

const VENUE = {
  kind: 'organisedMarket',
  mic: 'XEEE',
  contractId: 'DEBM-2027-10',
  contractName: 'DE Base Oct-27',
  traderIdAtVenue: 'EEX-7',
} as const satisfies TradeVenue;

const TERMS: TradeTerms = {
  direction: 'buy',
  commodity: 'power',
  market: 'DE',
  deliveryPoint: '10YDE-RWENET---I',
  venue: { ...VENUE, aggressor: 'initiator', orderId: 'ORDER-1' },
  contractType: 'FU',
  settlementMethod: 'physical',
  profile: 'base',
  capacityMw: '10',
  deliveryStartDate: businessDate('2027-10-01'),
  deliveryEndDate: businessDate('2027-10-31'),
  price: { fixed: '85.25' },
  currency: 'EUR',
  concludedAt: '2026-09-29T08:00:00+02:00',
  counterpartyId: 'c1',
  bookId: 'b1',
  traderId: 'trader-1',
  agreementId: 'a1',
};

function withTerms(changes: Partial<TradeTerms>): TradeTerms {
  const { capacityMw, ...rest } = { ...TERMS, ...changes };
  return rest.profile === 'shaped' || capacityMw === undefined ? rest : { ...rest, capacityMw };
}

function report(terms: TradeTerms, more: Partial<RemitTable1Input> & { totalEnergyMwh: string }): RemitTable1Result {
  return remitTable1Of({
    reportingEntityAcerCode: 'B0000104M.DE',
    ours: { acerCode: 'A0045821W.IT' },
    counterparty: { acerCode: 'C0643778W.EU' },
    terms,
    uti: 'UTI-1',
    action: 'N',
    market: marketOf(terms.market),
    ...more,
  });
}

function expectValid(bytes: Uint8Array): void {
  expect(registry.read(bytes).findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  const verdict = official.validate({ schema: 'REMITTable1_V3', bytes });
  if (verdict.kind === 'invalid') expect(verdict.findings).toEqual([]);
}

function expectGolden(name: string, result: RemitTable1Result): void {
  const bytes = renderRemitTable1(result.document);
  expect(new TextDecoder().decode(bytes)).toBe(
    readFileSync(new URL(`../../test/golden/remit-table1/${name}.xml`, import.meta.url), 'utf8'),
  );
  expectValid(bytes);
}

/** Each file was written by hand; energy and amounts were worked on paper, see the comment. */
describe('golden files', () => {
  it('venue, power base, October: 745 hours × 10 MW × 85.25', () => {
    expectGolden('venue-power-base-month', report(TERMS, { totalEnergyMwh: '7450' }));
  });

  it('bilateral, power peak, Monday to Friday: 60 hours × 5 MW × 120.10, voice brokered', () => {
    const terms = withTerms({
      direction: 'sell',
      market: 'FR',
      deliveryPoint: '10YFR-RTE------C',
      contractType: 'FW',
      profile: 'peak',
      capacityMw: '5',
      deliveryStartDate: businessDate('2027-01-04'),
      deliveryEndDate: businessDate('2027-01-08'),
      price: { fixed: '120.10' },
      venue: {
        kind: 'bilateral',
        voiceBrokered: true,
      },
    });
    expectGolden('bilateral-power-peak-week', report(terms, { totalEnergyMwh: '300' }));
  });

  it('venue, one gas day of 23 hours at a negative price: 23 × 30 MW × -1.5; it ends on the day after', () => {
    const terms = withTerms({
      commodity: 'gas',
      market: 'TTF',
      deliveryPoint: '21YNL----TTF---1',
      contractType: 'CO',
      profile: 'gasDay',
      capacityMw: '30',
      deliveryStartDate: businessDate('2027-03-27'),
      deliveryEndDate: businessDate('2027-03-27'),
      price: { fixed: '-1.50' },
      venue: {
        ...VENUE,
        mic: 'NDEX',
        contractId: 'TTF-DA',
        contractName: 'TTF Day Ahead',
        aggressor: 'aggressor',
      },
    });
    expectGolden('venue-gas-day-negative-price', report(terms, { totalEnergyMwh: '690' }));
  });

  it('bilateral, gas quarter, cancelled: (744 + 672 + 743) hours × 2 MW × 31.405', () => {
    const terms = withTerms({
      commodity: 'gas',
      market: 'THE',
      deliveryPoint: '37Y005053MH0000R',
      contractType: 'FW',
      profile: 'base',
      capacityMw: '2',
      deliveryStartDate: businessDate('2027-01-01'),
      deliveryEndDate: businessDate('2027-03-31'),
      price: { fixed: '31.405' },
      venue: { kind: 'bilateral' },
    });
    expectGolden(
      'bilateral-gas-quarter-cancelled',
      report(terms, { totalEnergyMwh: '4318', action: 'C', eventAt: '2026-10-01T09:30:00Z' }),
    );
  });

  it('bilateral, shaped over the hour that comes twice: 4 hours × 12.5 MW + 4 hours × 20 MW, at 60', () => {
    const terms = withTerms({
      contractType: 'FW',
      profile: 'shaped',
      price: { fixed: '60.00' },
      venue: { kind: 'bilateral' },
      deliveryStartDate: businessDate('2027-10-31'),
      deliveryEndDate: businessDate('2027-10-31'),
      shape: [
        {
          from: '2027-10-30T22:00:00Z',
          to: '2027-10-31T02:00:00Z',
          quantityMw: '12.5',
        },
        {
          from: '2027-10-31T02:00:00Z',
          to: '2027-10-31T06:00:00Z',
          quantityMw: '20',
        },
      ],
    });
    expectGolden('bilateral-power-shaped-october', report(terms, { totalEnergyMwh: '130', counterparty: { acerCode: 'ACERNONMP.EU' } }));
  });

  it('venue, offpeak, amended: (672 - 20 × 12) hours × 70.123456; the price loses its sixth decimal with a warning', () => {
    const terms = withTerms({
      direction: 'sell',
      settlementMethod: 'financial',
      profile: 'offpeak',
      capacityMw: '1',
      price: { fixed: '70.123456' },
      deliveryStartDate: businessDate('2027-02-01'),
      deliveryEndDate: businessDate('2027-02-28'),
      venue: {
        ...VENUE,
        contractId: 'DEOM-2027-02',
        contractName: 'DE Offpeak Feb-27',
      },
    });
    const result = report(terms, { totalEnergyMwh: '432', action: 'M', eventAt: '2026-10-01T09:30:00Z' });
    expectGolden('venue-power-offpeak-financial-amended', result);
    expect(result.findings).toMatchObject([{ rule: 'report.rounded', field: '35', severity: 'warning' }]);
  });
});

/** Written by hand like the others; hours counted on the calendar, energy and amounts worked on paper. */
describe('golden files of the sample day’s products', () => {
  const bilateral = { venue: { kind: 'bilateral' }, contractType: 'FW' } as const;
  const days = (from: string, to = from) => ({ deliveryStartDate: businessDate(from), deliveryEndDate: businessDate(to) });
  const step = (from: string, to: string, quantityMw: string): ShapeStep => ({ from, to, quantityMw });

  it('venue, peak of tomorrow: 12 hours × 20 MW × 96.40', () => {
    const venue = { ...VENUE, contractId: 'DEPD', contractName: 'DE Peak Day', orderId: 'ORDER-1', aggressor: 'initiator' } as const;
    const price = { fixed: '96.40' };
    const terms = withTerms({ ...days('2026-09-30'), venue, contractType: 'CO', profile: 'peak', capacityMw: '20', price });
    expectGolden('venue-power-peak-day-ahead', report(terms, { totalEnergyMwh: '240' }));
  });

  it('venue, one hour at a negative price, is a block with its own hours and one quantity: 1 hour × 20 MW × -8.75', () => {
    const venue = { ...VENUE, contractId: 'DEH13', contractName: 'DE Hour 13', orderId: 'ORDER-1', aggressor: 'aggressor' } as const;
    const shape = [step('2026-10-04T10:00:00Z', '2026-10-04T11:00:00Z', '20')];
    const terms = withTerms({ ...days('2026-10-04'), venue, contractType: 'CO', profile: 'shaped', shape, price: { fixed: '-8.75' } });
    expectGolden('venue-power-hour-negative-price', report(terms, { totalEnergyMwh: '20' }));
  });

  it('bilateral, four hours of equal power listed one by one are one block: 4 hours × 10 MW × -12.50', () => {
    const hours = ['09', '10', '11', '12', '13'];
    const shape = hours
      .slice(1)
      .map((end, index) => step(`2026-10-04T${hours[index] ?? ''}:00:00Z`, `2026-10-04T${end}:00:00Z`, index === 0 ? '10.0' : '10'));
    const terms = withTerms({
      ...days('2026-10-04'),
      ...bilateral,
      direction: 'sell',
      profile: 'shaped',
      shape,
      price: { fixed: '-12.50' },
    });
    expectGolden('bilateral-power-block-negative-price', report(terms, { totalEnergyMwh: '40' }));
  });

  it('bilateral, base over the weekend of the clock change: (24 + 25) hours × 12 MW × 69.80', () => {
    const price = { fixed: '69.80' };
    const terms = withTerms({ ...days('2026-10-24', '2026-10-25'), ...bilateral, direction: 'sell', capacityMw: '12', price });
    expectGolden('bilateral-power-weekend-october', report(terms, { totalEnergyMwh: '588' }));
  });

  it('bilateral, shaped inside a day, names the hours of delivery: (2 × 4 + 6.5 + 10) MWh × 91.40', () => {
    const shape = [
      step('2026-09-30T04:00:00Z', '2026-09-30T06:00:00Z', '4'),
      step('2026-09-30T06:00:00Z', '2026-09-30T07:00:00Z', '6.5'),
      step('2026-09-30T21:00:00Z', '2026-09-30T22:00:00Z', '10'),
    ];
    const terms = withTerms({
      ...days('2026-09-30'),
      ...bilateral,
      direction: 'sell',
      profile: 'shaped',
      shape,
      price: { fixed: '91.40' },
    });
    expectGolden('bilateral-power-shaped-day', report(terms, { totalEnergyMwh: '24.5' }));
  });

  it('bilateral, gas of October 2026: 745 hours × 25 MW × 33.05; it ends on 1 November', () => {
    const gas = { commodity: 'gas', market: 'THE', deliveryPoint: '37Y005053MH0000R', profile: 'gasDay', capacityMw: '25' } as const;
    const terms = withTerms({ ...days('2026-10-01', '2026-10-31'), ...bilateral, ...gas, price: { fixed: '33.05' } });
    expectGolden('bilateral-gas-month-october', report(terms, { totalEnergyMwh: '18625' }));
  });

  it('bilateral, gas weekend of the March clock change, amended: (23 + 24) hours × 15 MW × 30.70', () => {
    const gas = { commodity: 'gas', market: 'TTF', deliveryPoint: '21YNL----TTF---1', profile: 'gasDay', capacityMw: '15' } as const;
    const terms = withTerms({ ...days('2027-03-27', '2027-03-28'), ...bilateral, ...gas, price: { fixed: '30.70' } });
    const change = { action: 'M', eventAt: '2026-10-01T11:30:00+02:00' } as const;
    expectGolden('bilateral-gas-weekend-march-amended', report(terms, { totalEnergyMwh: '705', ...change }));
  });
});

describe('repairs', () => {
  it('puts what a person repaired in the place of what the trade says, and leaves the rest', () => {
    const overrides = {
      deliveryPoint: '10YDE-ENBW-----N',
      venueMic: 'XEER',
      contractName: 'N',
      traderIdAtVenue: 'T',
      otherMarketParticipantAcerCode: 'C06AG978W.EU',
    };
    const { document } = report(TERMS, { totalEnergyMwh: '7450', overrides });
    expect(document).toMatchObject({
      TradeList: {
        TradeReport: [
          {
            traderID: { traderIdForOrganisedMarket: 'T' },
            otherMarketParticipant: { ace: 'C06AG978W.EU' },
            organisedMarketPlaceIdentifier: { mic: 'XEER' },
            contractInfo: { contract: { contractName: 'N', deliveryPointOrZone: ['10YDE-ENBW-----N'], contractId: 'DEBM-2027-10' } },
          },
        ],
      },
    });
  });
});

describe('shapes in local time', () => {
  const quantityMw = '1';

  it('leaves out the hour that is missing in March and cuts at midnight', () => {
    // 28 March 2027: 01:00 CET is 00:00Z, the clock goes from 02:00 to 03:00 at 01:00Z.
    const shape = [{ from: '2027-03-27T22:00:00Z', to: '2027-03-28T03:00:00Z', quantityMw }];
    expect(
      shapeIntervals({ shape, zone: 'Europe/Berlin' }).map(({ intervalStartDate, intervals }) => [
        intervalStartDate,
        ...Object.values(intervals[0] ?? {}),
      ]),
    ).toEqual([
      ['2027-03-27', '23:00:00', '24:00:00'],
      ['2027-03-28', '00:00:00', '02:00:00'],
      ['2027-03-28', '03:00:00', '05:00:00'],
    ]);
  });

  it('shows quarter-hours of both passes of the double hour in order', () => {
    const shape = [
      { from: '2027-10-31T00:45:00Z', to: '2027-10-31T01:00:00Z', quantityMw },
      { from: '2027-10-31T01:00:00Z', to: '2027-10-31T01:15:00Z', quantityMw },
    ];
    expect(shapeIntervals({ shape, zone: 'Europe/Berlin' }).map(({ intervals }) => Object.values(intervals[0] ?? {}))).toEqual([
      ['02:45:00', '03:00:00'],
      ['02:00:00', '02:15:00'],
    ]);
  });
});

const arbitraryTerms: fc.Arbitrary<TradeTerms> = fc
  .record({
    market: fc.constantFrom('DE' as const, 'FR' as const, 'TTF' as const, 'THE' as const),
    profile: fc.constantFrom<DeliveryProfile>('base', 'peak', 'offpeak', 'gasDay', 'shaped'),
    start: fc.integer({ min: 0, max: 1_500 }),
    days: fc.integer({ min: 1, max: 100 }),
    capacity: fc.integer({ min: 1, max: 9_999_999 }),
    price: fc.integer({ min: -99_999_999, max: 99_999_999 }),
    direction: fc.constantFrom('buy' as const, 'sell' as const),
    isVenue: fc.boolean(),
    isPhysical: fc.boolean(),
  })
  .map((draw): TradeTerms => {
    const market = marketOf(draw.market);
    const isGas = market.commodity === 'gas';
    const calendarProfile = isGas ? 'gasDay' : draw.profile === 'gasDay' ? 'base' : draw.profile;
    const profile = draw.profile === 'shaped' ? 'shaped' : calendarProfile;
    const deliveryStartDate = addDays(businessDate('2026-01-01'), draw.start);
    const deliveryEndDate = addDays(deliveryStartDate, (profile === 'shaped' ? 1 : draw.days) - 1);
    const dayStartMs = epochMsOfLocal({ date: deliveryStartDate, time: `0${market.dayStartHour}:00:00`, zone: market.zone });
    const step = (fromHour: number, toHour: number, quantityMw: string): ShapeStep => ({
      from: instantText(dayStartMs + fromHour * 3_600_000),
      to: instantText(dayStartMs + toHour * 3_600_000),
      quantityMw,
    });
    const base = withTerms({
      market: draw.market,
      commodity: market.commodity,
      deliveryPoint: market.deliveryPoint,
      direction: draw.direction,
      profile,
      deliveryStartDate,
      deliveryEndDate,
      price: { fixed: decimalText3(draw.price) },
      capacityMw: decimalText3(draw.capacity),
      settlementMethod: draw.isPhysical ? 'physical' : 'financial',
      venue: draw.isVenue ? VENUE : { kind: 'bilateral' },
    });
    return profile === 'shaped'
      ? { ...base, shape: [step(0, 2, '1.25'), step(2, 5, '3'), step(8, 20, decimalText3(draw.capacity))] }
      : base;
  });

function decimalText3(thousandths: number): string {
  const digits = String(Math.abs(thousandths)).padStart(4, '0');
  return `${thousandths < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`.replace(/\.?0+$/, '').replace(/^-0$/, '0');
}

describe('any trade', () => {
  it('gives a file without an error, by our validator and by the official schema, always with the same bytes', () => {
    fc.assert(
      fc.property(arbitraryTerms, fc.constantFrom('N' as const, 'M' as const, 'C' as const, 'E' as const), (terms, action) => {
        const intervals = expandDelivery(terms);
        fc.pre(intervals.length > 0);
        const totalEnergyMwh = decimalText(deliveryTotals(intervals).energyMwh);
        const result = report(terms, { totalEnergyMwh, action, eventAt: '2026-10-01T09:30:00Z' });
        const bytes = renderRemitTable1(result.document);
        expectValid(bytes);
        expect(renderRemitTable1(report(terms, { totalEnergyMwh, action, eventAt: '2026-10-01T09:30:00Z' }).document)).toEqual(bytes);
        expect(Buffer.concat([...renderRemitTable1Chunks(result.document)]).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
