/**
 * Points where hyperplanes meet, found in WebAssembly without an object for every integer on the way, and their coordinates as text.
 */
import type { IntegerVector } from '../../../exact/index.js';
import { heldLimbs, LimbRoom, type Limbs, type PointInLimbs, pointInLimbs } from './limbs.js';
import { MeasureMemory } from './memory.js';

/** Bytes: much more than points of the fewest dimensions and the shortest numbers that are worth it. */
const MEMORY = 1 << 22;
/** More dimensions have very many minors. */
const MOST_DIMENSIONS = 6;
/** Limbs of an entry, and of a point's. */
const MOST_LIMBS = 64;

export class ExactPoints {
  private readonly room = new LimbRoom();

  private constructor(private readonly memory: MeasureMemory) {}

  /** Undefined where there is no WebAssembly. */
  static here(): ExactPoints | undefined {
    const memory = MeasureMemory.of(MEMORY);
    return memory && new ExactPoints(memory);
  }

  /**
   * The point where n hyperplanes in R^n meet; undefined if that is not one point, or numbers are long. Cost: 2^n sums of products.
   *
   * @param rows each by its coefficients and its constant
   */
  meet(rows: readonly Limbs[]): PointInLimbs | undefined {
    const n = rows.length;
    if (n > MOST_DIMENSIONS || rows.some(({ longest }) => longest > MOST_LIMBS)) return undefined;
    const { memory } = this;
    const stack = memory.lay(rows, memory.free);
    const places = [memory.free, stack, memory.words.length].map((index) => memory.place(index));
    const length = memory.exports.solve(n, ...(places as [number, number, number]));
    if (length === 0) return undefined;
    const at = (memory.exports.pointAt() - memory.words.byteOffset) / 4;
    return pointInLimbs(n, this.room.keep(memory.words, at, at + length));
  }

  /** The coordinates as a JSON array has them, without its brackets; undefined if one is very long, or a fraction that is a double, or the point is not held in limbs. */
  text(point: IntegerVector): string | undefined {
    const { memory } = this;
    const held = heldLimbs(point);
    if (held === undefined || held.limbs.longest > MOST_LIMBS) return undefined;
    const stack = memory.lay([held.limbs], memory.free);
    const places = [memory.free, stack, memory.words.length].map((index) => memory.place(index));
    const length = memory.exports.coordinates(held.dimension, ...(places as [number, number, number]));
    return length === 0 ? undefined : memory.text(memory.exports.textAt(), length);
  }
}
