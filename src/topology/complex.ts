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
  readonly signs: Int8Array[];
}

/** A face as a collector sees it: its vertices and those of its facets. */
export interface Polyface {
  readonly vertices: readonly number[];
  readonly facets: readonly (readonly number[])[];
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
  private readonly known: Map<string, number>[];

  constructor(readonly dimension: number) {
    this.dimensions = Array.from({ length: dimension + 1 }, () => ({ vertices: [], facets: [], signs: [] }));
    this.known = this.dimensions.map(() => new Map());
  }

  /** The number of a face of dimension k, which is added if it is new; its facets must be there already. */
  add(k: number, { vertices, facets }: Polyface): number {
    const key = vertices.join();
    const known = this.known[k]!.get(key);
    if (known !== undefined) return known;
    const faces = this.dimensions[k]!;
    const id = faces.vertices.length;
    this.known[k]!.set(key, id);
    const numbers = facets.map((facet) => this.numberOf(k - 1, facet));
    faces.vertices.push(vertices);
    faces.facets.push(numbers);
    faces.signs.push(this.orient(k, numbers));
    return id;
  }

  private numberOf(k: number, vertices: readonly number[]): number {
    const id = this.known[k]!.get(vertices.join());
    if (id === undefined) throw new Error(`complex: expected the facets of a face of dimension ${k + 1} before it`);
    return id;
  }

  private orient(k: number, facets: readonly number[]): Int8Array {
    const signs = new Int8Array(facets.length);
    if (k === 0) return signs;
    if (k === 1) return Int8Array.of(-1, 1);
    const below = this.dimensions[k - 1]!;
    /** The facets through each ridge, with the ridge's incidence number in them. */
    const through = new Map<number, [facet: number, incidence: number][]>();
    facets.forEach((facet, at) => {
      below.facets[facet]!.forEach((ridge, r) => {
        const entry: [number, number] = [at, below.signs[facet]![r]!];
        const list = through.get(ridge);
        if (list === undefined) through.set(ridge, [entry]);
        else list.push(entry);
      });
    });
    signs[0] = 1;
    const waiting = [0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const facet = facets[at]!;
      below.facets[facet]!.forEach((ridge, r) => {
        const own = signs[at]! * below.signs[facet]![r]!;
        for (const [other, incidence] of through.get(ridge)!) {
          if (other === at || signs[other] !== 0) continue;
          signs[other] = -own * incidence;
          waiting.push(other);
        }
      });
    }
    return signs;
  }
}

/** Cells by dimension and their oriented boundaries. */
export type CellComplex = readonly Pick<Faces, 'facets' | 'signs'>[];

/** The sum of (-1)^k times the number of cells of dimension k. */
export function eulerCharacteristic(complex: CellComplex): number {
  return complex.reduce((sum, { facets }, k) => sum + (k % 2 === 0 ? facets.length : -facets.length), 0);
}

/**
 * The complex modulo a subcomplex: its cells are those that are not left out.
 *
 * @param isLeftOut whether the face with these vertices belongs to the subcomplex
 */
export function relativeTo(faces: readonly Faces[], isLeftOut: (vertices: readonly number[]) => boolean): CellComplex {
  const numbers = faces.map(({ vertices }) => {
    let next = 0;
    return Int32Array.from(vertices, (ids) => (isLeftOut(ids) ? -1 : next++));
  });
  return faces.map(({ facets, signs }, k) => {
    const kept = facets.map((_, cell) => cell).filter((cell) => numbers[k]![cell]! >= 0);
    const staying = (cell: number) => facets[cell]!.map((facet, i) => [numbers[k - 1]![facet]!, i] as const);
    const below = (cell: number) => (k === 0 ? [] : staying(cell).filter(([facet]) => facet >= 0));
    return {
      facets: kept.map((cell) => below(cell).map(([facet]) => facet)),
      signs: kept.map((cell) => Int8Array.from(below(cell), ([, i]) => signs[cell]![i]!)),
    };
  });
}
