/**
 * Which cells may share their affine map with another cell: most can be ruled out in doubles.
 *
 * One number per cell is compared: a fixed combination of the outputs of the cell's map at a fixed point of the domain,
 * with an error bound. Cells whose intervals are disjoint have different maps. The rest is compared exactly.
 */
import { evaluationUnit, SLACK, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from '../cells/index.js';
import { valueAt } from '../geometry/index.js';

/** Doubles in (0, 1) that look unrelated: the fractional parts of k times the golden ratio (Weyl 1916). */
function spread(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => ((k + 1) * 0.6180339887498949) % 1);
}

/** A growing list of doubles. */
class DoubleList {
  private data = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  at(index: number): number {
    return this.data[index]!;
  }
}

/** Collects one interval per cell. */
export class MapFilter {
  private readonly low = new DoubleList();
  private readonly high = new DoubleList();
  private readonly point: Float64Array;
  private readonly factors: Float64Array;

  constructor(problem: PartitionProblem) {
    const { lower, upper, variables, layers, depth } = problem;
    this.point = spread(variables).map((s, i) =>
      Math.min(upper[i]!, Math.max(lower[i]!, lower[i]! * (1 - s) + upper[i]! * s)),
    );
    this.factors = spread(layers[depth - 1]!.width);
  }

  /**
   * Adds the next cell.
   *
   * *Bound.* Output k of the map at the double point is off by at most `threshold` (Lemma 2 of `sign.ts`); the rounded sum of
   * m products adds at most (m + 2) u sum |f_k v_k|, and the ends of the interval one rounding each.
   */
  add(cell: Cell): void {
    const { rows, outputLayer } = cell;
    const data = rows.rows[outputLayer]!;
    const threshold = rows.threshold[outputLayer]!;
    let sum = 0;
    let mass = 0;
    let bound = 0;
    this.factors.forEach((factor, k) => {
      const term = factor * valueAt(data, k * rows.stride, this.point);
      sum += term;
      mass += Math.abs(term);
      bound += factor * threshold[k]!;
    });
    const error =
      (bound + evaluationUnit(this.factors.length) * mass + 4 * UNIT_ROUNDOFF * mass) * SLACK +
      underflow(this.factors.length, 1);
    this.low.push(sum - error);
    this.high.push(sum + error);
  }

  /** For every cell whether another one may have the same map. Cost: one sort. */
  candidates(): Uint8Array {
    const count = this.low.length;
    const result = new Uint8Array(count);
    for (let id = 0; id < count; id++) {
      // An overflow: nothing is known about this cell, so nothing about any.
      if (!(this.high.at(id) - this.low.at(id) < Number.POSITIVE_INFINITY)) return result.fill(1);
    }
    const order = Uint32Array.from({ length: count }, (_, id) => id).sort((a, b) => this.low.at(a) - this.low.at(b));
    // Intervals sorted by their lower ends: a run goes on as long as one begins before all earlier ones have ended.
    let reached = Number.NEGATIVE_INFINITY;
    order.forEach((id, k) => {
      if (k > 0 && this.low.at(id) <= reached) {
        result[id] = 1;
        result[order[k - 1]!] = 1;
      }
      reached = Math.max(reached, this.high.at(id));
    });
    return result;
  }
}
