/**
 * Polytopes known by their incidences alone: the facets at every vertex, and the edges, by theorems about their kind.
 *
 * Source: Ziegler 1995, Lectures on Polytopes, lecture 0 (cross-polytopes, pyramids, products) and theorem 0.7 (Gale's evenness
 * condition).
 */

export interface Incidences {
  readonly name: string;
  readonly dimension: number;
  readonly facets: number;
  /** For every vertex the facets on which it lies. */
  readonly at: readonly ReadonlySet<number>[];
  /** Whether two different vertices are joined by an edge. */
  readonly isEdge: (a: number, b: number) => boolean;
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

/** A polygon with k sides: side j joins the vertices j and j + 1. */
export function polygon(k: number): Incidences {
  return {
    name: `polygon(${k})`,
    dimension: 2,
    facets: k,
    at: range(k).map((j) => new Set([j, (j + k - 1) % k])),
    isEdge: (a, b) => (a - b + k) % k === 1 || (b - a + k) % k === 1,
  };
}

/** The hull of the points e_i and -e_i: 2^d facets, one per choice of signs, and only opposite points are not joined. */
export function crossPolytope(d: number): Incidences {
  const facets = range(2 ** d);
  return {
    name: `cross-polytope(${d})`,
    dimension: d,
    facets: 2 ** d,
    at: range(2 * d).map((v) => new Set(facets.filter((f) => ((f >> (v >> 1)) & 1) === (v & 1)))),
    isEdge: (a, b) => a >> 1 !== b >> 1,
  };
}

/** The cyclic polytope with m vertices in 4 dimensions: every two vertices are joined; four are a facet by Gale's condition. */
export function cyclic(m: number): Incidences {
  const quadruples = range(m).flatMap((a) =>
    range(a).flatMap((b) => range(b).flatMap((c) => range(c).map((d) => [a, b, c, d]))),
  );
  // Between any two of the other vertices lie evenly many of the facet's.
  const isFacet = (four: readonly number[]) => {
    const others = range(m).filter((v) => !four.includes(v));
    return others.every((x) => others.every((y) => four.filter((v) => x < v && v < y).length % 2 === 0));
  };
  const facets = quadruples.filter(isFacet);
  return {
    name: `cyclic(${m})`,
    dimension: 4,
    facets: facets.length,
    at: range(m).map((v) => new Set(range(facets.length).filter((f) => facets[f]!.includes(v)))),
    isEdge: () => true,
  };
}

/** The pyramid over a polytope, its apex the last vertex: the base is the last facet, and the apex is joined to all. */
export function pyramid(base: Incidences): Incidences {
  const apex = base.at.length;
  return {
    name: `pyramid over ${base.name}`,
    dimension: base.dimension + 1,
    facets: base.facets + 1,
    at: [...base.at.map((facets) => new Set([...facets, base.facets])), new Set(range(base.facets))],
    isEdge: (a, b) => a === apex || b === apex || base.isEdge(a, b),
  };
}

/** The product of two polytopes: its edges are those of one at a vertex of the other. */
export function product(p: Incidences, q: Incidences): Incidences {
  const size = q.at.length;
  return {
    name: `${p.name} x ${q.name}`,
    dimension: p.dimension + q.dimension,
    facets: p.facets + q.facets,
    at: p.at.flatMap((mine) => q.at.map((theirs) => new Set([...mine, ...[...theirs].map((f) => p.facets + f)]))),
    isEdge: (a, b) => {
      const [i, j] = [Math.floor(a / size), a % size];
      const [k, l] = [Math.floor(b / size), b % size];
      return i === k ? q.isEdge(j, l) : j === l && p.isEdge(i, k);
    },
  };
}
