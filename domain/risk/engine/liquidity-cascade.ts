import { at } from './numeric.ts';

/** Liquidity horizons of the cascade in days. @source Basel Framework MAR33.4, MAR33.5 */
export const LIQUIDITY_HORIZONS_DAYS = [10, 20, 40, 60, 120] as const;

/**
 * FRTB-style ES: the root of the summed squares of ES(T, j) x sqrt((LH(j) - LH(j-1)) / T), T = 10 days, LH(0) = 0. `shortfalls` are ten-day
 * ES at 97.5 %, the j-th over the factors whose horizon is at least the j-th of `LIQUIDITY_HORIZONS_DAYS`.
 */
export function liquidityCascade(shortfalls: readonly [number, number, number, number, number]): number {
  let total = 0;
  for (const [index, horizon] of LIQUIDITY_HORIZONS_DAYS.entries()) {
    const before = index === 0 ? 0 : at(LIQUIDITY_HORIZONS_DAYS, index - 1);
    total += at(shortfalls, index) ** 2 * ((horizon - before) / LIQUIDITY_HORIZONS_DAYS[0]);
  }
  return Math.sqrt(total);
}

/** Liquidity horizons of commodity risk factors in days. @source Basel Framework MAR33.12, table 2 */
export const COMMODITY_HORIZONS_DAYS = {
  energyAndCarbonPrice: 20,
  preciousAndNonFerrousPrice: 20,
  otherCommodityPrice: 60,
  energyAndCarbonVolatility: 60,
  preciousAndNonFerrousVolatility: 60,
  otherCommodityVolatility: 120,
  other: 120,
} as const;

const MULTIPLIER_BASE = 1.5;
/** What is added from five exceptions on; ten and more add the last. @source Basel Framework MAR33.44 and MAR99, table 1 */
const MULTIPLIER_ADD_ONS = [0.2, 0.26, 0.33, 0.38, 0.42, 0.5] as const;
const FIRST_ADD_ON = 5;

/** The capital multiplier after so many exceptions in 250 days at 99 %: 1.5 and an add-on of 0 to 0.5. */
export function capitalMultiplier(exceptions: number): number {
  if (exceptions < FIRST_ADD_ON) return MULTIPLIER_BASE;
  return MULTIPLIER_BASE + at(MULTIPLIER_ADD_ONS, Math.min(exceptions - FIRST_ADD_ON, MULTIPLIER_ADD_ONS.length - 1));
}
