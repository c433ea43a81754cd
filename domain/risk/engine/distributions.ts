import { at } from './numeric.ts';
import { regularisedBeta, logGamma, upperGamma } from './special-functions.ts';

const BISECTIONS_MAX = 2_000;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** P(Z <= x) of a standard normal variable. */
export function normalCumulative(x: number): number {
  const tail = 0.5 * upperGamma({ a: 0.5, x: 0.5 * x * x });
  return x > 0 ? 1 - tail : tail;
}

/** z with P(Z <= z) = probability, 0 < probability < 1, to about 16 digits. @source Wichura 1988, algorithm AS 241 (PPND16) */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRAL_TOP, r)) / polynomial(CENTRAL_BOTTOM, r);
  }
  const root = Math.sqrt(-Math.log(q < 0 ? probability : 1 - probability));
  const value =
    root <= 5
      ? polynomial(MIDDLE_TOP, root - 1.6) / polynomial(MIDDLE_BOTTOM, root - 1.6)
      : polynomial(TAIL_TOP, root - 5) / polynomial(TAIL_BOTTOM, root - 5);
  return q < 0 ? -value : value;
}

/** Expected shortfall of a standard normal loss, phi(z) / (1 - confidence). */
export function normalShortfall({ z, tail }: { z: number; tail: number }): number {
  return normalDensity(z) / tail;
}

/** VaR and ES of a Student t variable with unit scale (its variance is degrees / (degrees - 2)); degrees > 1, confidence > 0.5. */
export function studentTail({ degrees, confidence }: { degrees: number; confidence: number }): { var: number; es: number } {
  const tail = 1 - confidence;
  let low = 0;
  let high = 1;
  while (studentUpper({ t: high, degrees }) > tail && high < Number.MAX_VALUE / 2) high *= 2;
  for (let step = 0; step < BISECTIONS_MAX; step += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (studentUpper({ t: middle, degrees }) > tail) low = middle;
    else high = middle;
  }
  const t = (low + high) / 2;
  return { var: t, es: (studentDensity({ t, degrees }) * (degrees + t * t)) / ((degrees - 1) * tail) };
}

function studentUpper({ t, degrees }: { t: number; degrees: number }): number {
  return 0.5 * regularisedBeta({ x: degrees / (degrees + t * t), a: degrees / 2, b: 0.5 });
}

function studentDensity({ t, degrees }: { t: number; degrees: number }): number {
  const scale = Math.exp(logGamma((degrees + 1) / 2) - logGamma(degrees / 2)) / Math.sqrt(degrees * Math.PI);
  return scale * (1 + (t * t) / degrees) ** (-(degrees + 1) / 2);
}

/** Coefficients by ascending power. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index -= 1) value = value * x + at(coefficients, index);
  return value;
}

const CENTRAL_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
  2509.0809287301227,
];
const CENTRAL_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852546,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
  1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
  2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
  2.0442631033899397e-15,
];
