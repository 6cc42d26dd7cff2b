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
}

/**
 * Numbers points 0, 1, 2, ... in the order in which they are first met; equal points get the same number.
 *
 * The nearest doubles of a point are a function of its value, so equal points fall into the same bucket; different points
 * in one bucket are told apart exactly. No greatest common divisor is needed.
 */
export class PointTable {
  private readonly buckets = new Map<string, Entry | Entry[]>();
  /** The points by number. */
  readonly points: IntegerVector[] = [];

  idOf({ point, near }: Pick<Vertex, 'point' | 'near'>): number {
    // -0 and 0 are one number.
    const key = near.join();
    const bucket = this.buckets.get(key);
    if (bucket === undefined) {
      const entry = this.enter(point);
      this.buckets.set(key, entry);
      return entry.id;
    }
    const entries = Array.isArray(bucket) ? bucket : [bucket];
    const known = entries.find((entry) => samePoint(entry.point, point));
    if (known !== undefined) return known.id;
    const entry = this.enter(point);
    this.buckets.set(key, [...entries, entry]);
    return entry.id;
  }

  private enter(point: IntegerVector): Entry {
    const id = this.points.length;
    this.points.push(point);
    return { point, id };
  }
}
