import { at } from './numeric.ts';

const ITERATIONS_MAX = 10_000;
const TINY = 1e-300;
const EPSILON = 2 ** -53;
/** Lanczos coefficients, g = 7, n = 9. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0, to about 15 digits. @source Lanczos 1964, coefficients of g = 7, n = 9 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let series = at(LANCZOS, 0);
  for (let index = 1; index < LANCZOS.length; index += 1) series += at(LANCZOS, index) / (shifted + index);
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/** The regularised upper incomplete gamma function Q(a, x) for a > 0 and x >= 0. @source Abramowitz and Stegun 6.5.29, 6.5.31 */
export function upperGamma({ a, x }: { a: number; x: number }): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - scale * gammaSeries({ a, x }) : scale * gammaFraction({ a, x });
}

/** P(X > statistic) of a chi-square variable with `degrees` degrees of freedom. */
export function chiSquareTail({ statistic, degrees }: { statistic: number; degrees: number }): number {
  return upperGamma({ a: degrees / 2, x: Math.max(0, statistic) / 2 });
}

/** The regularised incomplete beta function I_x(a, b), 0 <= x <= 1. @source Abramowitz and Stegun 26.5.8 */
export function regularisedBeta({ x, a, b }: { x: number; a: number; b: number }): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction({ x, a, b })) / a;
  return 1 - (front * betaFraction({ x: 1 - x, a: b, b: a })) / b;
}

/** P(X <= k) of a binomial variable. */
export function binomialCumulative({ k, n, p }: { k: number; n: number; p: number }): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularisedBeta({ x: 1 - p, a: n - k, b: k + 1 });
}

function gammaSeries({ a, x }: { a: number; x: number }): number {
  let term = 1 / a;
  let total = term;
  for (let index = 1; index < ITERATIONS_MAX; index += 1) {
    term *= x / (a + index);
    total += term;
    if (term < total * EPSILON) break;
  }
  return total;
}

/** Lentz's evaluation of the continued fraction of Q(a, x). */
function gammaFraction({ a, x }: { a: number; x: number }): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let index = 1; index < ITERATIONS_MAX; index += 1) {
    const numerator = -index * (index - a);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < EPSILON * 2) break;
  }
  return value;
}

/** Lentz's evaluation of the continued fraction of the incomplete beta function. */
function betaFraction({ x, a, b }: { x: number; a: number; b: number }): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < ITERATIONS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < EPSILON * 2) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
