/**
 * A convex polygon in doubles, and where lines enter and leave it.
 *
 * A line l that meets the polygon and none of its corners crosses two edges: those at whose corners p and q the values v = l . p and w = l . q have opposite signs. Its end there
 * is e = (|w| p + |v| q) / L, L = |v| + |w|.
 *
 * *Lemma.* Let u = 2^-53, and let lines and corners be held as `halved` has them, so that v and w are off by less than E = 16 u (`plane.ts`) and L <= 3/2. If the rounded
 * L is at least 2^-12, each entry of the rounded end is off by less than 40 u / L. *Proof.* |w| p_i is off by E / 2 from w and u |w| / 2 from p_i; rounding two products and their sum gives
 * 2 u L / 2 more: E + 3 u L / 2 for both. L is off by 2 E + u L, which moves e_i, at most 1/2, by E / L + u / 2. So the quotient, rounded by u / 2, is off by 2 E / L + 5 u / 2 <= 36 u / L, and
 * what is of second order is less than 2^-30 of that. []
 */
import { SMALL_PIVOT, signBeyond, UNIT_ROUNDOFF } from '../exact/index.js';
import { chordOf, type Triple } from './chord.js';
import type { Place } from './lines/arithmetic.js';
import { distinctRows } from './rows.js';

/** How far values of lines at exact points may be off. */
export const ERROR = 16 * UNIT_ROUNDOFF;
/** Edges are found in integers, each by all walls: with more of these they take too long. */
const MOST_WALLS = 64;

/** The ends of a chord. */
export interface Ends {
  readonly from: Place;
  readonly to: Place;
  /** How far their entries may be off, beyond rounding. */
  readonly off: number;
}

/** The vector, which is not 0, divided by a power of two so that its entries are less than 1/2, in doubles each off by at most u / 2. */
export function halved(vector: Triple): Place {
  let [a, b, c] = vector.map(Number) as [number, number, number];
  let most = Math.max(Math.abs(a), Math.abs(b), Math.abs(c));
  if (most > 2 ** 1000) {
    // Few enough bits to be finite, and more than are kept.
    const longest = vector.reduce((bits, entry) => Math.max(bits, entry.toString(16).length * 4), 0);
    [a, b, c] = vector.map((entry) => Number(entry >> BigInt(longest - 900))) as [number, number, number];
    most = Math.max(Math.abs(a), Math.abs(b), Math.abs(c));
  }
  // A power of two scales without rounding.
  const scale = 2 ** (-2 - Math.floor(Math.log2(most)));
  return [a * scale, b * scale, c * scale];
}

export class Polygon {
  private constructor(private readonly edges: readonly (readonly [Place, Place])[]) {}

  /** The polygon where all walls are positive; undefined if it has too many, or no corners. @param walls whose polygon is not empty */
  static of(walls: readonly Triple[]): Polygon | undefined {
    const different = distinctRows(walls);
    if (different.length > MOST_WALLS) return undefined;
    const edges: [Place, Place][] = [];
    for (const [w, wall] of different.entries()) {
      const edge = chordOf(
        wall,
        different.filter((_, other) => other !== w),
      );
      if (edge === undefined) continue;
      if (!edge.isProper) return undefined;
      edges.push([halved(edge.from), halved(edge.to)]);
    }
    return edges.length < 3 ? undefined : new Polygon(edges);
  }

  /** Where a line crosses the boundary: nowhere, if it does not meet the polygon; undefined if that is not certain. */
  ends(line: Place): Ends | 'none' | undefined {
    const ends: Place[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const [p, q] of this.edges) {
      const v = valueAt(line, p);
      const w = valueAt(line, q);
      const sides = signBeyond(v, ERROR) * signBeyond(w, ERROR);
      if (sides === 0) return undefined;
      if (sides > 0) continue;
      ends.push(between(p, Math.abs(w), q, Math.abs(v)));
      least = Math.min(least, Math.abs(v) + Math.abs(w));
    }
    if (ends.length === 0) return 'none';
    const [from, to] = ends;
    if (from === undefined || to === undefined || least < SMALL_PIVOT) return undefined;
    return { from, to, off: (40 * UNIT_ROUNDOFF) / least };
  }
}

function valueAt(line: Place, point: Place): number {
  return line[0] * point[0] + line[1] * point[1] + line[2] * point[2];
}

function between(p: Place, ofP: number, q: Place, ofQ: number): Place {
  const whole = ofP + ofQ;
  return [(ofP * p[0] + ofQ * q[0]) / whole, (ofP * p[1] + ofQ * q[1]) / whole, (ofP * p[2] + ofQ * q[2]) / whole];
}
