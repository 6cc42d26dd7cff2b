/**
 * Rational brackets of square roots and of largest eigenvalues.
 */

import {
  bitLength,
  determinant,
  dotIntegers,
  integersFromDoubles,
  longestEntry,
  nearestDouble,
  type Rational,
  rational,
} from '../../exact/index.js';

/** lower <= value <= upper */
export interface Bracket {
  readonly lower: Rational;
  readonly upper: Rational;
}

/**
 * At least the square root of n. With n = (m + r) 4^k, 0 <= r < 1, sqrt(n) < (sqrt(m) + 1) 2^k; the double of m < 2^106 and its root are
 * off by less than 2 together.
 */
function aboveRoot(n: bigint): bigint {
  const half = Math.max(0, (bitLength(n) - 105) >> 1);
  return (BigInt(Math.floor(Math.sqrt(Number(n >> BigInt(2 * half))))) + 4n) << BigInt(half);
}

/** The largest integer whose square is at most n >= 0, by Newton's method from above. */
export function integerSquareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = aboveRoot(n);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** Bits of a square root behind those of its denominator. */
const ROOT_BITS = 64n;

/** sqrt(value) within 2^-64 / denominator, exact for squares of rationals. */
export function squareRootBracket({ numerator, denominator }: Rational): Bracket {
  // sqrt(p / q) = sqrt(p q) / q
  const scaled = (numerator * denominator) << (2n * ROOT_BITS);
  const root = integerSquareRoot(scaled);
  const unit = denominator << ROOT_BITS;
  return { lower: rational(root, unit), upper: rational(root * root === scaled ? root : root + 1n, unit) };
}

/** How often a matrix is squared: eigenvalues whose ratio is 1 - 2^-48 are then e^16 apart. */
const SQUARINGS = 52;

/** The square of a symmetric matrix, divided by its largest diagonal entry. */
function scaledSquare(matrix: readonly Float64Array[]): Float64Array[] {
  const square = matrix.map((a) => Float64Array.from(matrix, (b) => a.reduce((sum, x, k) => sum + x * b[k]!, 0)));
  const largest = square.reduce((most, row, i) => Math.max(most, row[i]!), 0);
  return square.map((row) => row.map((entry) => entry / largest));
}

/**
 * An approximate eigenvector for the largest eigenvalue of a positive semidefinite matrix that is not 0: a column of a high
 * power of the matrix.
 *
 * The power is close to a multiple of the projection on the eigenspace. So the column of its largest diagonal entry is in the
 * eigenspace, and not 0; a vector chosen beforehand might be orthogonal to it. Cost: `SQUARINGS` products of doubles.
 */
function approximateEigenvector(matrix: readonly (readonly bigint[])[]): Float64Array {
  const largest = 1n << BigInt(longestEntry(matrix.map((row, i) => row[i]!)));
  let power: readonly Float64Array[] = matrix.map((row) =>
    Float64Array.from(row, (entry) => nearestDouble(entry, largest)),
  );
  for (let round = 0; round < SQUARINGS; round++) power = scaledSquare(power);
  const column = power.reduce((best, row, k) => (row[k]! > power[best]![best]! ? k : best), 0);
  return power[column]!;
}

/** Whether numerator * I - denominator * matrix is positive definite: all leading minors are positive (Sylvester). */
function exceedsEigenvalues(matrix: readonly (readonly bigint[])[], bound: Rational): boolean {
  const shifted = matrix.map((row, i) =>
    row.map((entry, j) => (i === j ? bound.numerator : 0n) - bound.denominator * entry),
  );
  return shifted.every((_, k) => determinant(shifted.slice(0, k + 1).map((row) => row.slice(0, k + 1))) > 0n);
}

/**
 * A bracket of the largest eigenvalue of a symmetric positive semidefinite integer matrix.
 *
 * From below by the Rayleigh quotient of an approximate eigenvector, evaluated exactly; from above by the least of a few
 * slightly larger numbers that are proved to exceed all eigenvalues, the trace if none of them is.
 */
export function largestEigenvalueBracket(matrix: readonly (readonly bigint[])[]): Bracket {
  const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0n);
  if (matrix.length <= 1 || trace === 0n) return { lower: rational(trace), upper: rational(trace) };
  const { numerators } = integersFromDoubles(approximateEigenvector(matrix));
  const image = matrix.map((row) => dotIntegers(row, numerators));
  const lower = rational(dotIntegers(numerators, image), dotIntegers(numerators, numerators));
  for (let bits = 48n; bits > 0n; bits -= 8n) {
    const unit = 1n << bits;
    const upper = rational(lower.numerator * (unit + 1n), lower.denominator * unit);
    if (exceedsEigenvalues(matrix, upper)) return { lower, upper };
  }
  return { lower, upper: rational(trace) };
}
