import { at, mean } from './numeric.ts';
import { symmetric } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';

/** A change of Pearson's correlation by more than this when one day is left out is reported. */
export const INFLUENCE_THRESHOLD = 0.1;

export type InfluentialDay = { row: number; column: number; day: number; pearson: number; pearsonWithoutDay: number };

const EMPTY = new Float64Array(0);

/** Pearson, Spearman (mid-ranks) or Kendall tau-b of every pair of columns; NaN where a column does not vary. */
export function correlationMatrix(input: { columns: readonly Float64Array[]; measure: 'pearson' | 'spearman' | 'kendall' }): SquareMatrix {
  const { columns, measure } = input;
  const prepared = measure === 'spearman' ? columns.map(midRanks) : columns;
  return symmetric(columns.length, (row, column) => {
    const left = prepared[row] ?? EMPTY;
    const right = prepared[column] ?? EMPTY;
    if (row === column) return isConstant(left) ? Number.NaN : 1;
    return measure === 'kendall' ? kendallTauB(left, right) : pearson(left, right);
  });
}

export function pearson(left: Float64Array, right: Float64Array): number {
  const { xx, yy, xy } = centredSums(left, right);
  return clamp(xy / Math.sqrt(xx * yy));
}

/** Ranks from 1, equal values sharing the middle of theirs. */
export function midRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).toSorted((left, right) => at(values, left) - at(values, right));
  const ranks = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    let end = start;
    while (end + 1 < order.length && at(values, at(order, end + 1)) === at(values, at(order, start))) end += 1;
    for (let index = start; index <= end; index += 1) ranks[at(order, index)] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

/** Kendall's tau-b: (concordant - discordant) / sqrt((pairs - ties in x)(pairs - ties in y)). */
export function kendallTauB(left: Float64Array, right: Float64Array): number {
  let balance = 0;
  let untiedLeft = 0;
  let untiedRight = 0;
  for (let first = 1; first < left.length; first += 1) {
    const x = at(left, first);
    const y = at(right, first);
    for (let second = 0; second < first; second += 1) {
      const dx = Math.sign(x - (left[second] ?? Number.NaN));
      const dy = Math.sign(y - (right[second] ?? Number.NaN));
      balance += dx * dy;
      untiedLeft += dx * dx;
      untiedRight += dy * dy;
    }
  }
  return clamp(balance / Math.sqrt(untiedLeft * untiedRight));
}

/** For each pair of columns the one day without which Pearson's correlation changes most, where that is more than the threshold. */
export function influentialDays(columns: readonly Float64Array[]): InfluentialDay[] {
  const found: InfluentialDay[] = [];
  for (let row = 1; row < columns.length; row += 1) {
    for (let column = 0; column < row; column += 1) {
      const day = mostInfluential(columns[row] ?? EMPTY, columns[column] ?? EMPTY);
      if (Math.abs(day.pearsonWithoutDay - day.pearson) > INFLUENCE_THRESHOLD) found.push({ row, column, ...day });
    }
  }
  return found;
}

function mostInfluential(left: Float64Array, right: Float64Array): Omit<InfluentialDay, 'row' | 'column'> {
  const { xx, yy, xy, meanLeft, meanRight } = centredSums(left, right);
  const whole = clamp(xy / Math.sqrt(xx * yy));
  let best = { day: 0, pearson: whole, pearsonWithoutDay: whole };
  // Centred sums without one observation shrink by n/(n-1) times the product of its deviations.
  const scale = left.length / (left.length - 1);
  for (let day = 0; day < left.length; day += 1) {
    const dx = at(left, day) - meanLeft;
    const dy = at(right, day) - meanRight;
    const restX = xx - scale * dx * dx;
    const restY = yy - scale * dy * dy;
    if (restX <= xx * 1e-12 || restY <= yy * 1e-12) continue;
    const without = clamp((xy - scale * dx * dy) / Math.sqrt(restX * restY));
    if (Math.abs(without - whole) > Math.abs(best.pearsonWithoutDay - whole)) best = { day, pearson: whole, pearsonWithoutDay: without };
  }
  return best;
}

function centredSums(left: Float64Array, right: Float64Array) {
  const meanLeft = mean(left);
  const meanRight = mean(right);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let index = 0; index < left.length; index += 1) {
    const dx = at(left, index) - meanLeft;
    const dy = at(right, index) - meanRight;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return { xx, yy, xy, meanLeft, meanRight };
}

/** Whether a series never changes, so that nothing can correlate with it. */
export function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === at(values, 0));
}

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
