import { marketOf } from '../market/markets.ts';
import { type DecimalText, decimal, decimalText } from '../money/decimal.ts';
import { deliveryTotals, expandDelivery } from '../settlement/delivery-intervals.ts';
import type { BusinessDate } from '../time/business-date.ts';
import { localDateOf } from '../time/zone.ts';
import type { TradeTerms } from '../trade/trade-terms.ts';
import { creditParametersOn } from './credit-parameters.ts';

/** What a limit can bound. */
export type ExposureMeasure = 'notionalEur' | 'volumeMwh' | 'creditEur';

/** A trade's exposure by measure: exact, never rounded, never below zero. */
export type Exposure = Readonly<Record<ExposureMeasure, DecimalText>>;

/** The local date of the market on which the deal was struck: it picks dated parameters, restrictions and curves. */
export function tradeDateOf(terms: Pick<TradeTerms, 'market' | 'concludedAt'>): BusinessDate {
  return localDateOf({ instant: terms.concludedAt, zone: marketOf(terms.market).zone });
}

/**
 * `volumeMwh`: energy over the whole delivery. `notionalEur`: |price × energy|. `creditEur`: the notional times the owed share where the
 * counterparty will pay us (a sale above zero, a purchase below zero), else times the replacement share.
 * Throws ValidationError where the terms cannot be expanded.
 */
export function exposureOf(terms: TradeTerms): Exposure {
  const { energyMwh } = deliveryTotals(expandDelivery(terms));
  const value = decimal(terms.price.fixed).times(energyMwh);
  const notional = value.abs();
  const parameters = creditParametersOn(tradeDateOf(terms));
  const counterpartyOwes = terms.direction === 'sell' ? value.greaterThan(0) : value.lessThan(0);
  const share = decimal(counterpartyOwes ? parameters.owedShare : parameters.replacementShare);
  return {
    notionalEur: decimalText(notional),
    volumeMwh: decimalText(energyMwh),
    creditEur: decimalText(notional.times(share)),
  };
}
