import { assertNever } from '../../errors/app-error.ts';
import { type Decimal, type DecimalText, ZERO, decimal, sum } from '../../money/decimal.ts';

/** Energy of an interval with the price of the index there; both exact. */
export type IndexedEnergy = { readonly energyMwh: DecimalText; readonly index: DecimalText };

/** What the payer of the fixed price receives of a swap; negative where he pays. Unrounded. */
export function swapPayoff(input: { intervals: readonly IndexedEnergy[]; fixed: DecimalText }): Decimal {
  return overIntervals(input.intervals, (index) => index.minus(decimal(input.fixed)));
}

/**
 * What the holder of cash-settled options on a price receives. `strip`: each interval is an option of its own; `mean`: one option on the
 * energy-weighted mean. The two are not the same.
 */
export function optionPayoff(input: {
  intervals: readonly IndexedEnergy[];
  strike: DecimalText;
  right: 'call' | 'put';
  on: 'strip' | 'mean';
}): Decimal {
  const sign = input.right === 'call' ? 1 : -1;
  const payoff = (price: Decimal): Decimal => atLeastZero(price.minus(decimal(input.strike)).times(sign));
  if (input.on === 'strip') return overIntervals(input.intervals, payoff);
  const energy = energyOf(input.intervals);
  return energy.isZero() ? ZERO : energy.times(payoff(capturePriceOf(input.intervals)));
}

/** Efficiency and emissions of the plant that a spark option stands for; contract data. */
export type SparkPlant = { readonly efficiency: DecimalText; readonly tonnesPerMwhGas: DecimalText };

/** Power less gas and allowances for one MWh of power: Ppower - Pgas/η - (ef/η) × EUA. Unrounded. */
export function cleanSparkSpread(input: { power: DecimalText; gas: DecimalText; allowance: DecimalText; plant: SparkPlant }): Decimal {
  const efficiency = decimal(input.plant.efficiency);
  const fuel = decimal(input.gas).dividedBy(efficiency);
  const emissions = decimal(input.plant.tonnesPerMwhGas).dividedBy(efficiency).times(decimal(input.allowance));
  return decimal(input.power).minus(fuel).minus(emissions);
}

/** What the holder of a spread option receives for energy: never below zero. */
export function spreadOptionPayoff(input: { spread: Decimal; strike: DecimalText; energyMwh: DecimalText }): Decimal {
  return atLeastZero(input.spread.minus(decimal(input.strike))).times(decimal(input.energyMwh));
}

/** What a power purchase agreement says of hours with a negative price. */
export type NegativePriceClause = 'none' | 'skipInterval' | 'floorAtZero';

/**
 * What the generator receives. `fixed`: the strike for his energy. `difference`: strike less the market's price, on top of his market
 * revenue. `skipInterval` pays nothing where the price is below zero; `floorAtZero` takes such a price as zero.
 */
export function ppaPayment(input: {
  intervals: readonly IndexedEnergy[];
  strike: DecimalText;
  settlement: 'fixed' | 'difference';
  negativePrices: NegativePriceClause;
}): Decimal {
  const strike = decimal(input.strike);
  return overIntervals(input.intervals, (index) => {
    const reference = index.isNegative() ? referenceUnder(input.negativePrices, index) : index;
    if (reference === undefined) return ZERO;
    return input.settlement === 'fixed' ? strike : strike.minus(reference);
  });
}

/** Energy-weighted mean price; of no energy it is zero. */
export function capturePriceOf(intervals: readonly IndexedEnergy[]): Decimal {
  const energy = energyOf(intervals);
  return energy.isZero() ? ZERO : overIntervals(intervals, (index) => index).dividedBy(energy);
}

/** Capture price over the plain mean of the index; undefined where that mean is zero. */
export function captureRateOf(intervals: readonly IndexedEnergy[]): Decimal | undefined {
  const base = sum(intervals.map(({ index }) => decimal(index))).dividedBy(Math.max(intervals.length, 1));
  return base.isZero() ? undefined : capturePriceOf(intervals).dividedBy(base);
}

/** Imbalance energy is what was metered less what was nominated; a shortfall at a positive price is owed. */
export function imbalanceAmount(input: { actualMwh: DecimalText; nominatedMwh: DecimalText; price: DecimalText }): Decimal {
  return decimal(input.actualMwh).minus(decimal(input.nominatedMwh)).times(decimal(input.price));
}

/** An option premium per MWh of the energy under option. */
export function premiumAmount(input: { energyMwh: DecimalText; premium: DecimalText }): Decimal {
  return decimal(input.energyMwh).times(decimal(input.premium));
}

function referenceUnder(clause: NegativePriceClause, index: Decimal): Decimal | undefined {
  switch (clause) {
    case 'none':
      return index;
    case 'skipInterval':
      return undefined;
    case 'floorAtZero':
      return ZERO;
    default:
      return assertNever(clause);
  }
}

function overIntervals(intervals: readonly IndexedEnergy[], pays: (index: Decimal) => Decimal): Decimal {
  return sum(intervals.map(({ energyMwh, index }) => decimal(energyMwh).times(pays(decimal(index)))));
}

function energyOf(intervals: readonly IndexedEnergy[]): Decimal {
  return sum(intervals.map(({ energyMwh }) => decimal(energyMwh)));
}

function atLeastZero(value: Decimal): Decimal {
  return value.isNegative() ? ZERO : value;
}
