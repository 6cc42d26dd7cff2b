/**
 * Which violated row or input a dual simplex repairs next: the one that is farthest away *within* the face on which the
 * basis's rows are 0.
 *
 * A row that is violated by v and whose gradient, freed of the components along the tight rows, has length r, is v / r away
 * from the current corner on that face. Where the objective and many rows are combinations of a few, r tells the rows that
 * belong together: without it, searches on such cells take several times as many steps. Goldfarb and Reid (1977) weight by
 * the lengths of edges with the same intention; here the inner products of the rows are known once for a whole cell.
 */
import { PROPOSAL_NOISE } from '../../../exact/index.js';
import type { ScaledRows } from './scaled-rows.js';

export class FacePricing {
  /** Inner products of each row with those up to itself. */
  private readonly products: Float64Array[] = [];
  /** The Cholesky factor of the tight rows' inner products, row by row, and a solution with it. */
  private factor = new Float64Array(64);
  private solution = new Float64Array(8);
  private tight: readonly number[] = [];

  constructor(private readonly program: ScaledRows) {}

  /** Row k has been loaded. Cost: (k + 1) n. */
  add(k: number): void {
    const { n, matrix } = this.program;
    if ((this.products[k]?.length ?? 0) <= k) this.products[k] = new Float64Array(k + 1);
    const products = this.products[k]!;
    for (let j = 0; j <= k; j++) {
      let sum = 0;
      for (let i = 0, a = k * n, b = j * n; i < n; i++, a++, b++) sum += matrix[a]! * matrix[b]!;
      products[j] = sum;
    }
  }

  /** The tight rows from now on. Cost: size^3 / 6. */
  enter(tight: readonly number[]): void {
    this.tight = tight;
    const size = tight.length;
    if (this.solution.length < size) {
      this.solution = new Float64Array(2 * size);
      this.factor = new Float64Array(4 * size * size);
    }
    for (let r = 0; r < size; r++) {
      this.project(r, (s) => this.product(tight[r]!, tight[s]!));
      let left = this.product(tight[r]!, tight[r]!);
      for (let c = 0; c < r; c++) {
        this.factor[r * size + c] = this.solution[c]!;
        left -= this.solution[c]! * this.solution[c]!;
      }
      this.factor[r * size + r] = Math.sqrt(Math.max(left, PROPOSAL_NOISE));
    }
  }

  /** The square of how far away the row is if it is violated by `violation`. */
  ofRow(k: number, violation: number): number {
    return this.squaredDistance(violation, this.product(k, k), (s) => this.product(k, this.tight[s]!));
  }

  /** The same for an input that is out of its bounds. */
  ofInput(input: number, violation: number): number {
    const { n, matrix } = this.program;
    return this.squaredDistance(violation, 1, (s) => matrix[this.tight[s]! * n + input]!);
  }

  private product(k: number, j: number): number {
    return k >= j ? this.products[k]![j]! : this.products[j]![k]!;
  }

  private squaredDistance(violation: number, square: number, product: (s: number) => number): number {
    const size = this.tight.length;
    this.project(size, product);
    let left = square;
    for (let s = 0; s < size; s++) left -= this.solution[s]! * this.solution[s]!;
    return (violation * violation) / Math.max(left, PROPOSAL_NOISE);
  }

  /** Coordinates of a vector along the first `count` tight rows made orthonormal, from its products with them. */
  private project(count: number, product: (s: number) => number) {
    const { factor, solution } = this;
    const size = this.tight.length;
    for (let r = 0; r < count; r++) {
      let sum = product(r);
      for (let c = 0; c < r; c++) sum -= factor[r * size + c]! * solution[c]!;
      solution[r] = sum / factor[r * size + r]!;
    }
  }
}
