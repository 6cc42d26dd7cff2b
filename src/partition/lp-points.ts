/**
 * Points of a closed cell that programs came upon: one beyond a crease shows, without a program, that it cuts the cell.
 *
 * They are points of the cell as far as doubles know. What rests on them is verified.
 */
import { rowValue } from './lp-path.js';

/** Points remembered per cell; more would cost more to evaluate than the programs they save. */
const CAPACITY = 24;

export class KnownPoints {
  /** `count` times n coordinates. */
  readonly coordinates: Float64Array;
  count = 0;
  private next = 0;

  constructor(private readonly n: number) {
    this.coordinates = new Float64Array(CAPACITY * n);
  }

  get isFull(): boolean {
    return this.count === CAPACITY;
  }

  clear(): void {
    this.count = 0;
    this.next = 0;
  }

  /** Takes a point in, in place of the one that came first if there is no more room. */
  add(point: Float64Array): void {
    this.coordinates.set(point, this.next * this.n);
    this.next = (this.next + 1) % CAPACITY;
    this.count = Math.min(CAPACITY, this.count + 1);
  }

  /** Becomes those of the given points where side * row, evaluated with errors up to `threshold`, may be at least 0. */
  takeSide({ coordinates, count }: KnownPoints, row: Float64Array, at: number, threshold: number, side: 1 | -1): void {
    const { n } = this;
    this.clear();
    for (let from = 0; from < count * n; from += n) {
      if (side * rowValue(row, at, n, coordinates, from) < -threshold) continue;
      this.add(coordinates.subarray(from, from + n));
    }
  }

  /** Writes the mean of the points and another one into `mean`. */
  meanWith(other: Float64Array, mean: Float64Array): void {
    const { n, coordinates, count } = this;
    const weight = 1 / (count + 1);
    for (let i = 0; i < n; i++) {
      let sum = other[i]!;
      for (let p = 0; p < count; p++) sum += coordinates[p * n + i]!;
      mean[i] = sum * weight;
    }
  }
}
