import { at } from './numeric.ts';
import { entry, symmetric } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';

/** Largest matrix that is repaired: the eigenvalues cost the third power of the size in each round. */
export const REPAIR_SIZE_MAX = 150;

const PROJECTIONS_MAX = 20_000;
const SWEEPS_MAX = 60;
const CHANGE_TOLERANCE = 1e-14;
/** A smallest eigenvalue above minus this is rounding, no fault of the matrix. */
const EIGENVALUE_TOLERANCE = 1e-12;

export type Repair = { matrix: SquareMatrix; isRepaired: boolean; smallestEigenvalue: number };

/**
 * The correlation matrix nearest to a symmetric matrix in the Frobenius norm; the matrix itself where it is one already.
 * @source Higham 2002, Computing the nearest correlation matrix, algorithm 3.3 (alternating projections with Dykstra's correction)
 */
export function nearestCorrelation(matrix: SquareMatrix): Repair {
  const smallestEigenvalue = Math.min(...eigen(matrix).values);
  // NaN marks a correlation that does not exist: no projection gives it one.
  if (Number.isNaN(smallestEigenvalue) || smallestEigenvalue >= -EIGENVALUE_TOLERANCE)
    return { matrix, isRepaired: false, smallestEigenvalue };
  const { size } = matrix;
  let unit = matrix;
  let correction = new Float64Array(size * size);
  for (let round = 0; round < PROJECTIONS_MAX; round += 1) {
    const shifted = { size, values: unit.values.map((value, index) => value - at(correction, index)) };
    const projected = positivePart(shifted);
    correction = projected.values.map((value, index) => value - at(shifted.values, index));
    const next = symmetric(size, (row, column) => (row === column ? 1 : entry(projected, row, column)));
    const change = largestDifference(next.values, unit.values);
    unit = next;
    if (change < CHANGE_TOLERANCE) break;
  }
  return { matrix: unit, isRepaired: true, smallestEigenvalue };
}

/** Eigenvalues and, by column, eigenvectors of a symmetric matrix by cyclic Jacobi rotations. @source Golub and Van Loan, section 8.5 */
export function eigen(matrix: SquareMatrix): { values: Float64Array; vectors: Float64Array } {
  const { size } = matrix;
  const work = matrix.values.slice();
  const vectors = new Float64Array(size * size);
  for (let index = 0; index < size; index += 1) vectors[index * size + index] = 1;
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep += 1) {
    let offDiagonal = 0;
    for (let row = 0; row < size; row += 1)
      for (let column = 0; column < row; column += 1) offDiagonal += at(work, row * size + column) ** 2;
    if (offDiagonal < 1e-32) break;
    for (let p = 0; p < size - 1; p += 1) for (let q = p + 1; q < size; q += 1) rotate({ work, vectors, size, p, q });
  }
  return { values: Float64Array.from({ length: size }, (_, index) => at(work, index * size + index)), vectors };
}

function rotate({ work, vectors, size, p, q }: { work: Float64Array; vectors: Float64Array; size: number; p: number; q: number }): void {
  const off = at(work, p * size + q);
  if (off === 0) return;
  const theta = (at(work, q * size + q) - at(work, p * size + p)) / (2 * off);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let index = 0; index < size; index += 1) {
    turn({ values: work, left: index * size + p, right: index * size + q, cosine, sine });
    turn({ values: vectors, left: index * size + p, right: index * size + q, cosine, sine });
  }
  for (let index = 0; index < size; index += 1) turn({ values: work, left: p * size + index, right: q * size + index, cosine, sine });
}

function turn(input: { values: Float64Array; left: number; right: number; cosine: number; sine: number }): void {
  const { values, left, right, cosine, sine } = input;
  const a = at(values, left);
  const b = at(values, right);
  values[left] = cosine * a - sine * b;
  values[right] = sine * a + cosine * b;
}

/** The nearest positive semi-definite matrix: negative eigenvalues become zero. */
function positivePart(matrix: SquareMatrix): SquareMatrix {
  const { size } = matrix;
  const { values, vectors } = eigen(matrix);
  return symmetric(size, (row, column) => {
    let total = 0;
    for (let index = 0; index < size; index += 1)
      total += Math.max(0, at(values, index)) * at(vectors, row * size + index) * at(vectors, column * size + index);
    return total;
  });
}

function largestDifference(left: Float64Array, right: Float64Array): number {
  let largest = 0;
  for (let index = 0; index < left.length; index += 1) largest = Math.max(largest, Math.abs(at(left, index) - at(right, index)));
  return largest;
}
