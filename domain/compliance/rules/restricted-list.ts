import { type BusinessDate, businessDate } from '../../time/business-date.ts';
import type { MarketCode } from '../../trade/trade-terms.ts';
import type { Restriction } from '../facts.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

type Inputs = {
  readonly tradeDate: BusinessDate;
  readonly counterpartyId: string;
  readonly market: MarketCode;
  readonly restrictions: readonly Restriction[];
};

const rule: ComplianceRule<Inputs> = {
  id: 'C16.restrictedList',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: "The firm's restricted list (REMIT art. 3 and 5, MAR art. 16(2): prevent dealing while barred)",
  description: 'Neither the counterparty nor the market stood on the restricted list on the trade date.',
  inputsOf: ({ terms, tradeDate, restrictions }) => ({
    tradeDate,
    counterpartyId: terms.counterpartyId,
    market: terms.market,
    restrictions,
  }),
  evaluate: ({ tradeDate, counterpartyId, market, restrictions }) => {
    const hits = restrictions.filter(
      ({ subjectKind, subjectId, validFrom, validTo }) =>
        subjectId === (subjectKind === 'counterparty' ? counterpartyId : market) &&
        validFrom <= tradeDate &&
        (validTo === undefined || tradeDate <= validTo),
    );
    if (hits.length === 0) {
      return { outcome: 'pass', explanation: `Neither ${counterpartyId} nor the market ${market} was restricted on ${tradeDate}.` };
    }
    const named = hits.map(({ subjectKind, subjectId, validFrom, reason }) => `${subjectKind} ${subjectId} since ${validFrom} (${reason})`);
    return { outcome: 'block', explanation: `Restricted on ${tradeDate}: ${named.join('; ')}.` };
  },
};

export const restrictedListRule = runnable(rule);
