import { at, dot, tailProbability } from './numeric.ts';
import { normalQuantile, normalShortfall } from './distributions.ts';
import { standardDeviations, timesVector } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';

export type ParametricLevel = {
  varZeroMean: number;
  varWithMean: number;
  esZeroMean: number;
  esWithMean: number;
  /** e_i (S e)_i / sigma z: they sum to varZeroMean. */
  components: Float64Array;
  /** (S e)_i / sigma z: the change of VaR by one more unit of exposure. */
  marginal: Float64Array;
  /** VaR of the whole less VaR without the instrument. */
  incremental: Float64Array;
  /** z times the sum of |e_i| s_i: VaR if nothing diversified. */
  undiversified: number;
};

/** Standard deviation of the position's profit and loss over one day, in currency. */
export function portfolioDeviation({ covariance, exposures }: { covariance: SquareMatrix; exposures: Float64Array }): number {
  return Math.sqrt(Math.max(0, dot(exposures, timesVector(covariance, exposures))));
}

/**
 * Delta-normal VaR and ES of exposures e under one-day covariance S; deviations grow with the square root of the horizon, means with the
 * horizon. `means` are one-day mean returns.
 */
export function parametricRisk(input: {
  covariance: SquareMatrix;
  means: Float64Array;
  exposures: Float64Array;
  horizonDays: number;
  confidence: number;
}): ParametricLevel {
  const { covariance, means, exposures, horizonDays, confidence } = input;
  const product = timesVector(covariance, exposures);
  const variance = Math.max(0, dot(exposures, product));
  const deviation = Math.sqrt(variance);
  const root = Math.sqrt(horizonDays);
  const drift = dot(exposures, means) * horizonDays;
  const tail = tailProbability(confidence);
  const z = -normalQuantile(tail);
  const value = z * deviation * root;
  const shortfall = normalShortfall({ z, tail }) * deviation * root;
  const marginal = product.map((cell) => (deviation === 0 ? 0 : (cell / deviation) * z * root));
  return {
    varZeroMean: value,
    varWithMean: value - drift,
    esZeroMean: shortfall,
    esWithMean: shortfall - drift,
    components: marginal.map((cell, index) => cell * at(exposures, index)),
    marginal,
    incremental: exposures.map((exposure, index) => {
      const own = at(covariance.values, index * covariance.size + index);
      // e'Se without instrument i, from e'Se and (S e)_i.
      const rest = variance - 2 * exposure * at(product, index) + exposure * exposure * own;
      return value - z * root * Math.sqrt(Math.max(0, rest));
    }),
    undiversified: z * root * undiversifiedDeviation({ covariance, exposures }),
  };
}

function undiversifiedDeviation({ covariance, exposures }: { covariance: SquareMatrix; exposures: Float64Array }): number {
  return dot(
    exposures.map((exposure) => Math.abs(exposure)),
    standardDeviations(covariance),
  );
}
