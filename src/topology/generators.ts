/**
 * Cycles that make a basis of homology over Q, as chains of the complex.
 */
import { greatestCommonDivisor } from '../exact/index.js';
import { addMultiple, type Chain } from './chain.js';
import type { CellComplex } from './complex.js';
import { morseComplex } from './morse.js';

/** A cycle: cells of one dimension with integer coefficients. */
export interface Cycle {
  readonly dimension: number;
  readonly cells: readonly { readonly cell: number; readonly coefficient: bigint }[];
}

/** row * a - other * b, with coefficients that cancel the entry at a column. */
function eliminated(row: Chain, other: Chain, column: number): Chain {
  const a = other.get(column)!;
  const result: Chain = new Map([...row].map(([c, entry]) => [c, entry * a]));
  addMultiple(result, other, -row.get(column)!);
  return result;
}

/** Rows in echelon form over Q, by their leading columns. */
class Echelon {
  private readonly rows = new Map<number, Chain>();

  /** What is left of a row after elimination; it is kept if that is not zero. */
  add(row: Chain): Chain {
    let rest = row;
    for (let lead = leading(rest); lead !== undefined; lead = leading(rest)) {
      const known = this.rows.get(lead);
      if (known === undefined) {
        this.rows.set(lead, rest);
        return rest;
      }
      rest = eliminated(rest, known, lead);
    }
    return rest;
  }
}

function leading(row: Chain): number | undefined {
  let least: number | undefined;
  for (const column of row.keys()) if (least === undefined || column < least) least = column;
  return least;
}

/** Combinations of rows that vanish: a basis of the left kernel, over the rows' positions. */
function kernelOf(rows: readonly Chain[]): Chain[] {
  const kernel: Chain[] = [];
  // Columns of the identity stand behind those of the matrix, so that what leads there is in the kernel.
  const shift = 1 + Math.max(-1, ...rows.flatMap((row) => [...row.keys()]));
  const echelon = new Echelon();
  rows.forEach((row, i) => {
    const rest = echelon.add(new Map([...row, [shift + i, 1n]]));
    if (leading(rest)! >= shift) kernel.push(new Map([...rest].map(([c, entry]) => [c - shift, entry])));
  });
  return kernel;
}

/** A basis of H_k(complex; Q) for every k. Cost: that of `homologyOf`, and an elimination over the critical cells. */
export function generatorsOf(complex: CellComplex, morse = morseComplex(complex)): Cycle[] {
  return morse.critical.flatMap((_, k) => {
    const echelon = new Echelon();
    for (const boundary of morse.boundary[k + 1] ?? []) echelon.add(boundary);
    const cycles = kernelOf(morse.boundary[k]!).filter((cycle) => echelon.add(cycle).size > 0);
    return cycles.map((cycle) => lifted(cycle, k, morse.lift));
  });
}

function lifted(cycle: Chain, dimension: number, lift: (k: number, position: number) => Chain): Cycle {
  const sum: Chain = new Map();
  for (const [position, coefficient] of cycle) addMultiple(sum, lift(dimension, position), coefficient);
  const divisor = [...sum.values()].reduce(greatestCommonDivisor, 0n);
  const cells = [...sum].sort(([a], [b]) => a - b);
  return { dimension, cells: cells.map(([cell, entry]) => ({ cell, coefficient: entry / divisor })) };
}
