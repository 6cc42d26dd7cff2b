/**
 * Affine hulls: the solutions of linear equations, parametrised by some of the coordinates themselves.
 *
 * Elimination expresses the *dependent* inputs by the *free* ones, exactly. So a point of the hull is known by its free
 * coordinates, and a network on the hull is the network after the map from these to all inputs.
 */
import { reducedEchelon } from '../exact/index.js';
import { primitive } from './conditions.js';
import { densePattern } from './sparsity.js';
import { type AffineMap, affineFromStoredIntegers } from './stored-affine.js';

export interface AffineHull {
  /** The inputs that parametrise the hull, ascending. */
  readonly free: readonly number[];
  /** From the free coordinates to all inputs; undefined if every input is free. */
  readonly map: AffineMap | undefined;
  /** Whether some input depends on free ones, rather than being fixed. */
  readonly isSkew: boolean;
  /** An affine function of the inputs (coefficients, then constant) as one of the free coordinates, times a positive number. */
  restrict(row: readonly bigint[]): readonly bigint[];
}

/** Every input as (coefficients of the free ones, constant) over one positive denominator. */
interface Expressions {
  readonly rows: readonly (readonly bigint[])[];
  readonly denominator: bigint;
}

/**
 * The hull { x : row . (x, 1) = 0 for all rows }, or undefined if it is empty.
 *
 * Cost: rows with a single coefficient fix an input; the elimination is that of the other rows in the other inputs.
 */
export function affineHull(dimension: number, rows: readonly (readonly bigint[])[]): AffineHull | undefined {
  const fixed = fixedValues(dimension, rows);
  if (fixed === undefined) return undefined;
  const open = Array.from({ length: dimension }, (_, i) => i).filter((i) => !fixed.has(i));
  const rest = rows.map((row) => substituted(row, open, fixed)).filter((row) => row.some((entry) => entry !== 0n));
  const { rows: solved, pivots, diagonal } = reducedEchelon(rest, open.length);
  if (solved.length > pivots.length) return undefined;
  const places = open.map((_, c) => c).filter((c) => !pivots.includes(c));
  const free = places.map((c) => open[c]!);
  if (free.length === dimension) return { free, map: undefined, isSkew: false, restrict: primitive };
  let denominator = diagonal;
  for (const { denominator: own } of fixed.values()) denominator *= own;
  const expressions = Array.from({ length: dimension }, (_, input): readonly bigint[] => {
    const entries = new Array<bigint>(free.length + 1).fill(0n);
    const value = fixed.get(input);
    const place = free.indexOf(input);
    if (value !== undefined) entries[free.length] = value.numerator * (denominator / value.denominator);
    else if (place >= 0) entries[place] = denominator;
    else {
      // diagonal * x + sum_c row_c x_c + constant = 0
      const row = solved[pivots.indexOf(open.indexOf(input))]!;
      const scale = denominator / diagonal;
      for (const [k, c] of places.entries()) entries[k] = -row[c]! * scale;
      entries[free.length] = -row[open.length]! * scale;
    }
    return entries;
  });
  return hullOf(free, { rows: expressions, denominator });
}

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The inputs that rows with one coefficient fix, or undefined if such rows contradict each other. */
function fixedValues(
  dimension: number,
  rows: readonly (readonly bigint[])[],
): ReadonlyMap<number, Fraction> | undefined {
  const fixed = new Map<number, Fraction>();
  for (const row of rows) {
    const input = row.findIndex((entry, i) => i < dimension && entry !== 0n);
    if (input < 0 || row.some((entry, i) => i > input && i < dimension && entry !== 0n)) continue;
    const sign = row[input]! < 0n ? -1n : 1n;
    const value = { numerator: -sign * row[dimension]!, denominator: sign * row[input]! };
    const known = fixed.get(input);
    if (known === undefined) fixed.set(input, value);
    else if (known.numerator * value.denominator !== value.numerator * known.denominator) return undefined;
  }
  return fixed;
}

/** A row with the fixed inputs' values put in: coefficients of the open inputs, then the constant. */
function substituted(
  row: readonly bigint[],
  open: readonly number[],
  fixed: ReadonlyMap<number, Fraction>,
): readonly bigint[] {
  let scale = 1n;
  let constant = row[row.length - 1]!;
  for (const [input, { numerator, denominator }] of fixed) {
    const coefficient = row[input]!;
    if (coefficient === 0n) continue;
    constant = constant * denominator + scale * coefficient * numerator;
    scale *= denominator;
  }
  return primitive([...open.map((input) => row[input]! * scale), constant]);
}

function hullOf(free: readonly number[], { rows, denominator }: Expressions): AffineHull {
  const count = free.length;
  const map = affineFromStoredIntegers({
    pattern: densePattern(rows.length, count),
    values: rows.flatMap((row) => row.slice(0, count)),
    bias: rows.map((row) => row[count]!),
    denominator,
  });
  return {
    free,
    map,
    isSkew: rows.some((row, input) => !free.includes(input) && row.slice(0, count).some((entry) => entry !== 0n)),
    restrict(row) {
      const result = new Array<bigint>(count + 1).fill(0n);
      result[count] = row[row.length - 1]! * denominator;
      rows.forEach((expression, input) => {
        const coefficient = row[input]!;
        if (coefficient === 0n) return;
        for (let k = 0; k <= count; k++) result[k]! += coefficient * expression[k]!;
      });
      return primitive(result);
    },
  };
}
