import { marketOf } from '../../market/markets.ts';
import { businessDate } from '../../time/business-date.ts';
import type { MarketCode } from '../../trade/trade-terms.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

type Inputs = { readonly market: MarketCode; readonly deliveryPoint: string; readonly accepted: readonly string[] };

const rule: ComplianceRule<Inputs> = {
  id: 'C09.deliveryPoint',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: 'ACER, List of Accepted EICs (TRUM Annex VI), field 48',
  description: 'The delivery point is an EIC that ACER accepts for the market of the trade.',
  inputsOf: ({ terms }) => ({
    market: terms.market,
    deliveryPoint: terms.deliveryPoint,
    accepted: marketOf(terms.market).acceptedDeliveryPoints,
  }),
  evaluate: ({ market, deliveryPoint, accepted }) =>
    accepted.includes(deliveryPoint)
      ? { outcome: 'pass', explanation: `The delivery point ${deliveryPoint} is accepted for ${market}.` }
      : {
          outcome: 'hold',
          explanation: `The delivery point ${deliveryPoint} is not among those accepted for ${market}: ${accepted.join(', ')}.`,
        },
};

export const deliveryPointRule = runnable(rule);
