/**
 * Points of a closed cell that programs came upon: one beyond a crease shows, without a program, that it cuts the cell.
 *
 * They are points of the cell as far as doubles know. What rests on them is verified.
 */
import { rowValue } from './path.js';

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

  /** Takes in those of the given points where side * row, evaluated with errors up to `threshold`, may be at least 0. */
  takeSide({ coordinates, count }: KnownPoints, row: Float64Array, at: number, threshold: number, side: 1 | -1): void {
    const { n } = this;
    for (let from = 0; from < count * n; from += n) {
      if (side * rowValue(row, at, n, coordinates, from) < -threshold) continue;
      this.add(coordinates.subarray(from, from + n));
    }
  }

  /** Takes a point in if there is room for one more and side * row is certainly positive there. */
  offer(point: Float64Array, row: Float64Array, at: number, threshold: number, side: 1 | -1): void {
    if (this.count < CAPACITY && side * rowValue(row, at, this.n, point, 0) > threshold) this.add(point);
  }
}
