/**
 * The lines and vertices of planar cells: doubles with a derived error radius, exact where that does not suffice.
 *
 * Notation as in `sign.ts`: u = 2^-53; a row r stands for an exact affine function R on the box |x_i| <= X_i, with
 * |r - R| <= E there, mass M(r) = sum_i |r_i| X_i + |r_c|, and threshold T(r) >= E + (n + 4) u M(r) (n = 2), which bounds
 * the error of evaluating r at a double point of the box (Lemma 2). The difference r - R is affine, so
 * sum_i |r_i - R_i| X_i <= E, and sum_i |R_i| X_i <= M(r) + E <= M(r) + T(r) =: S(r), the row's *span*.
 *
 * The distance of points is measured relative to the box: |p - q| = max_i |p_i - q_i| / X_i. A vertex is a double point w
 * with a *radius* e: its true place W, where two exact lines H = G = 0 cross, has |w - W| <= e.
 *
 * *Lemma 3 (radius).* Let w be any double point of the box, h(w) and g(w) the rounded values of two rows there,
 * P_h = |h(w)| + T(h), P_g = |g(w)| + T(g), d the rounded value of (h_1 X_1) (g_2 X_2) - (h_2 X_2) (g_1 X_1), and
 * L = |d| - T(h) S(g) - T(g) S(h). If L > 0, then the lines H = 0 and G = 0 cross in one point W, and
 *
 *     |w - W| <= (S(g) P_h + S(h) P_g) / L.
 *
 * *Proof.* Let D be the exact value of d for the exact rows. With a_i = h_i X_i, b_i = g_i X_i and the errors of these
 * bounded by E_h and E_g in sum, exchanging rows changes the determinant by at most E_h M(g) + M(h) E_g + E_h E_g; rounding
 * its seven operations by at most 8 u M(h) M(g). As T(h) S(g) + T(g) S(h) >= E_h M(g) + E_g M(h) + E_h E_g + 12 u M(h) M(g),
 * |D| >= L, with 4 u M(h) M(g) to spare for rounding L. If L > 0 the lines are not parallel. Put z_i = (w_i - W_i) / X_i and
 * A_i = H_i X_i, B_i = G_i X_i. Then A . z = H(w), B . z = G(w), and |H(w)| <= P_h, |G(w)| <= P_g by Lemma 2. By Cramer's
 * rule |z_1| = |B_2 H(w) - A_2 G(w)| / |D|, and |z_2| likewise, with |A_i| <= S(h), |B_i| <= S(g). `SLACK` covers the
 * rounding of the quotient. The quotient is at least 12 u as P_h >= 6 u M(h), so it does not underflow itself; what its
 * parts lose by underflow is less than `underflow(8, ..)`, which is added to the numerator and taken from L. []
 *
 * How w was found does not matter. A new vertex is interpolated along the edge that the crease cuts, which leaves small
 * values h(w) and g(w) also where the lines cross at a small angle.
 *
 * *Lemma 4 (sign at a vertex).* |r(w) - R(W)| <= T(r) + e S(r). *Proof.* |r(w) - R(w)| <= T(r) by Lemma 2, and
 * |R(w) - R(W)| <= sum_i |R_i| X_i e <= e S(r). []
 *
 * *Lemma 5 (sign on a cell).* Let all exact vertices of a cell be within h_i of a double point c of the box in coordinate i,
 * with h_i <= 3 X_i. Then at every point p of the cell |r(c) - R(p)| <= sum_i |r_i| h_i + 4 T(r), and 8 T(r) in place of
 * 4 T(r) covers the rounding of this bound and of the comparison with it. *Proof.* T(r) for evaluating at c. The rest is
 * |R(c) - R(p)| <= sum_i |R_i| h_i <= sum_i |r_i| h_i + 3 sum_i |R_i - r_i| X_i, and the last sum is at most E. Rounding
 * the sum costs at most 3 u sum_i |r_i| h_i <= 9 u M(r) <= 2 T(r), adding the two and comparing less than T(r). []
 */

import { evaluationUnit, type IntegerVector, reduced, SLACK, signOfInteger, underflow } from '../../exact/index.js';
import type { KernelContext, PlanarPlaces } from '../../walk/index.js';
import { originRows } from './origin.js';

/** The four faces of the box come first: x >= lower, x <= upper, y >= lower, y <= upper; then the splits of the path. */
export const FACES = 4;

/** A point X / W, Y / W with W > 0. */
type ExactVertex = readonly [bigint, bigint, bigint];

/** The lines that bound the current cell and its ancestors: faces of the box and, in order of the path, splits. */
export class PlanarLines {
  /** rows[3 k ..]: the coefficients and the constant of line k. */
  readonly rows: Float64Array;
  /** T and S of the lines. */
  readonly threshold: Float64Array;
  readonly span: Float64Array;
  /** The cell has side * row >= 0. */
  readonly side: Int8Array;
  readonly layer: Int32Array;
  readonly neuron: Int32Array;
  /** 1 if the line is known to pass through the origin. */
  readonly throughOrigin: Int8Array;
  /** [layer][neuron]: 1 if the neuron's creases pass through the origin on every cell. */
  readonly originNeurons: readonly Uint8Array[];
  /** The faces as integer rows, and whether the doubles of both rows of a corner are exact. */
  private readonly faces: readonly (readonly bigint[])[];
  readonly exactFace: readonly boolean[];

  constructor(
    private readonly context: KernelContext,
    places: PlanarPlaces,
  ) {
    const { problem } = context;
    this.rows = places.lineRows;
    this.threshold = places.lineThreshold;
    this.span = places.lineSpan;
    this.side = places.lineSide;
    this.layer = places.lineLayer;
    this.neuron = places.lineNeuron;
    this.throughOrigin = places.throughOrigin;
    this.originNeurons = originRows(problem);
    const faces: bigint[][] = [];
    const exactFace: boolean[] = [];
    for (let face = 0; face < FACES; face++) {
      const i = face >> 1;
      const isLower = (face & 1) === 0;
      const outer = (isLower ? problem.outerLower : problem.outerUpper)[i]!;
      const gap = Math.abs((isLower ? problem.lower : problem.upper)[i]! - outer);
      const bound = (isLower ? problem.exactLower : problem.exactUpper)[i]!;
      const magnitude = problem.magnitude[i]!;
      const mass = magnitude + Math.abs(outer);
      this.rows[3 * face + i] = 1;
      this.rows[3 * face + 1 - i] = 0;
      this.rows[3 * face + 2] = -outer;
      this.threshold[face] = (gap + evaluationUnit(2) * mass) * SLACK + underflow(8, magnitude);
      this.span[face] = (mass + this.threshold[face]!) * SLACK;
      this.side[face] = isLower ? 1 : -1;
      this.throughOrigin[face] = bound === 0n ? 1 : 0;
      exactFace.push(gap === 0);
      faces.push([i === 0 ? problem.boxDenominator : 0n, i === 1 ? problem.boxDenominator : 0n, -bound]);
    }
    this.faces = faces;
    this.exactFace = exactFace;
  }

  /** Pushes the split `line` of the current path, whose cell has side * neuron >= 0. */
  push(line: number, layer: number, neuron: number, side: 1 | -1): void {
    const { rows, threshold, mass, stride } = this.context.rows;
    const row = rows[layer]!;
    const at = neuron * stride;
    const error = threshold[layer]![neuron]!;
    this.rows[3 * line] = row[at]!;
    this.rows[3 * line + 1] = row[at + 1]!;
    this.rows[3 * line + 2] = row[at + 2]!;
    this.threshold[line] = error;
    this.span[line] = (mass[layer]![neuron]! + error) * SLACK;
    this.side[line] = side;
    this.layer[line] = layer;
    this.neuron[line] = neuron;
    this.throughOrigin[line] = this.originNeurons[layer]![neuron]!;
  }

  /** Line k as short integers: a positive multiple of the exact row. */
  exactRow(k: number): readonly bigint[] {
    return k < FACES ? this.faces[k]! : this.context.exact.direction(this.layer[k]!, this.neuron[k]!);
  }

  /** Line k as integers over the denominator of its layer; a face over that of the box. */
  rowOverDenominator(k: number): readonly bigint[] {
    return k < FACES ? this.faces[k]! : this.context.exact.row(this.layer[k]!, this.neuron[k]!);
  }

  /** The row of line k at a double point. */
  value(k: number, x: number, y: number): number {
    return this.rows[3 * k]! * x + this.rows[3 * k + 1]! * y + this.rows[3 * k + 2]!;
  }
}

/** The stack of vertices of the current cell and its ancestors. */
export class PlanarVertices {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly radius: Float64Array;
  /** 1 if the vertex is the origin, exactly. */
  readonly isOrigin: Int8Array;
  private readonly isNew: Int8Array;
  /** The two lines that cross in the vertex. */
  private readonly first: Int32Array;
  private readonly second: Int32Array;
  private readonly exact: (ExactVertex | undefined)[] = [];
  private readonly vectors: (IntegerVector | undefined)[] = [];
  private readonly lowest: Float64Array;
  private readonly highest: Float64Array;
  private readonly magnitude: Float64Array;
  private readonly lost: number;
  count = 0;

  constructor(
    { problem }: KernelContext,
    private readonly lines: PlanarLines,
    places: PlanarPlaces,
  ) {
    this.x = places.x;
    this.y = places.y;
    this.radius = places.radius;
    this.isOrigin = places.isOrigin;
    this.isNew = places.isNew;
    this.first = places.first;
    this.second = places.second;
    this.lowest = problem.outerLower;
    this.highest = problem.outerUpper;
    this.magnitude = problem.magnitude;
    this.lost = underflow(8, problem.magnitude[0]! * problem.magnitude[1]!);
  }

  /** The corner of the box where two faces meet. */
  addCorner(face: number, other: number): number {
    const { lines, count: id } = this;
    const x = face < 2 ? face : other;
    const y = face < 2 ? other : face;
    this.x[id] = -lines.rows[3 * x + 2]!;
    this.y[id] = -lines.rows[3 * y + 2]!;
    this.cross(face, other);
    if (lines.exactFace[face]! && lines.exactFace[other]!) this.radius[id] = 0;
    return id;
  }

  /** The vertex where a crease cuts the edge from p to q, at the part t of the way as far as doubles know. */
  addCrossing(edge: number, crease: number, p: number, q: number, t: number): number {
    const { x, y, count: id } = this;
    // The signs at p and q are exact, the values that t comes from are not.
    const part = t > 0 ? Math.min(t, 1) : 0;
    x[id] = x[p]! + part * (x[q]! - x[p]!);
    y[id] = y[p]! + part * (y[q]! - y[p]!);
    this.cross(edge, crease);
    return id;
  }

  /** Pushes the vertex where two lines cross, near the point that stands in its place. */
  private cross(h: number, g: number) {
    const { lines, x, y, lowest, highest } = this;
    const id = this.count++;
    this.first[id] = h;
    this.second[id] = g;
    this.isNew[id] = 1;
    this.isOrigin[id] = lines.throughOrigin[h]! & lines.throughOrigin[g]!;
    if (this.isOrigin[id] === 1) {
      x[id] = 0;
      y[id] = 0;
      this.radius[id] = 0;
      return;
    }
    x[id] = Math.min(highest[0]!, Math.max(lowest[0]!, x[id]!));
    y[id] = Math.min(highest[1]!, Math.max(lowest[1]!, y[id]!));
    this.radius[id] = this.radiusOf(h, g, x[id]!, y[id]!);
  }

  /** Lemma 3; infinite where it says nothing. */
  private radiusOf(h: number, g: number, x: number, y: number): number {
    const { rows, threshold, span } = this.lines;
    const scaleX = this.magnitude[0]!;
    const scaleY = this.magnitude[1]!;
    const h1 = rows[3 * h]!;
    const h2 = rows[3 * h + 1]!;
    const g1 = rows[3 * g]!;
    const g2 = rows[3 * g + 1]!;
    const determinant = h1 * scaleX * (g2 * scaleY) - h2 * scaleY * (g1 * scaleX);
    const uncertain = threshold[h]! * span[g]! + threshold[g]! * span[h]!;
    const least = Math.abs(determinant) - uncertain * SLACK - this.lost;
    if (!(least > 0)) return Number.POSITIVE_INFINITY;
    const offH = Math.abs(h1 * x + h2 * y + rows[3 * h + 2]!) + threshold[h]!;
    const offG = Math.abs(g1 * x + g2 * y + rows[3 * g + 2]!) + threshold[g]!;
    return ((span[g]! * offH + span[h]! * offG + this.lost) / least) * SLACK;
  }

  /** Forgets what was known of a vertex that had the place of this one. */
  private renew(id: number) {
    if (this.isNew[id] === 0) return;
    this.isNew[id] = 0;
    this.exact[id] = undefined;
    this.vectors[id] = undefined;
  }

  /** The vertex in homogeneous integers: the cross product of its two lines. Computed once per vertex. */
  exactly(id: number): ExactVertex {
    const { lines, first, second } = this;
    this.renew(id);
    return (this.exact[id] ??= crossProduct(lines.exactRow(first[id]!), lines.exactRow(second[id]!)));
  }

  /** The vertex as integers over a common denominator, in lowest terms. */
  vector(id: number): IntegerVector {
    this.renew(id);
    const known = this.vectors[id];
    if (known !== undefined) return known;
    const [x, y, denominator] = this.exactly(id);
    return (this.vectors[id] = reduced({ numerators: [x, y], denominator }));
  }

  /** The sign of an exact row at the exact vertex. */
  exactSign(id: number, row: readonly bigint[]): -1 | 0 | 1 {
    return signOfInteger(this.exactValue(id, row));
  }

  /** An exact row at the exact vertex, times the vertex's denominator. */
  exactValue(id: number, row: readonly bigint[]): bigint {
    const [x, y, w] = this.exactly(id);
    return row[0]! * x + row[1]! * y + row[2]! * w;
  }
}

/** The point where two lines cross, in homogeneous coordinates. */
function crossProduct(h: readonly bigint[], g: readonly bigint[]): ExactVertex {
  const x = h[1]! * g[2]! - h[2]! * g[1]!;
  const y = h[2]! * g[0]! - h[0]! * g[2]!;
  const w = h[0]! * g[1]! - h[1]! * g[0]!;
  return w < 0n ? [-x, -y, -w] : [x, y, w];
}
