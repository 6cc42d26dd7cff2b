/**
 * Exact volumes from vertices and the rows of facets: every face is the cone from one of its vertices over its facets that do
 * not contain that vertex (Cohen and Hickey 1979), and faces that several cones have in common are measured once.
 *
 * *Lemma.* Let G be a face of dimension k, K a set of k coordinates in which its affine hull is shown one to one, V its vertices
 * with denominators d_v, and N(G) = k! vol_k(G in K) prod_V d_v. Then N(G) is an integer. Let H be a facet of G that does not contain
 * the vertex a of G, l an affine function of K that is 0 on H, and j in K with l_j != 0. In K the cone from a over H has k! times its
 * volume |l(a)| / |l_j| (k - 1)! vol_(k-1)(H in K - j), so
 *
 *     N(G) = sum_H |d_a l(a)| N(H) / |l_j| prod_(V(G) - V(H) - a) d_v,
 *
 * where each quotient by |l_j| is an integer. *Proof.* k! times the volume of a simplex is the determinant of its corners in
 * homogeneous coordinates over the product of their denominators, and G and its cones are sums of simplices. The height
 * of a over H along the coordinate j is l(a) / l_j. []
 *
 * The row of a facet in the coordinates K follows from the rows of the facets above by fraction-free elimination.
 */
import { commonDivisor, type IntegerVector, type Rational } from '../../exact/index.js';
import { facetsOf } from './faces.js';
import { dimensionOf, includesAll, type Polytope, type RowSource, type VertexSet } from './polytope.js';

/** A row that was used to eliminate a coordinate. */
interface Pivot {
  readonly row: readonly bigint[];
  readonly column: number;
}

/** A face of a face: its vertices, and one of the polytope's facets that cuts it out. */
interface Part {
  readonly vertices: VertexSet;
  readonly facet: number;
}

class Measure {
  private readonly points: readonly IntegerVector[];
  /** The facets at every vertex. */
  private readonly at: readonly number[][];
  private readonly rows: readonly (readonly bigint[])[];
  private readonly isSimple: boolean;
  /** The vertices of every facet as bits, of a simple polytope with few vertices. */
  private readonly bits: Int32Array | undefined;
  readonly dimension: number;

  constructor(polytope: Polytope, rows: RowSource) {
    const facets = facetsOf(polytope);
    this.dimension = dimensionOf(polytope);
    this.points = polytope.vertices.map(({ point }) => point);
    this.at = this.points.map((): number[] => []);
    facets.forEach(({ vertices }, f) => {
      for (const v of vertices) this.at[v]!.push(f);
    });
    this.rows = facets.map(({ constraints }) => rows(constraints[0]!));
    this.isSimple = this.at.every((own) => own.length === this.dimension);
    if (this.isSimple && this.points.length <= MOST_BITS)
      this.bits = Int32Array.from(facets, ({ vertices }) => bitsOf(vertices));
  }

  volume(): Rational {
    const everything = this.points.map((_, v) => v);
    const columns = Array.from({ length: this.dimension }, (_, i) => i);
    const measure = this.of(everything, this.dimension, columns, [], []);
    return this.over(measure);
  }

  /** The measure over the denominators of all vertices and n!, in lowest terms: these have short divisors in common with it, one by one. */
  private over(measure: bigint): Rational {
    let numerator = measure;
    let denominator = 1n;
    const take = (factor: bigint) => {
      const divisor = commonDivisor(numerator % factor, factor);
      if (divisor !== 1n) numerator /= divisor;
      denominator *= divisor === 1n ? factor : factor / divisor;
    };
    for (const point of this.points) take(point.denominator);
    take(factorial(this.dimension));
    return { numerator, denominator };
  }

  /** N(G) of the lemma. @param above the facets of the polytope that cut the face out, with `pivots` made of their rows */
  private of(
    face: VertexSet,
    dimension: number,
    columns: readonly number[],
    above: readonly number[],
    pivots: readonly Pivot[],
  ): bigint {
    if (dimension === 1) return this.length(face, columns[0]!);
    const { apex, parts } = this.cones(face, above);
    let sum = 0n;
    for (const { vertices, facet } of parts) {
      const cone =
        dimension === 2
          ? this.triangle(apex, vertices, columns)
          : this.cone(apex, vertices, facet, { dimension, columns, above, pivots });
      sum += cone * this.denominatorsBut(face, apex, vertices);
    }
    return sum;
  }

  /** A vertex of a face, and the facets of the face that do not contain it. */
  private cones(face: VertexSet, above: readonly number[]): { readonly apex: number; readonly parts: readonly Part[] } {
    const { bits } = this;
    if (bits === undefined) {
      const apex = face[0]!;
      return { apex, parts: this.parts(face, above).filter(({ vertices }) => !vertices.includes(apex)) };
    }
    const own = bitsOf(face);
    const met: number[] = [];
    for (let f = 0; f < bits.length; f++) if ((bits[f]! & own) !== 0 && !above.includes(f)) met.push(f);
    const apex = this.best(
      face,
      met.map((f) => bits[f]! & own),
    );
    const parts: Part[] = [];
    for (const facet of met) {
      const mask = bits[facet]!;
      if ((mask & (1 << apex)) === 0) parts.push({ facet, vertices: face.filter((v) => (mask & (1 << v)) !== 0) });
    }
    return { apex, parts };
  }

  /** The vertex that leaves the least to measure: the vertices of the facets without it, counted. */
  private best(face: VertexSet, parts: readonly number[]): number {
    if (face.length <= this.dimension) return face[0]!;
    const sizes = parts.map(countBits);
    let [best, least] = [face[0]!, Number.POSITIVE_INFINITY];
    for (const v of face) {
      let left = 0;
      for (let p = 0; p < parts.length; p++) if ((parts[p]! & (1 << v)) === 0) left += sizes[p]!;
      if (left < least) [best, least] = [v, left];
    }
    return best;
  }

  /** The length of an edge in a coordinate. */
  private length([u, w]: VertexSet, i: number): bigint {
    const [a, b] = [this.points[u!]!, this.points[w!]!];
    return absolute(a.numerators[i]! * b.denominator - b.numerators[i]! * a.denominator);
  }

  /** Twice the area of a triangle in two coordinates. */
  private triangle(apex: number, [u, w]: VertexSet, [i, j]: readonly number[]): bigint {
    const { numerators: a, denominator: d } = this.points[apex]!;
    const { numerators: b, denominator: e } = this.points[u!]!;
    const { numerators: c, denominator: f } = this.points[w!]!;
    const [bi, bj, ci, cj] = [b[i!]!, b[j!]!, c[i!]!, c[j!]!];
    return absolute(a[i!]! * (bj * f - e * cj) - a[j!]! * (bi * f - e * ci) + d * (bi * cj - bj * ci));
  }

  /** The cone over a part that does not contain the apex. */
  private cone(
    apex: number,
    part: VertexSet,
    facet: number,
    face: {
      readonly dimension: number;
      readonly columns: readonly number[];
      readonly above: readonly number[];
      readonly pivots: readonly Pivot[];
    },
  ): bigint {
    const { dimension, columns, above, pivots } = face;
    const row = reducedRow(this.rows[facet]!, pivots);
    const column = columns.find((j) => row[j] !== 0n)!;
    const { numerators, denominator } = this.points[apex]!;
    let height = row[row.length - 1]! * denominator;
    for (const j of columns) height += row[j]! * numerators[j]!;
    const rest = columns.filter((j) => j !== column);
    const base = this.of(part, dimension - 1, rest, [...above, facet], [...pivots, { row, column }]);
    return absolute((height * base) / row[column]!);
  }

  /** The facets of a face. */
  private parts(face: VertexSet, above: readonly number[]): Part[] {
    const found = new Map<number, number[]>();
    for (const v of face) {
      for (const f of this.at[v]!) {
        const known = found.get(f);
        if (known === undefined) found.set(f, [v]);
        else known.push(v);
      }
    }
    for (const f of above) found.delete(f);
    const parts = Array.from(found, ([facet, vertices]) => ({ facet, vertices }));
    // Around simple vertices every facet of the polytope that meets a face without containing it cuts out a facet.
    return this.isSimple ? parts : maximal(parts.filter(({ vertices }) => vertices.length < face.length));
  }

  /** The denominators of the vertices of a face but for its apex and those of a part. */
  private denominatorsBut(face: VertexSet, apex: number, part: VertexSet): bigint {
    let product = 1n;
    // Both are ascending.
    let p = 0;
    for (const v of face) {
      if (part[p] === v) p++;
      else if (v !== apex) product *= this.points[v]!.denominator;
    }
    return product;
  }
}

/** Vertices that have bits of their own in a number. */
const MOST_BITS = 31;

function bitsOf(vertices: VertexSet): number {
  let bits = 0;
  for (const v of vertices) bits |= 1 << v;
  return bits;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The largest of sets that may contain each other; of equal ones the first. */
function maximal(parts: readonly Part[]): Part[] {
  return parts.filter(
    ({ vertices }, k) =>
      !parts.some(
        (other, l) =>
          l !== k && includesAll(other.vertices, vertices) && (other.vertices.length > vertices.length || l < k),
      ),
  );
}

/** A row without the coordinates that were eliminated; each division is exact (Bareiss 1968). */
function reducedRow(row: readonly bigint[], pivots: readonly Pivot[]): readonly bigint[] {
  let result = row;
  let previous = 1n;
  for (const { row: own, column } of pivots) {
    const pivot = own[column]!;
    const factor = result[column]!;
    const divisor = previous;
    result = result.map((entry, i) => {
      const minor = pivot * entry - factor * own[i]!;
      return divisor === 1n ? minor : minor / divisor;
    });
    previous = pivot;
  }
  return result;
}

function absolute(x: bigint): bigint {
  return x < 0n ? -x : x;
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}

/**
 * The exact volume of a polytope of which the rows of its facets are known: what `polytopeVolume` says, from shorter numbers.
 *
 * @param rows coefficients and a constant of a constraint that is zero on a facet
 */
export function volumeByRows(polytope: Polytope, rows: RowSource): Rational {
  return new Measure(polytope, rows).volume();
}
