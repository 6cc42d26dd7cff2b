/**
 * Exact points as keys.
 */
import type { IntegerVector } from '../../exact/index.js';
import type { Vertex } from './polytope.js';

/** Whether two fractions vectors are the same point. */
export function samePoint(a: IntegerVector, b: IntegerVector): boolean {
  return a.numerators.every((n, i) => n * b.denominator === b.numerators[i]! * a.denominator);
}

interface Entry {
  readonly point: IntegerVector;
  readonly id: number;
  /** Another point with the same hash. */
  readonly next: Entry | undefined;
}

/** Doubles, and the words they are made of. */
class Words {
  private doubles = new Float64Array(8);
  private words = new Uint32Array(this.doubles.buffer);

  /** FNV-1a over the words of doubles, -0 taken for 0. */
  hash(near: Float64Array): number {
    if (near.length > this.doubles.length) {
      this.doubles = new Float64Array(near.length);
      this.words = new Uint32Array(this.doubles.buffer);
    }
    for (let i = 0; i < near.length; i++) this.doubles[i] = near[i]! + 0;
    let hash = 0x811c9dc5;
    for (let w = 0; w < 2 * near.length; w++) hash = Math.imul(hash ^ this.words[w]!, 0x01000193) ^ (hash >>> 15);
    return hash;
  }
}

/**
 * Numbers points 0, 1, 2, ... in the order in which they are first met; equal points get the same number.
 *
 * The nearest doubles of a point are a function of its value, so equal points have the same hash; different points
 * with one hash are told apart exactly. No greatest common divisor is needed.
 */
export class PointTable {
  private readonly buckets = new Map<number, Entry>();
  private readonly words = new Words();
  /** The points by number. */
  readonly points: IntegerVector[] = [];

  idOf({ point, near }: Pick<Vertex, 'point' | 'near'>): number {
    const hash = this.words.hash(near);
    const bucket = this.buckets.get(hash);
    for (let entry = bucket; entry !== undefined; entry = entry.next)
      if (samePoint(entry.point, point)) return entry.id;
    const id = this.points.length;
    this.points.push(point);
    this.buckets.set(hash, { point, id, next: bucket });
    return id;
  }
}
