import { at, mean } from './numeric.ts';
import { normalQuantile } from './distributions.ts';

/** Mean, population variance, skew and excess kurtosis; both zero where nothing varies. */
export type Moments = { mean: number; m2: number; skew: number; excessKurtosis: number };

export function populationMoments(values: Float64Array): Moments {
  const centre = mean(values);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let index = 0; index < values.length; index += 1) {
    const deviation = at(values, index) - centre;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  const m2 = second / values.length;
  if (m2 === 0) return { mean: centre, m2, skew: 0, excessKurtosis: 0 };
  return {
    mean: centre,
    m2,
    skew: third / values.length / (m2 * Math.sqrt(m2)),
    excessKurtosis: fourth / values.length / (m2 * m2) - 3,
  };
}

/** The quantile of the distribution with these moments by the fourth-order expansion at `probability`. @source Cornish and Fisher 1938 */
export function cornishFisherQuantile({ moments, probability }: { moments: Moments; probability: number }): number {
  const { skew: s, excessKurtosis: k } = moments;
  const z = normalQuantile(probability);
  const h = z + ((z * z - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s * s) / 36;
  return moments.mean + h * Math.sqrt(moments.m2);
}

/**
 * True where the expansion rises for every z, so that its quantiles are those of some distribution: its derivative
 * (k/8 - s²/6) z² + (s/3) z + (1 - k/8 + 5s²/36) is nowhere negative.
 * @source Maillard 2012, A user's guide to the Cornish Fisher expansion, domain of validity
 */
export function isCornishFisherValid({ skew: s, excessKurtosis: k }: Moments): boolean {
  const squared = k / 8 - (s * s) / 6;
  const linear = s / 3;
  const constant = 1 - k / 8 + (5 * s * s) / 36;
  if (squared < 0) return false;
  if (squared === 0) return linear === 0 && constant >= 0;
  return constant >= 0 && linear * linear <= 4 * squared * constant;
}
