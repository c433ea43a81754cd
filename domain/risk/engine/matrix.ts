import { at, mean } from './numeric.ts';

/** A square matrix by rows. */
export type SquareMatrix = { readonly size: number; readonly values: Float64Array };

/** A pivot of a correlation matrix at or below this is no information of its own: the matrix is singular. */
const PIVOT_TOLERANCE = 1e-10;

export function squareMatrix(rows: readonly (readonly number[])[]): SquareMatrix {
  return { size: rows.length, values: Float64Array.from(rows.flat()) };
}

export function entry(matrix: SquareMatrix, row: number, column: number): number {
  return at(matrix.values, row * matrix.size + column);
}

/** The matrix as JSON rows, rows and columns taken in `order`. */
export function toRows(matrix: SquareMatrix, order: readonly number[]): number[][] {
  return order.map((row) => order.map((column) => entry(matrix, row, column)));
}

/** Builds a symmetric matrix from its lower triangle. */
export function symmetric(size: number, cell: (row: number, column: number) => number): SquareMatrix {
  const values = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      const value = cell(row, column);
      values[row * size + column] = value;
      values[column * size + row] = value;
    }
  }
  return { size, values };
}

/** Sample covariance (n - 1) of columns of one length of at least two. */
export function sampleCovariance(columns: readonly Float64Array[]): SquareMatrix {
  const centred = columns.map((column) => {
    const centre = mean(column);
    return column.map((value) => value - centre);
  });
  const count = columns[0]?.length ?? 0;
  return gram({ columns: centred, weight: () => 1 / (count - 1) });
}

/** Sum over the observations of weight(t) x_t x_t'. */
export function gram({ columns, weight }: { columns: readonly Float64Array[]; weight: (index: number) => number }): SquareMatrix {
  const empty = new Float64Array(0);
  const weights = Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, index) => weight(index));
  const first = at(weights, 0);
  const uniform = weights.every((value) => value === first);
  return symmetric(columns.length, (row, column) => {
    const left = columns[row] ?? empty;
    const right = columns[column] ?? empty;
    let total = 0;
    if (uniform) {
      for (let index = 0; index < left.length; index += 1) total += (left[index] ?? Number.NaN) * (right[index] ?? Number.NaN);
      return total * first;
    }
    for (let index = 0; index < left.length; index += 1)
      total += (weights[index] ?? Number.NaN) * (left[index] ?? Number.NaN) * (right[index] ?? Number.NaN);
    return total;
  });
}

export function timesVector(matrix: SquareMatrix, vector: Float64Array): Float64Array {
  const { size, values } = matrix;
  const product = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    let total = 0;
    for (let column = 0; column < size; column += 1) total += at(values, row * size + column) * at(vector, column);
    product[row] = total;
  }
  return product;
}

/** Standard deviations: the square roots of the diagonal. */
export function standardDeviations(covariance: SquareMatrix): Float64Array {
  return Float64Array.from({ length: covariance.size }, (_, index) => Math.sqrt(Math.max(0, entry(covariance, index, index))));
}

/** The correlation matrix of a covariance matrix; what has no variance correlates with nothing. */
export function correlationOf(covariance: SquareMatrix): SquareMatrix {
  const deviations = standardDeviations(covariance);
  return symmetric(covariance.size, (row, column) => {
    if (row === column) return 1;
    const scale = at(deviations, row) * at(deviations, column);
    return scale === 0 ? 0 : entry(covariance, row, column) / scale;
  });
}

/** Lower triangular L with L L' = matrix; `singular` where a pivot vanishes, `indefinite` where no such L exists. */
export function cholesky(matrix: SquareMatrix): { kind: 'positive' | 'singular' | 'indefinite'; lower: SquareMatrix } {
  const { size } = matrix;
  const lower = new Float64Array(size * size);
  let kind: 'positive' | 'singular' | 'indefinite' = 'positive';
  for (let column = 0; column < size; column += 1) {
    const pivot = remainder({ matrix, lower, row: column, column });
    if (pivot < -PIVOT_TOLERANCE) kind = 'indefinite';
    const isZero = pivot <= PIVOT_TOLERANCE;
    if (isZero && kind === 'positive') kind = 'singular';
    const root = isZero ? 0 : Math.sqrt(pivot);
    lower[column * size + column] = root;
    for (let row = column + 1; row < size; row += 1) {
      const rest = remainder({ matrix, lower, row, column });
      // Under a vanished pivot a positive semi-definite matrix has nothing left.
      if (isZero && Math.abs(rest) > Math.sqrt(PIVOT_TOLERANCE)) kind = 'indefinite';
      lower[row * size + column] = isZero ? 0 : rest / root;
    }
  }
  return { kind, lower: { size, values: lower } };
}

function remainder(input: { matrix: SquareMatrix; lower: Float64Array; row: number; column: number }): number {
  const { matrix, lower, row, column } = input;
  const { size } = matrix;
  let value = at(matrix.values, row * size + column);
  for (let index = 0; index < column; index += 1) value -= at(lower, row * size + index) * at(lower, column * size + index);
  return value;
}
