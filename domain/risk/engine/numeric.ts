import { invariant } from '../../errors/app-error.ts';

/** Guards `n * p` and cumulative weights from binary noise (docs/risk-conventions.md). */
export const RANK_TOLERANCE = 1e-12;

/**
 * The element at `index`, which the caller knows to be inside; NaN outside, so that a wrong index shows in the result. Loops over whole
 * price tables read `values[index] ?? Number.NaN` themselves: this function sees every kind of array, which costs its inlined reads their type.
 */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** The item at `index`; a missing one is a bug of the caller. */
export function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  invariant(item !== undefined, `there is no item ${index} of ${items.length}`);
  return item;
}

/** The sum in the order of the array, so that equal inputs give equal bits. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += at(values, index);
  return total;
}

export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Inner product of two vectors of one length. */
export function dot(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let index = 0; index < left.length; index += 1) total += (left[index] ?? Number.NaN) * (right[index] ?? Number.NaN);
  return total;
}

/** A sorted copy, smallest first. */
export function ascending(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/** `1 - confidence` as the decimal that is meant: 0.01 for 0.99, where binary subtraction gives 0.010000000000000009. */
export function tailProbability(confidence: number): number {
  return Number((1 - confidence).toFixed(12));
}
