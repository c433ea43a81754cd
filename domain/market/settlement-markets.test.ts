import { describe, expect, test } from 'vitest';
import { deliveryHoursTable } from '../settlement/delivery-hours.ts';
import { businessDate } from '../time/business-date.ts';
import { instantText } from '../time/zone.ts';
import { SETTLEMENT_MARKET_CODES, deliveryDayStartMs, settlementMarketOf } from './settlement-markets.ts';

test.each([
  ['DE', '252'],
  ['GB', '252'],
  ['PL', '252'],
  ['PL-TGE', '285'],
  ['RO-OPCOM', '336'],
] as const)('A3: peak of %s in January 2027 has %s h', (market, peak) => {
  expect(deliveryHoursTable({ market, period: '2027-01' })[0]?.hours.peak).toBe(peak);
});

test.each([
  ['2027-03-28', '23', ['3', '4', '4', '4', '4', '4']],
  ['2027-10-31', '25', ['5', '4', '4', '4', '4', '4']],
])('A4: GB on %s has %s h, of which EFA block 1 takes the clock change', (period, base, blocks) => {
  const hours = deliveryHoursTable({ market: 'GB', period })[0]?.hours;
  expect(hours?.base).toBe(base);
  expect([hours?.efa1, hours?.efa2, hours?.efa3, hours?.efa4, hours?.efa5, hours?.efa6]).toEqual(blocks);
});

describe('A6: gas days begin at one instant', () => {
  test.each(['NBP', 'TTF', 'RO-GAS', 'PSV', 'PVB'] as const)('%s', (code) => {
    const startOf = (date: string): string => instantText(deliveryDayStartMs(settlementMarketOf(code), businessDate(date)));
    expect(startOf('2027-01-15')).toBe('2027-01-15T05:00:00.000Z');
    expect(startOf('2027-07-15')).toBe('2027-07-15T04:00:00.000Z');
  });
});

test('a GB delivery day begins at 23:00 on the evening before', () => {
  const startOf = (date: string): string => instantText(deliveryDayStartMs(settlementMarketOf('GB'), businessDate(date)));
  expect(startOf('2027-01-15')).toBe('2027-01-14T23:00:00.000Z');
  expect(startOf('2027-07-15')).toBe('2027-07-14T22:00:00.000Z');
});

test('Portugal settles by the Madrid clock, Finland and Romania by CET', () => {
  for (const code of ['PT', 'FI', 'RO'] as const) {
    expect(instantText(deliveryDayStartMs(settlementMarketOf(code), businessDate('2027-01-15')))).toBe('2027-01-14T23:00:00.000Z');
  }
});

test.each(SETTLEMENT_MARKET_CODES)('%s has 8,760 h in 2027 and 8,784 h in 2028, and peak and off-peak add up to base', (market) => {
  for (const [period, hours] of [
    ['2027', 8760],
    ['2028', 8784],
  ] as const) {
    const total = deliveryHoursTable({ market, period }).at(-1)?.hours;
    expect(Number(total?.base ?? total?.gasDay)).toBe(hours);
    if (total?.peak !== undefined) expect(Number(total.peak) + Number(total.offpeak)).toBe(hours);
  }
});
