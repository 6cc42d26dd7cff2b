/**
 * The inputs that matter on all of R^d: where a network's first layer and the conditions of the domain have rank r < d, r
 * inputs whose columns are independent stand for all.
 *
 * *Lemma.* Let the columns of a matrix M with the numbers in P span those of M. Then every value M x is taken at a point whose
 * entries outside P are 0. So if all that a network and a domain make of x are the values M x, the cells and their parts on
 * the subspace of those points correspond one to one to the ones on R^d, a point inside a cell there is one inside the cell in
 * R^d, and a combination of rows that vanishes on P vanishes on R^d: evidence carries over unchanged. []
 */
import { reducedEchelon } from '../exact/index.js';
import type { AffineMap } from '../network/index.js';

/** So few inputs are not worth the reduction: the engine for low dimensions takes them as they are. */
const FEW_INPUTS = 8;
/** The most rows whose rank is found in integers of growing length. */
const MOST_ROWS = 64;
/** A prime below 2^26: products of remainders are exact in doubles. */
const PRIME = 67108859;

/**
 * Inputs whose columns span those of all the maps, in ascending order; all inputs where nothing is to be gained.
 *
 * Cost: an elimination modulo a prime; only where that finds dependent rows, one in integers, for up to `MOST_ROWS` rows.
 */
export function essentialInputs(maps: readonly AffineMap[], inputs: number): readonly number[] {
  const all = Array.from({ length: inputs }, (_, i) => i);
  if (inputs <= FEW_INPUTS) return all;
  const rows = maps.flatMap((map) => linearRows(map, inputs));
  // Columns that are independent modulo a prime are independent; they span if there are as many as rows.
  const independent = pivotsModulo(rows, inputs);
  const pivots =
    independent.length === rows.length
      ? independent
      : rows.length <= MOST_ROWS
        ? reducedEchelon(rows, inputs).pivots
        : all;
  return pivots.length > 0 ? pivots : [0];
}

/** The coefficients of the rows that are not constant, as integers. */
function linearRows(map: AffineMap, inputs: number): readonly (readonly bigint[])[] {
  const { outputs, weights } = map.integers();
  const rows = Array.from({ length: outputs }, (_, r) => weights.slice(r * inputs, (r + 1) * inputs));
  return rows.filter((row) => row.some((entry) => entry !== 0n));
}

/** The pivots of an echelon form modulo `PRIME`. */
function pivotsModulo(rows: readonly (readonly bigint[])[], inputs: number): number[] {
  const prime = BigInt(PRIME);
  const left = rows.map((row) => Float64Array.from(row, (entry) => Number(((entry % prime) + prime) % prime)));
  const pivots: number[] = [];
  for (let column = 0; column < inputs && pivots.length < left.length; column++) {
    const top = pivots.length;
    const found = left.findIndex((row, r) => r >= top && row[column] !== 0);
    if (found < 0) continue;
    [left[top], left[found]] = [left[found]!, left[top]!];
    const pivot = left[top]!;
    const inverse = inverseModulo(pivot[column]!);
    for (const row of left.slice(top + 1)) {
      const factor = PRIME - ((row[column]! * inverse) % PRIME);
      if (factor === PRIME) continue;
      for (let i = column; i < inputs; i++) row[i] = (row[i]! + factor * pivot[i]!) % PRIME;
    }
    pivots.push(column);
  }
  return pivots;
}

/** 1 / x modulo `PRIME`, by Fermat: x^(p - 2). */
function inverseModulo(x: number): number {
  let result = 1;
  let power = x;
  for (let exponent = PRIME - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * power) % PRIME;
    power = (power * power) % PRIME;
  }
  return result;
}
