/**
 * Regular cell complexes of convex polytopes: faces, what bounds them, and orientations.
 */

/** The faces of one dimension. */
export interface Faces {
  /** Of each face the ids of its vertices, ascending. */
  readonly vertices: (readonly number[])[];
  /** Of each face the numbers of its facets, among the faces of one dimension less. */
  readonly facets: (readonly number[])[];
  /** Incidence numbers, 1 or -1, in the order of `facets`. */
  readonly signs: (readonly number[])[];
}

/**
 * A complex that is put together polytope by polytope: faces with the same vertices are one.
 *
 * *Orientation.* Incidence numbers come from combinatorics alone. An edge runs from its first vertex to its second. In a face of dimension
 * k >= 2 each ridge lies in exactly two facets, and d d = 0 asks [f : a] [a : r] = - [f : b] [b : r] for the two that share r. The facets
 * of a polytope are connected through ridges, so one choice, [f : first facet] = 1, decides all of them; and the boundary of
 * a polytope is a sphere, hence orientable, so they never contradict each other.
 */
export class ComplexBuilder {
  readonly dimensions: Faces[];
  /** Per dimension the last face with each hash of vertices. */
  private readonly known: Map<number, number>[];
  /** Per dimension, of each face another one with the same hash, or -1. */
  private readonly before: number[][];

  constructor(readonly dimension: number) {
    this.dimensions = Array.from({ length: dimension + 1 }, () => ({ vertices: [], facets: [], signs: [] }));
    this.known = this.dimensions.map(() => new Map());
    this.before = this.dimensions.map(() => []);
  }

  /**
   * The number of a face of dimension k, which is added if it is new.
   *
   * @param vertices ascending
   * @param facets what was returned for its facets; of an edge for its vertices, in their order
   */
  add(k: number, vertices: readonly number[], facets: readonly number[]): number {
    const faces = this.dimensions[k]!;
    const before = this.before[k]!;
    const hash = hashOf(vertices);
    const first = this.known[k]!.get(hash) ?? -1;
    for (let id = first; id >= 0; id = before[id]!) if (sameNumbers(faces.vertices[id]!, vertices)) return id;
    const id = faces.vertices.length;
    this.known[k]!.set(hash, id);
    before.push(first);
    faces.vertices.push(vertices);
    faces.facets.push(facets);
    faces.signs.push(this.orient(k, facets));
    return id;
  }

  private orient(k: number, facets: readonly number[]): readonly number[] {
    if (k === 0) return [];
    if (k === 1) return EDGE;
    const below = this.dimensions[k - 1]!;
    const signs = facets.map(() => 0);
    signs[0] = 1;
    const waiting = [0];
    const across = k === 2 ? undefined : this.ridges(k, facets);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const own = facets[at]!;
      below.facets[own]!.forEach((ridge, r) => {
        // Polygons are met most often, and have few sides.
        const other =
          across === undefined
            ? facets.findIndex((facet, f) => f !== at && below.facets[facet]!.includes(ridge))
            : across.get(ridge)!.find((f) => f !== at)!;
        if (signs[other] !== 0) return;
        const facet = facets[other]!;
        const incidence = below.signs[facet]![below.facets[facet]!.indexOf(ridge)]!;
        signs[other] = -signs[at]! * below.signs[own]![r]! * incidence;
        waiting.push(other);
      });
    }
    return signs;
  }

  /** The positions of the facets through each ridge. */
  private ridges(k: number, facets: readonly number[]): Map<number, number[]> {
    const through = new Map<number, number[]>();
    facets.forEach((facet, at) => {
      for (const ridge of this.dimensions[k - 1]!.facets[facet]!) {
        const list = through.get(ridge);
        if (list === undefined) through.set(ridge, [at]);
        else list.push(at);
      }
    });
    return through;
  }
}

/** An edge runs from its first vertex to its second. */
const EDGE = [-1, 1];

function hashOf(vertices: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const vertex of vertices) hash = Math.imul(hash ^ vertex, 0x01000193) ^ (hash >>> 15);
  return hash;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

/** Cells by dimension and their oriented boundaries. */
export type CellComplex = readonly Pick<Faces, 'facets' | 'signs'>[];

/** The sum of (-1)^k times the number of cells of dimension k. */
export function eulerCharacteristic(complex: CellComplex): number {
  return complex.reduce((sum, { facets }, k) => sum + (k % 2 === 0 ? facets.length : -facets.length), 0);
}

/** Some cells of a complex, numbered anew. */
export interface PartialComplex {
  readonly complex: CellComplex;
  /** By dimension, the numbers that its cells had. */
  readonly numbers: readonly (readonly number[])[];
}

/**
 * The cells that are not left out: a subcomplex, or the complex modulo one.
 *
 * @param isLeftOut whether the face with these vertices is left out
 */
export function partOf(faces: readonly Faces[], isLeftOut: (vertices: readonly number[]) => boolean): PartialComplex {
  const numbers: number[][] = faces.map(() => []);
  const places = faces.map(({ vertices }, k) =>
    Int32Array.from(vertices, (ids, cell) => (isLeftOut(ids) ? -1 : numbers[k]!.push(cell) - 1)),
  );
  const complex = faces.map(({ facets, signs }, k) => {
    if (numbers[k]!.length === facets.length && (k === 0 || numbers[k - 1]!.length === faces[k - 1]!.facets.length))
      return { facets, signs };
    const staying = (cell: number) =>
      facets[cell]!.map((facet, i) => [places[k - 1]![facet]!, signs[cell]![i]!] as const).filter(([f]) => f >= 0);
    const below = numbers[k]!.map((cell) => (k === 0 ? [] : staying(cell)));
    return {
      facets: below.map((list) => list.map(([facet]) => facet)),
      signs: below.map((list) => list.map(([, sign]) => sign)),
    };
  });
  return { complex, numbers };
}
