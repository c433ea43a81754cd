/** German power base of the month after next, over the counter: the commonest trade of the sample day. */
export const CURVE_ID = 'DE.base';
export const CURVE_PRICE = '88.70';

const PARTNERS = ['nordwind', 'rhein', 'lumiere', 'alpen'] as const;
const CAPACITIES = 400;
const PRICES = 900;

export function deliveryMonthOf(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
}

/**
 * The body of one capture. No two of the first 1,440,000 numbers have equal economics, so that none is taken for a deal that came twice;
 * every price lies within the band round the curve.
 */
export function tradeBody(input: { number: number; now: Date }): Readonly<Record<string, unknown>> {
  const { number, now } = input;
  const partner = PARTNERS[number % PARTNERS.length] ?? PARTNERS[0];
  const rest = Math.floor(number / PARTNERS.length);
  const capacityTenths = 10 + (rest % CAPACITIES);
  const priceCents = 8_400 + (Math.floor(rest / CAPACITIES) % PRICES);
  const month = deliveryMonthOf(now);
  const lastDay = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return {
    sourceSystem: 'bench',
    sourceTradeId: `B-${number}`,
    direction: number % 2 === 0 ? 'buy' : 'sell',
    commodity: 'power',
    market: 'DE',
    deliveryPoint: '10YDE-RWENET---I',
    venue: { kind: 'bilateral' },
    contractType: 'FW',
    settlementMethod: 'physical',
    profile: 'base',
    capacityMw: (capacityTenths / 10).toFixed(1),
    deliveryStartDate: `${month}-01`,
    deliveryEndDate: `${month}-${lastDay}`,
    price: { fixed: (priceCents / 100).toFixed(2) },
    currency: 'EUR',
    concludedAt: new Date(now.getTime() - 60_000).toISOString(),
    counterpartyId: `cp-${partner}`,
    bookId: 'book-power',
    traderId: 'trader-weber',
    agreementId: `efet-${partner}`,
  };
}
