/**
 * Solves A X = B by Gaussian elimination with partial pivoting, in place: A is destroyed, B becomes X.
 *
 * @param a `a[row * n + column]`, n x n, not singular.
 * @param b `b[row * columns + column]`, n x columns.
 */
export function solve(a: Float64Array, b: Float64Array, n: number, columns: number): void {
  for (let pivot = 0; pivot < n; pivot++) {
    const best = largestBelow(a, n, pivot);
    if (best !== pivot) {
      swapRows(a, n, pivot, best);
      swapRows(b, columns, pivot, best);
    }
    for (let row = pivot + 1; row < n; row++) {
      const factor = a[row * n + pivot]! / a[pivot * n + pivot]!;
      subtractRow(a, n, row, pivot, factor);
      subtractRow(b, columns, row, pivot, factor);
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let later = row + 1; later < n; later++) subtractRow(b, columns, row, later, a[row * n + later]!);
    for (let column = 0; column < columns; column++) b[row * columns + column]! /= a[row * n + row]!;
  }
}

/** The inverse of an n x n matrix, which is left as it is. */
export function inverse(matrix: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let k = 0; k < n; k++) result[k * n + k] = 1;
  solve(matrix.slice(), result, n, n);
  return result;
}

/** The row, from the diagonal down, with the largest entry in the pivot's column. */
function largestBelow(a: Float64Array, n: number, pivot: number): number {
  let best = pivot;
  for (let row = pivot + 1; row < n; row++) {
    if (Math.abs(a[row * n + pivot]!) > Math.abs(a[best * n + pivot]!)) best = row;
  }
  return best;
}

function subtractRow(matrix: Float64Array, width: number, row: number, from: number, factor: number): void {
  for (let column = 0; column < width; column++)
    matrix[row * width + column]! -= factor * matrix[from * width + column]!;
}

function swapRows(matrix: Float64Array, width: number, one: number, other: number): void {
  for (let column = 0; column < width; column++) {
    const kept = matrix[one * width + column]!;
    matrix[one * width + column] = matrix[other * width + column]!;
    matrix[other * width + column] = kept;
  }
}
