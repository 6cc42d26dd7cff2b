/**
 * The LU factors of a small dense matrix with partial pivoting, in doubles: for proposals only.
 */
import { PROPOSAL_NOISE } from '../../../exact/index.js';

export class LuFactors {
  private size = 0;
  /** L below the diagonal (unit), U on and above it, rows exchanged as `order` says. */
  private entries = new Float64Array(64);
  private order = new Int32Array(8);
  private work = new Float64Array(8);

  /**
   * Factorises the matrix with the given entries. Cost: size^3 / 3.
   *
   * @returns false if it is singular as far as doubles can tell; the factors are then of no use
   */
  factorise(size: number, entry: (row: number, column: number) => number): boolean {
    this.size = size;
    if (this.order.length < size) {
      this.entries = new Float64Array(4 * size * size);
      this.order = new Int32Array(2 * size);
      this.work = new Float64Array(2 * size);
    }
    const { entries, order } = this;
    for (let r = 0; r < size; r++) {
      order[r] = r;
      for (let c = 0; c < size; c++) entries[r * size + c] = entry(r, c);
    }
    for (let k = 0; k < size; k++) if (!this.eliminate(k)) return false;
    return true;
  }

  private eliminate(k: number): boolean {
    const { size, entries, order } = this;
    let pivot = k;
    for (let r = k + 1; r < size; r++) {
      if (Math.abs(entries[r * size + k]!) > Math.abs(entries[pivot * size + k]!)) pivot = r;
    }
    if (!(Math.abs(entries[pivot * size + k]!) > PROPOSAL_NOISE)) return false;
    if (pivot !== k) {
      const other = order[k]!;
      order[k] = order[pivot]!;
      order[pivot] = other;
      for (let c = 0; c < size; c++) {
        const entry = entries[k * size + c]!;
        entries[k * size + c] = entries[pivot * size + c]!;
        entries[pivot * size + c] = entry;
      }
    }
    const inverse = 1 / entries[k * size + k]!;
    for (let r = k + 1; r < size; r++) {
      const factor = (entries[r * size + k]! *= inverse);
      if (factor === 0) continue;
      for (let c = k + 1; c < size; c++) entries[r * size + c]! -= factor * entries[k * size + c]!;
    }
    return true;
  }

  /** x := A^-1 x, for the first `size` entries of x. */
  solve(x: Float64Array): void {
    const { size, entries, order, work } = this;
    for (let r = 0; r < size; r++) {
      let sum = x[order[r]!]!;
      for (let c = 0; c < r; c++) sum -= entries[r * size + c]! * work[c]!;
      work[r] = sum;
    }
    for (let r = size - 1; r >= 0; r--) {
      let sum = work[r]!;
      for (let c = r + 1; c < size; c++) sum -= entries[r * size + c]! * x[c]!;
      x[r] = sum / entries[r * size + r]!;
    }
  }

  /** x := A^-T x, for the first `size` entries of x. */
  solveTransposed(x: Float64Array): void {
    const { size, entries, order, work } = this;
    for (let c = 0; c < size; c++) {
      let sum = x[c]!;
      for (let r = 0; r < c; r++) sum -= entries[r * size + c]! * work[r]!;
      work[c] = sum / entries[c * size + c]!;
    }
    for (let c = size - 1; c >= 0; c--) {
      let sum = work[c]!;
      for (let r = c + 1; r < size; r++) sum -= entries[r * size + c]! * x[order[r]!]!;
      x[order[c]!] = sum;
    }
  }
}
