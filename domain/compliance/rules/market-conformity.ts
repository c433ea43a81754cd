import { type Decimal, type DecimalText, ZERO, decimal, decimalText, fixedText, sum } from '../../money/decimal.ts';
import { expandDelivery } from '../../settlement/delivery-intervals.ts';
import { type BusinessDate, type YearMonth, addDays, businessDate } from '../../time/business-date.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';
import { type ConformityParameters, conformityParametersOn, granularityOf } from '../conformity-parameters.ts';
import { curveIdOf } from '../curve-id.ts';
import type { CurveQuote } from '../facts.ts';
import { type ComplianceRule, type RuleResult, runnable } from '../rule.ts';

type Inputs = {
  readonly curveId: string;
  readonly tradeDate: BusinessDate;
  readonly priceEurPerMwh: DecimalText;
  readonly energyMwhByMonth: readonly { readonly deliveryMonth: YearMonth; readonly energyMwh: DecimalText }[];
  /** Quotes not older than the parameters allow, one a month at most. */
  readonly quotes: readonly CurveQuote[];
  readonly parameters: ConformityParameters;
};

/** Decimals of EUR/MWh in an explanation; the comparison itself is exact. */
const SHOWN_PLACES = 2;

/** Version 1, which held every hour and weekend that lay apart from its month's mean, was in no release. */
const rule: ComplianceRule<Inputs> = {
  id: 'C19.conformity',
  version: 2,
  validFrom: businessDate('2000-01-01'),
  source: 'MaRisk BTO 2.2.2 (German supervision): conformity of deals with the market; REMIT art. 5',
  description:
    'The price lies in a band around the curve, weighted with the energy of each delivery month; the finer the product, the wider the band.',
  inputsOf: ({ terms, tradeDate, quotes }) => {
    const parameters = conformityParametersOn(tradeDate, { commodity: terms.commodity, granularity: granularityOf(terms) });
    const oldest = addDays(tradeDate, -parameters.quoteAgeDaysMax);
    return {
      curveId: curveIdOf(terms),
      tradeDate,
      priceEurPerMwh: terms.price.fixed,
      energyMwhByMonth: energyByMonth(terms),
      quotes: quotes.filter(({ quotedOn }) => quotedOn >= oldest),
      parameters,
    };
  },
  evaluate: (inputs) => {
    const quoted = new Map(inputs.quotes.map(({ deliveryMonth, price }) => [deliveryMonth, decimal(price)]));
    const missing = inputs.energyMwhByMonth.map(({ deliveryMonth }) => deliveryMonth).filter((month) => !quoted.has(month));
    return missing.length > 0 ? notCheckable(inputs, missing) : compared(inputs, quoted);
  },
};

export const marketConformityRule = runnable(rule);

/**
 * A warning and no hold: a firm without a curve for a product would hold every trade of it, and a queue that is always full is not read.
 * The warning stays in the decision path, where a missing curve is seen per product.
 */
function notCheckable({ curveId, tradeDate, parameters }: Inputs, missing: readonly YearMonth[]): RuleResult {
  return {
    outcome: 'warn',
    explanation: `There is no curve to compare with: ${curveId} has no quote of the ${parameters.quoteAgeDaysMax} days up to ${tradeDate} for ${missing.join(', ')}.`,
  };
}

function compared(inputs: Inputs, quoted: ReadonlyMap<YearMonth, Decimal>): RuleResult {
  const { parameters, curveId } = inputs;
  const energy = sum(inputs.energyMwhByMonth.map(({ energyMwh }) => decimal(energyMwh)));
  const value = sum(
    inputs.energyMwhByMonth.map(({ deliveryMonth, energyMwh }) => decimal(energyMwh).times(quoted.get(deliveryMonth) ?? ZERO)),
  );
  const market = value.dividedBy(energy);
  const relative = market.abs().times(decimal(parameters.toleranceShare));
  const floor = decimal(parameters.toleranceEurPerMwh);
  const band = relative.greaterThan(floor) ? relative : floor;
  const deviation = decimal(inputs.priceEurPerMwh).minus(market);
  const holdFrom = band.times(decimal(parameters.holdFromBands));
  const figures = `price ${inputs.priceEurPerMwh}, ${curveId} ${shown(market)}, deviation ${shown(deviation)}, allowed ±${shown(band)} EUR/MWh`;
  if (deviation.abs().lessThanOrEqualTo(band)) return { outcome: 'pass', explanation: `The price is in line with the market: ${figures}.` };
  if (deviation.abs().lessThanOrEqualTo(holdFrom)) {
    const why = `which monthly quotes do not rule out for a product by ${parameters.granularity}: ${figures}, held beyond ±${shown(holdFrom)}`;
    return { outcome: 'warn', explanation: `The price lies apart from the curve, ${why}.` };
  }
  return { outcome: 'hold', explanation: `The price is off the market: ${figures}.` };
}

function energyByMonth(terms: TradeTerms): Inputs['energyMwhByMonth'] {
  const energies = new Map<YearMonth, Decimal>();
  for (const { deliveryMonth, energyMwh } of expandDelivery(terms)) {
    energies.set(deliveryMonth, (energies.get(deliveryMonth) ?? ZERO).plus(decimal(energyMwh)));
  }
  return [...energies].map(([deliveryMonth, energyMwh]) => ({ deliveryMonth, energyMwh: decimalText(energyMwh) }));
}

function shown(value: Decimal): DecimalText {
  return fixedText(value, SHOWN_PLACES);
}
