/**
 * Volumes of simple polytopes in WebAssembly, without an object for every integer on the way, and without a division.
 *
 * *Lemma.* Let P be a simple polytope in R^n, l_f integer rows of its facets, and X_v = (x_v d_v, d_v) for every vertex the minors of the n rows that meet
 * there, d_v > 0. Let a_n be a vertex of P = F_n, F_(n-1) a facet of it without a_n, and so on down to an edge F_1 from u to w, f_k the facet of P that cuts F_(k-1)
 * out of F_k, and g the one through w that does not contain the edge. Then n! times the volume of the simplex of a_n .. a_2, u, w is
 *
 *     |l_g(u)| prod_(k = 2 .. n) |l_(f_k)(a_k)| / (d_u d_w prod d_(a_k)),   l(v) = l . X_v.
 *
 * *Proof.* It is |X_(a_n) ^ .. ^ X_(a_2) ^ X_u ^ X_w| over the denominators. X_w is, but for its sign, dual to the wedge of the rows of f_n .. f_2 and g. On u all of them
 * are zero but l_g: so X_u ^ X_w is l_g(u) times the dual of the wedge of the rows of f_n .. f_2. What this is on a_n .. a_2 is the determinant of
 * l_(f_j)(a_k), and l_(f_j)(a_k) = 0 for j > k: all of F_k is in f_j. []
 *
 * These simplices make up P (Cohen and Hickey 1979), and what they have in common is factored out: N(F_k) = sum |l_(f_k)(a_k)| N(F_(k-1)) over the
 * denominators of the vertices of F_k, with N(F_1) = |l_g(u)|. Facets whose cones are added two by two, those with the fewest vertices together first, are
 * multiplied with few denominators. Vertices in lowest terms are a factor away from the
 * minors: a short one is known modulo 2^64 from an odd entry, otherwise the minors are found again.
 *
 * Integers are limbs on a stack (`assembly/integers.ts`), and the volume's lowest terms are found denominator by denominator: what is left of the
 * numerator modulo an odd d, up to a power of two, has the same divisors in common with d, and greatest common divisors are found by the binary
 * algorithm, 31 steps at a time (Pornin 2020). Decimal digits take products alone (`assembly/decimal.ts`).
 */
import type { Rational } from '../../../exact/index.js';
import type { VertexSet } from '../polytope.js';
import type { Limbs } from './limbs.js';
import { MeasureMemory } from './memory.js';

/** A simple polytope: at each vertex as many facets meet as it has dimensions, at least two. */
export interface SimplePolytope {
  readonly dimension: number;
  /** Every vertex by its numerators and its denominator, without what all of them have in common. */
  readonly vertices: readonly Limbs[];
  /** Every facet by its vertices, and by a row that is zero on it alone: its coefficients and its constant. */
  readonly facets: readonly VertexSet[];
  readonly rows: readonly Limbs[];
}

/** Vertices and facets have bits of their own. */
const MOST = 64;
/** Dimensions: minors are found term by term. */
const MOST_DIMENSIONS = 8;
/** Limbs of an integer: the time grows with the square. */
const MOST_LIMBS = 256;
/** Bytes of memory, most of which is never touched. */
const MEMORY = 1 << 25;

/** The volume of one polytope after the other. */
export class SimpleVolumes {
  private constructor(private readonly memory: MeasureMemory) {}

  /** Undefined where there is no WebAssembly. */
  static here(): SimpleVolumes | undefined {
    const memory = MeasureMemory.of(MEMORY);
    return memory && new SimpleVolumes(memory);
  }

  /** Finds the volume of a polytope; false if it has too many vertices, or its numbers are too long. */
  measure(polytope: SimplePolytope): boolean {
    const { dimension, vertices, facets, rows } = polytope;
    const { memory } = this;
    const { words, free } = memory;
    if (dimension > MOST_DIMENSIONS || vertices.length > MOST || facets.length > MOST) return false;
    if (roomFor(polytope) > words.length - free) return false;
    for (let f = 0; f < facets.length; f++) {
      let [low, high] = [0, 0];
      for (const v of facets[f]!) {
        if (v < 32) low |= 1 << v;
        else high |= 1 << (v - 32);
      }
      words[free + 2 * f] = low;
      words[free + 2 * f + 1] = high;
    }
    const points = free + 2 * facets.length;
    const rowsAt = memory.lay(vertices, points);
    const stack = memory.lay(rows, rowsAt);
    const places = [points, rowsAt, free, stack, words.length].map((index) => memory.place(index));
    memory.exports.volume(dimension, vertices.length, facets.length, ...places);
    return true;
  }

  /** The volume that was found last, in lowest terms. */
  rational(): Rational {
    const { exports } = this.memory;
    const digits = exports.hexadecimal();
    const at = exports.digitsAt();
    const numerator = this.memory.text(at, digits);
    const denominator = this.memory.text(at + digits, exports.lastDenominator());
    return { numerator: BigInt(`0x${numerator}`), denominator: BigInt(`0x${denominator}`) };
  }

  /** The same as `formatRational` writes it; undefined if the denominator is a power of two, or a number is very long. */
  fraction(): string | undefined {
    const { exports } = this.memory;
    const length = exports.fractionText();
    return length === 0 ? undefined : this.memory.text(exports.digitsAt(), length);
  }
}

/**
 * Words that certainly suffice.
 *
 * The numbers of a vertex as minors have M limbs at most: two more than in lowest terms, or those of n entries and one. With V vertices, and R in the longest entry of a row,
 * heights have H = M + R + 1, and nothing on the stack more than W = V M + n H + 4: a measure is a sum of products of a height for every dimension and
 * of denominators, with few terms. Each of the n faces on the way down holds its cones, the sums of two of them, and six numbers
 * more while these are made; in the end there are at most 4 for every vertex.
 */
function roomFor({ dimension: n, vertices, rows, facets }: SimplePolytope): number {
  const most = vertices.reduce((limbs, { longest }) => Math.max(limbs, longest), 0);
  const row = rows.reduce((limbs, { longest }) => Math.max(limbs, longest), 0);
  if (Math.max(most, row) > MOST_LIMBS) return Number.POSITIVE_INFINITY;
  const minor = Math.max(most + 2, n * row + 1);
  const height = minor + row + 1;
  const width = vertices.length * minor + n * height + 4;
  const entries = (vertices.length + facets.length) * (n + 1);
  const input = 2 * facets.length + entries * (2 + Math.max(most, row));
  const scaled = vertices.length * (2 ** (n + 1) + n + 3) * (minor + 3) + facets.length * (2 * n + 3);
  const heights = vertices.length * facets.length * (height + 1);
  const face = 3 * facets.length + (2 * facets.length + 6) * width;
  return input + scaled + heights + n * face + 4 * (vertices.length + 4) * width + 16 * width;
}
