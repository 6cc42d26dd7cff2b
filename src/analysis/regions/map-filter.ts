/**
 * Which cells may share their affine map with another cell: most can be ruled out in doubles.
 *
 * Two numbers per cell are compared: fixed combinations of the outputs of the cell's map at two fixed points of the domain,
 * with error bounds. Cells whose intervals are disjoint have different maps. The rest is compared exactly. (One number would
 * do on small partitions; among 10^6 numbers some percent are neighbours by chance, and comparing these exactly costs a walk.)
 */
import { evaluationUnit, SLACK, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, numberList } from '../cells/index.js';
import { valueAt } from '../geometry/index.js';

/** Doubles in (0, 1) that look unrelated: the fractional parts of k times the golden ratio (Weyl 1916), k from `first` on. */
function spread(count: number, first: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => ((first + k) * 0.6180339887498949) % 1);
}

/** One number per cell, as an interval. */
class Probe {
  private readonly low = numberList((n) => new Float64Array(n));
  private readonly high = numberList((n) => new Float64Array(n));
  private readonly point: Float64Array;
  private readonly factors: Float64Array;

  /** @param first says which point and which combination */
  constructor(problem: PartitionProblem, first: number) {
    const { lower, upper, variables, layers, depth } = problem;
    this.point = spread(variables, first).map((s, i) =>
      Math.min(upper[i]!, Math.max(lower[i]!, lower[i]! * (1 - s) + upper[i]! * s)),
    );
    this.factors = spread(layers[depth - 1]!.width, first);
  }

  /**
   * Adds the next cell.
   *
   * *Bound.* Output k of the map at the double point is off by at most `threshold` (Lemma 2 of `sign.ts`); the rounded sum of
   * m products adds at most (m + 2) u sum |f_k v_k|, and the ends of the interval one rounding each.
   */
  add({ rows, outputLayer }: Cell): void {
    const data = rows.rows[outputLayer]!;
    const threshold = rows.threshold[outputLayer]!;
    const { factors, point } = this;
    let sum = 0;
    let mass = 0;
    let bound = 0;
    for (let k = 0; k < factors.length; k++) {
      const term = factors[k]! * valueAt(data, k * rows.stride, point);
      sum += term;
      mass += Math.abs(term);
      bound += factors[k]! * threshold[k]!;
    }
    const error =
      (bound + evaluationUnit(factors.length) * mass + 4 * UNIT_ROUNDOFF * mass) * SLACK + underflow(factors.length, 1);
    this.low.push(sum - error);
    this.high.push(sum + error);
  }

  intervals(): Intervals {
    return { low: this.low.take(), high: this.high.take() };
  }
}

interface Intervals {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Whether every interval is one: after an overflow nothing is known about a cell. */
function areFinite({ low, high }: Intervals): boolean {
  return low.every((start, id) => high[id]! - start < Number.POSITIVE_INFINITY);
}

/**
 * Sorts cells by the lower ends of their intervals and cuts them where no interval reaches over: cells of different runs have
 * disjoint intervals. Cells alone in their run are not told.
 */
function forEachRun({ low, high }: Intervals, cells: Uint32Array, visit: (run: Uint32Array) => void): void {
  cells.sort((a, b) => low[a]! - low[b]!);
  let start = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (let k = 0; k <= cells.length; k++) {
    if (k === cells.length || low[cells[k]!]! > reached) {
      if (k - start > 1) visit(cells.subarray(start, k));
      start = k;
    }
    if (k < cells.length) reached = Math.max(reached, high[cells[k]!]!);
  }
}

/** Collects two intervals per cell. Memory: 32 bytes per cell. */
export class MapFilter {
  private readonly probes: readonly [Probe, Probe];
  /** Cells added. */
  cells = 0;

  constructor(problem: PartitionProblem) {
    this.probes = [new Probe(problem, 1), new Probe(problem, 1 + problem.variables)];
  }

  /** Adds the next cell. */
  add(cell: Cell): void {
    this.cells++;
    for (const probe of this.probes) probe.add(cell);
  }

  /** For every cell whether another one may have the same map. Cost: one sort. */
  candidates(): Uint8Array {
    const result = new Uint8Array(this.cells);
    const [first, second] = this.probes.map((probe) => probe.intervals()) as [Intervals, Intervals];
    if (!areFinite(first) || !areFinite(second)) return result.fill(1);
    const all = Uint32Array.from({ length: this.cells }, (_, id) => id);
    forEachRun(first, all, (run) =>
      forEachRun(second, run, (equal) => {
        for (const id of equal) result[id] = 1;
      }),
    );
    return result;
  }
}
