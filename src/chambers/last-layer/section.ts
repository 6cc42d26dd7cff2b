/**
 * Polytopes on which functions are held by their values at the vertices: a cell, and the sections of it by creases.
 *
 * Where the crease of a function h crosses the edge from p to q, every affine function has the value ((-h(q)) f(p) + h(p) f(q)) / (h(p) - h(q)). So values at vertices
 * make values at the vertices of sections, and no place of a vertex is asked for.
 *
 * *Lemma (a crossing in doubles).* Let F_p, F_q be off from f(p), f(q) by at most e, and H_p, H_q from h(p), h(q), of opposite signs, by at most d; let S = |H_p - H_q| and T the
 * rounded H_p / (H_p - H_q), cut off to [0, 1]. Then the rounded F_p + T (F_q - F_p) is off by at most e + |F_q - F_p| d / S + 8 u (|F_p| + |F_q|), and by what underflow loses.
 * *Proof.* Lemma 4 of `engines/evidence/vertex-error.ts`: T without rounding is off from h(p) / (h(p) - h(q)) by at most d / S, which cutting off does not worsen, and
 * (1 - s) f(p) + s f(q) by e for the s that is true. Rounding: T loses 3 u at most, the difference, the product and the sum u each, of at most |F_p| + |F_q| and
 * its sum with |F_p|. []
 *
 * Two vertices are joined by an edge if and only if no third one lies in all facets through both. On a section these are the facets of the cell. For a simple vertex, in as many facets as there
 * are dimensions, this is to say that all but one of them are those of the other, too.
 */
import { bitCount, SLACK, signBeyond, signOfInteger, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';

type Sign = -1 | 0 | 1;

/** What values lose in a crossing by rounding, and by underflow. */
const ROUNDING = 8 * UNIT_ROUNDOFF;
const LOST = underflow(8, 0);

/** Exact values up to positive factors, one of each function and one of each vertex. */
export interface ExactValues {
  exactly(f: number, v: number): bigint;
}

/** One polytope at a time; the next one takes its place. */
export class Section implements ExactValues {
  vertices = 0;
  /** How many functions there are: those that have both signs. */
  functions = 0;
  /** Function f at vertex v: [f * room + v]; off by at most error[f]. */
  values = new Float64Array(0);
  signs = new Int8Array(0);
  error = new Float64Array(0);
  /** The facets of the cell through each vertex, as bits. */
  facets = new Int32Array(0);
  /** The edges: two vertices each. */
  readonly edges: number[] = [];
  /** Vertices, at most, that the arrays have room for. */
  room = 0;
  /** How many signs were told, and how many of them by integers. */
  told = 0;
  toldExactly = 0;
  /** Where it comes from: the polytope cut, the function whose crease cut it, the functions' numbers there, and the edge of each vertex (or a vertex, and -1). */
  private source: ExactValues | undefined;
  private crease = 0;
  private names = new Int32Array(0);
  private first = new Int32Array(0);
  private second = new Int32Array(0);
  /** Of crossings: T. */
  private share = new Float64Array(0);
  private drift = new Float64Array(0);
  private readonly known = new Map<number, bigint>();

  constructor(readonly dimension: number) {}

  /** A cell, whose facets and edges are filled in then; `take` adds its functions. */
  begin(vertices: number, functions: number, source: ExactValues): void {
    this.source = source;
    this.crease = -1;
    this.vertices = vertices;
    this.functions = 0;
    this.reserve(vertices, functions);
    this.known.clear();
  }

  private reserve(vertices: number, functions: number) {
    if (vertices > this.room || functions > this.error.length) {
      this.room = Math.max(this.room, 2 * vertices);
      const names = Math.max(this.error.length, 2 * functions);
      this.values = new Float64Array(this.room * names);
      this.signs = new Int8Array(this.room * names);
      this.error = new Float64Array(names);
      this.names = new Int32Array(names);
    }
    if (this.facets.length < this.room) {
      this.facets = new Int32Array(this.room);
      this.first = new Int32Array(this.room);
      this.second = new Int32Array(this.room);
      this.share = new Float64Array(this.room);
      this.drift = new Float64Array(this.room);
    }
  }

  /** The row of values that `take` is to judge. */
  get next(): number {
    return this.functions * this.room;
  }

  /**
   * Takes a function whose values stand in the next row if it has both signs.
   *
   * @param name its number in the source, @param error how far the values may be off
   * @returns false if it vanishes everywhere
   */
  take(name: number, error: number): boolean {
    const { vertices, values, signs, functions } = this;
    const at = this.next;
    let isPositive = false;
    let isNegative = false;
    for (let v = 0; v < vertices; v++) {
      const value = values[at + v]!;
      const sign = signBeyond(value, error) || this.signExactly(name, v);
      signs[at + v] = sign;
      if (sign > 0) isPositive = true;
      else if (sign < 0) isNegative = true;
    }
    this.told += vertices;
    if (isPositive && isNegative) {
      this.names[functions] = name;
      this.error[functions] = error;
      this.functions++;
    }
    return isPositive || isNegative;
  }

  private signExactly(name: number, v: number): Sign {
    this.toldExactly++;
    return signOfInteger(this.named(name, v));
  }

  exactly(f: number, v: number): bigint {
    return this.named(this.names[f]!, v);
  }

  private named(name: number, v: number): bigint {
    const { source, crease } = this;
    const key = name * this.room + v;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const p = this.first[v]!;
    const q = this.second[v]!;
    let value: bigint;
    if (crease < 0) value = source!.exactly(name, v);
    else if (q < 0) value = source!.exactly(name, p);
    else {
      const atP = source!.exactly(crease, p);
      const atQ = source!.exactly(crease, q);
      value = (atP < 0n ? -atP : atP) * source!.exactly(name, q) + (atQ < 0n ? -atQ : atQ) * source!.exactly(name, p);
    }
    this.known.set(key, value);
    return value;
  }

  /**
   * Becomes the section of a polytope, one dimension higher, by the crease of its function h; the functions before h are restricted to it.
   *
   * @returns false if one of them vanishes on it: it has the same crease there
   */
  cut(polytope: Section, h: number): boolean {
    this.source = polytope;
    this.crease = h;
    this.functions = 0;
    this.vertices = 0;
    if (this.known.size > 0) this.known.clear();
    this.reserve(polytope.vertices + polytope.edges.length / 2, h);
    this.meet(polytope, h);
    for (let f = 0; f < h; f++) if (!this.restrict(polytope, f)) return false;
    if (this.dimension > 1 && this.functions > 1) this.join();
    return true;
  }

  /** The vertices: where h is 0, and where it has both signs on an edge. */
  private meet({ vertices, edges, facets, values, signs, error, room }: Section, h: number) {
    const at = h * room;
    const off = error[h]!;
    for (let v = 0; v < vertices; v++) {
      if (signs[at + v] !== 0) continue;
      const to = this.vertices++;
      this.first[to] = v;
      this.second[to] = -1;
      this.facets[to] = facets[v]!;
    }
    for (let e = 0; e < edges.length; e += 2) {
      const p = edges[e]!;
      const q = edges[e + 1]!;
      if (signs[at + p]! * signs[at + q]! >= 0) continue;
      const to = this.vertices++;
      const rise = values[at + p]! - values[at + q]!;
      const share = values[at + p]! / rise;
      this.first[to] = p;
      this.second[to] = q;
      // Not a number where nothing is known.
      this.share[to] = Math.max(0, Math.min(1, share));
      this.drift[to] = off / Math.abs(rise);
      this.facets[to] = facets[p]! & facets[q]!;
    }
  }

  private restrict({ values: given, error, room }: Section, f: number): boolean {
    const { vertices, first, second, share, drift, values } = this;
    const at = this.next;
    const from = f * room;
    let swing = 0;
    for (let v = 0; v < vertices; v++) {
      const p = given[from + first[v]!]!;
      const other = second[v]!;
      if (other < 0) {
        values[at + v] = p;
        continue;
      }
      const q = given[from + other]!;
      values[at + v] = p + share[v]! * (q - p);
      const lost = Math.abs(q - p) * drift[v]! + ROUNDING * (Math.abs(p) + Math.abs(q));
      if (lost > swing || Number.isNaN(lost)) swing = lost;
    }
    return this.take(f, (error[f]! + swing) * SLACK + LOST);
  }

  /** The edges of a polygon whose vertices go round. */
  joinRound(): void {
    const { vertices, edges } = this;
    edges.length = 0;
    for (let v = 1; v <= vertices; v++) edges.push(v - 1, v < vertices ? v : 0);
  }

  /** Finds the edges by the facets. */
  join(): void {
    const { vertices, facets, edges, dimension } = this;
    edges.length = 0;
    for (let u = 1; u < vertices; u++) {
      const own = facets[u]!;
      const isSimple = bitCount(own) === dimension;
      for (let v = 0; v < u; v++) {
        const common = own & facets[v]!;
        // A polygon lies in no facet of the cell, so two vertices in one are the ends of an edge.
        if (dimension === 2 ? common === 0 : bitCount(common) < dimension - 1) continue;
        if (isSimple || dimension === 2 || this.isEdge(common, u, v)) edges.push(u, v);
      }
    }
  }

  private isEdge(common: number, u: number, v: number): boolean {
    const { facets, vertices } = this;
    for (let w = 0; w < vertices; w++) if (w !== u && w !== v && (facets[w]! & common) === common) return false;
    return true;
  }
}
