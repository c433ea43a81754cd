import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SETTLEMENT_MARKET_CODES } from '../market/settlement-markets.ts';
import { decimal, decimalText, sum } from '../money/decimal.ts';
import { addDays, businessDate, yearMonth } from '../time/business-date.ts';
import { instantText } from '../time/zone.ts';
import { deliveryHours } from './delivery-hours.ts';
import { deliveryTotals, expandDelivery } from './delivery-intervals.ts';
import { pricePortfolio, quarterGrid, quarterValues } from './portfolio.ts';

const grid = quarterGrid({ market: 'DE', month: yearMonth('2027-10') });

test('October 2027 has 2,980 quarter-hours; 10 MW at 92.35 of them are 688,007.50', () => {
  expect(grid.startsMs).toHaveLength(2_980);
  const load = quarterValues({ grid, kind: 'kilowatts', values: grid.startsMs.map(() => '10') });
  const index = quarterValues({ grid, kind: 'priceTenThousandths', values: grid.startsMs.map(() => '92.35') });
  const trade = { id: 'T', grid, load, index, factor: '1', spread: '0' };
  const total = { intervals: 2_980, energyMwh: '7450', net: '688007.50' };
  expect(pricePortfolio({ trades: [trade], currency: 'EUR', rounding: 'halfAwayFromZero' })).toEqual(total);
});

test('sums as exact decimals would, for any load and any price', () => {
  const kilowatts = fc.integer({ min: 0, max: 2_147_483_647 });
  const price = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
  const rows = fc.array(fc.tuple(kilowatts, price), { minLength: 2_980, maxLength: 2_980 });
  fc.assert(
    fc.property(rows, (pairs) => {
      const loads = pairs.map(([kw]) => decimalText(decimal(String(kw)).dividedBy(1000)));
      const prices = pairs.map(([, tenThousandths]) => decimalText(decimal(String(tenThousandths)).dividedBy(10_000)));
      const load = quarterValues({ grid, kind: 'kilowatts', values: loads });
      const index = quarterValues({ grid, kind: 'priceTenThousandths', values: prices });
      const trade = { id: 'T', grid, load, index, factor: '0.7', spread: '-1.25' };
      const { net } = pricePortfolio({ trades: [trade], currency: 'EUR', rounding: 'halfAwayFromZero' });
      const amounts = loads.map((mw, at) =>
        decimal(mw)
          .dividedBy(4)
          .times(
            decimal(prices[at] ?? '0')
              .times('0.7')
              .minus('1.25'),
          ),
      );
      expect(net).toBe(sum(amounts).toFixed(2));
    }),
    { numRuns: 3 },
  );
});

test('refuses values that it could not keep exactly', () => {
  const values = grid.startsMs.map((_, at) => (at === 5 ? '1.00001' : '1'));
  expect(() => quarterValues({ grid, kind: 'priceTenThousandths', values })).toThrow("/values/5: '1.00001'");
  expect(() => quarterValues({ grid, kind: 'kilowatts', values: ['1'] })).toThrow('1 values for 2980');
});

test('the intervals of any shape in any market sum to the hours of the calendar', () => {
  const start = fc.integer({ min: 0, max: 3_650 }).map((days) => addDays(businessDate('2024-01-01'), days));
  fc.assert(
    fc.property(
      fc.constantFrom(...SETTLEMENT_MARKET_CODES),
      start,
      fc.integer({ min: 0, max: 400 }),
      fc.array(fc.nat(200), { maxLength: 30 }),
      (market, from, days, cuts) => {
        const to = addDays(from, days);
        const profile = 'base' as const;
        const { hours, quarterHours } = deliveryHours({ market, profile, from, to });
        const base = expandDelivery({ market, profile, capacityMw: '1', deliveryStartDate: from, deliveryEndDate: to });
        const first = Date.parse(base[0]?.startAt ?? '');
        const borders = [0, ...new Set(cuts.map((cut) => Math.floor((cut * quarterHours) / 201)))].toSorted((left, right) => left - right);
        const steps = [...new Set(borders)].map((border, at, all) => ({
          from: instantText(first + border * 900_000),
          to: instantText(first + (all[at + 1] ?? quarterHours) * 900_000),
          quantityMw: String((at % 3) + 1),
        }));
        const shape = { market, profile: 'shaped' as const, shape: steps, deliveryStartDate: from, deliveryEndDate: to };
        const totals = deliveryTotals(expandDelivery(shape));
        expect(decimalText(totals.hours)).toBe(hours);
        expect(deliveryTotals(base).quarterHours).toBe(quarterHours);
      },
    ),
    { numRuns: 60 },
  );
}, 20_000);
