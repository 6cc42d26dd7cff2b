/**
 * The rows of a linear program over a box in the inputs z = (x - lower) / range, brought to Euclidean length 1, so that one
 * noise level serves all and violations are distances.
 */
import { isOrdinary } from '../../../exact/index.js';

export class ScaledRows {
  readonly n: number;
  readonly range: Float64Array;
  /** n coefficients per row. */
  matrix: Float64Array;
  readonly constants: number[] = [];
  /** What each row was multiplied with, its sign aside. */
  readonly scales: number[] = [];

  constructor(
    readonly lower: Float64Array,
    readonly upper: Float64Array,
  ) {
    this.n = lower.length;
    this.range = upper.map((hi, i) => hi - lower[i]!);
    this.matrix = new Float64Array(8 * this.n);
  }

  /** Row k := sign * data[offset .. offset + n], scaled. */
  load(k: number, data: Float64Array, offset: number, sign: number): void {
    const { n, lower, range } = this;
    if (this.matrix.length < (k + 1) * n) {
      const larger = new Float64Array(2 * (k + 1) * n);
      larger.set(this.matrix);
      this.matrix = larger;
    }
    const { matrix } = this;
    let constant = data[offset + n]!;
    let squares = 0;
    for (let i = 0, at = k * n; i < n; i++, at++) {
      const a = data[offset + i]!;
      constant += a * lower[i]!;
      const scaled = a * range[i]!;
      matrix[at] = scaled;
      squares += scaled * scaled;
    }
    const scale = isOrdinary(squares) ? 1 / Math.sqrt(squares) : 1;
    const factor = sign * scale;
    for (let at = k * n; at < (k + 1) * n; at++) matrix[at]! *= factor;
    this.constants[k] = constant * factor;
    this.scales[k] = scale;
  }

  /** The value of row k at a point x. */
  at(k: number, point: Float64Array): number {
    const { n, matrix, lower, range } = this;
    let sum = this.constants[k]!;
    for (let i = 0, at = k * n; i < n; i++, at++) {
      const width = range[i]!;
      if (width > 0) sum += (matrix[at]! * (point[i]! - lower[i]!)) / width;
    }
    return sum;
  }

  /** The value of row k at the point z. */
  atScaled(k: number, z: Float64Array): number {
    const { n, matrix } = this;
    let sum = this.constants[k]!;
    for (let i = 0, at = k * n; i < n; i++, at++) sum += matrix[at]! * z[i]!;
    return sum;
  }

  /** The minimum of row k over the box. */
  least(k: number): number {
    const { n, matrix } = this;
    let sum = this.constants[k]!;
    for (let at = k * n; at < (k + 1) * n; at++) sum += Math.min(0, matrix[at]!);
    return sum;
  }
}
