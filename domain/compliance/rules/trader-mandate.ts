import { type DecimalText, decimal } from '../../money/decimal.ts';
import { exposureOf } from '../../risk/exposure.ts';
import { businessDate, daysBetween } from '../../time/business-date.ts';
import type { Commodity, MarketCode, TradeVenue } from '../../trade/trade-terms.ts';
import { type ComplianceRule, runnable } from '../rule.ts';
import type { TraderMandate } from '../trader-mandate.ts';

type Inputs = {
  readonly traderId: string;
  readonly mandate: TraderMandate;
  readonly commodity: Commodity;
  readonly market: MarketCode;
  readonly venueKind: TradeVenue['kind'];
  readonly tenorDays: number;
  readonly volumeMwh: DecimalText;
  readonly notionalEur: DecimalText;
};

const rule: ComplianceRule<Inputs> = {
  id: 'C15.mandate',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: "The firm's own trading mandates; MaRisk BTO 2 (German supervision): trades stay inside what each trader is allowed",
  description: 'Commodity, market, venue kind, tenor and size of the trade lie inside the mandate of its trader.',
  inputsOf: ({ terms, tradeDate, trader }) => {
    const { volumeMwh, notionalEur } = exposureOf(terms);
    return {
      traderId: trader.id,
      mandate: trader.mandate,
      commodity: terms.commodity,
      market: terms.market,
      venueKind: terms.venue.kind,
      tenorDays: Math.max(0, daysBetween(tradeDate, terms.deliveryEndDate)),
      volumeMwh,
      notionalEur,
    };
  },
  evaluate: (inputs) => {
    const missing = missingPermissions(inputs);
    if (missing.length === 0) return { outcome: 'pass', explanation: `The trade is inside the mandate of ${inputs.traderId}.` };
    return { outcome: 'hold', explanation: `The mandate of ${inputs.traderId} lacks ${missing.join('; ')}.` };
  },
};

export const traderMandateRule = runnable(rule);

function missingPermissions(inputs: Inputs): readonly string[] {
  const { mandate } = inputs;
  const checks: readonly (readonly [boolean, string])[] = [
    [mandate.commodities.includes(inputs.commodity), `the commodity ${inputs.commodity}`],
    [mandate.markets.includes(inputs.market), `the market ${inputs.market}`],
    [mandate.venueKinds.includes(inputs.venueKind), `the venue kind ${inputs.venueKind}`],
    [inputs.tenorDays <= mandate.tenorDaysMax, `a tenor of ${inputs.tenorDays} days (at most ${mandate.tenorDaysMax})`],
    [fits(inputs.volumeMwh, mandate.volumeMwhMax), `a size of ${inputs.volumeMwh} MWh (at most ${mandate.volumeMwhMax})`],
    [fits(inputs.notionalEur, mandate.notionalEurMax), `a size of ${inputs.notionalEur} EUR (at most ${mandate.notionalEurMax})`],
  ];
  return checks.filter(([isAllowed]) => !isAllowed).map(([, permission]) => permission);
}

function fits(asked: DecimalText, most: DecimalText): boolean {
  return decimal(asked).lessThanOrEqualTo(decimal(most));
}
