import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { instantText, startOfDayMs } from '../time/zone.ts';
import { businessDate } from '../time/business-date.ts';
import { MARKETS, MARKET_CODES, isMarketCode, marketOf } from './markets.ts';

const ACER_LIST = fileURLToPath(new URL('../../../shared/reference/acer-accepted-eics-2024-07-05.csv', import.meta.url));

test('every market stands under its own code', () => {
  expect(MARKET_CODES.map((code) => marketOf(code).code)).toEqual(Object.keys(MARKETS));
  expect(isMarketCode('NBP')).toBe(false);
});

describe.each(MARKET_CODES)('%s', (code) => {
  const market = marketOf(code);

  test('names a delivery point first that it also accepts', () => {
    expect(market.acceptedDeliveryPoints[0]).toBe(market.deliveryPoint);
    for (const point of market.acceptedDeliveryPoints) expect(point).toMatch(/^[0-9]{2}[XYZWTVA][A-Z0-9-]{12}[A-Z0-9]$/);
  });

  test.skipIf(!existsSync(ACER_LIST))('names only delivery points on the list of ACER', () => {
    const accepted = new Set(readFileSync(ACER_LIST, 'utf8').split(/\s+/));
    for (const point of market.acceptedDeliveryPoints) expect(accepted).toContain(point);
  });

  test('has peak hours where it trades power, and none where it trades gas', () => {
    expect(market.peak !== undefined).toBe(market.commodity === 'power');
  });

  test('begins its delivery day at midnight for power and at six for gas, by its own clock', () => {
    const startMs = startOfDayMs({ date: businessDate('2027-01-15'), zone: market.zone, hour: market.dayStartHour });
    expect(instantText(startMs)).toBe(market.commodity === 'gas' ? '2027-01-15T05:00:00.000Z' : '2027-01-14T23:00:00.000Z');
  });
});
