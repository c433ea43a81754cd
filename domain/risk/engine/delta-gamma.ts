import type { Moments } from './cornish-fisher.ts';
import { normalCumulative } from './distributions.ts';

const BISECTIONS_MAX = 2_000;

/** Profit delta x + gamma x² / 2 of one factor x, normal with mean zero and the variance given. */
export type DeltaGamma = { delta: number; gamma: number; variance: number };

/** Mean, variance, skew and excess kurtosis of a delta-gamma profit in closed form. @source Mina and Ulmer 1999, Delta-gamma four ways */
export function deltaGammaMoments({ delta, gamma, variance }: DeltaGamma): Moments {
  const linear = delta * delta * variance;
  const curved = (gamma * variance) ** 2;
  const m2 = linear + curved / 2;
  const third = gamma * variance * (3 * linear + curved);
  const fourth = curved * (12 * linear + 3 * curved);
  if (m2 === 0) return { mean: 0, m2: 0, skew: 0, excessKurtosis: 0 };
  return { mean: (gamma * variance) / 2, m2, skew: third / m2 ** 1.5, excessKurtosis: fourth / (m2 * m2) };
}

/** The exact `probability` quantile of a delta-gamma profit. */
export function deltaGammaQuantile({ probability, ...position }: DeltaGamma & { probability: number }): number {
  const { mean, m2 } = deltaGammaMoments(position);
  const deviation = Math.sqrt(m2);
  let low = mean - deviation;
  let high = mean + deviation;
  for (let step = 0; step < BISECTIONS_MAX && cumulative({ ...position, value: low }) > probability; step += 1) low -= high - low;
  for (let step = 0; step < BISECTIONS_MAX && cumulative({ ...position, value: high }) < probability; step += 1) high += high - low;
  for (let step = 0; step < BISECTIONS_MAX; step += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (cumulative({ ...position, value: middle }) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(profit <= value): the parabola lies at or below the value between its roots, or outside them where it opens downwards. */
function cumulative({ delta, gamma, variance, value }: DeltaGamma & { value: number }): number {
  const deviation = Math.sqrt(variance);
  if (gamma === 0) return delta === 0 ? Number(value >= 0) : normalCumulative(value / (Math.abs(delta) * deviation));
  const discriminant = delta * delta + 2 * gamma * value;
  if (discriminant <= 0) return gamma > 0 ? 0 : 1;
  const root = Math.sqrt(discriminant);
  const roots = [(-delta - root) / gamma, (-delta + root) / gamma].map((x) => x / deviation);
  const between = normalCumulative(Math.max(...roots)) - normalCumulative(Math.min(...roots));
  return gamma > 0 ? between : 1 - between;
}
