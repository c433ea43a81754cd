import { marketOf } from '../market/markets.ts';
import type { TradeTerms } from '../trade/trade-terms.ts';

/**
 * The forward curve whose monthly quotes a trade is compared with, as `prices.curve_id` stores it: `DE.base`, `DE.peak`, `DE.offpeak`
 * for power, and one curve a gas market, `TTF`. A shaped power trade is compared with base.
 */
export function curveIdOf(terms: Pick<TradeTerms, 'market' | 'profile'>): string {
  if (marketOf(terms.market).commodity === 'gas') return terms.market;
  const profile = terms.profile === 'peak' || terms.profile === 'offpeak' ? terms.profile : 'base';
  return `${terms.market}.${profile}`;
}
