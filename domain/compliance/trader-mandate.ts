import { z } from 'zod';
import { MARKET_CODES } from '../market/markets.ts';
import { isDecimalText } from '../money/decimal.ts';

const decimalField = z.string().refine(isDecimalText, 'is no plain decimal');

/**
 * What a trader may do, as `traders.mandate` stores it. A list names all that is allowed; an empty list allows nothing.
 * `tenorDaysMax` counts from the trade date to the last delivery day; `volumeMwhMax` and `notionalEurMax` bound one trade.
 *
 * @example { commodities: ['power'], markets: ['DE', 'FR'], venueKinds: ['organisedMarket', 'bilateral'],
 *            tenorDaysMax: 1100, volumeMwhMax: '100000', notionalEurMax: '10000000' }
 */
export const traderMandateSchema = z.strictObject({
  commodities: z.array(z.enum(['power', 'gas'])),
  markets: z.array(z.enum(MARKET_CODES)),
  venueKinds: z.array(z.enum(['organisedMarket', 'bilateral'])),
  tenorDaysMax: z.int().min(0),
  volumeMwhMax: decimalField,
  notionalEurMax: decimalField,
});

export type TraderMandate = Readonly<z.output<typeof traderMandateSchema>>;
