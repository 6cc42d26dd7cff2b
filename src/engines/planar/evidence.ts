/**
 * Evidence and witnesses of planar cells.
 *
 * Where s g >= 0 on a polygon, s g is least at some vertex W, and its gradient is a nonnegative combination of the inward
 * normals of the two edges there: s g = s g(W) + m_1 h_1 + m_2 h_2 with m >= 0. The terms of splits are the evidence; terms
 * of box faces stay in the residual, where they are nonnegative on the box, as is s g(W).
 *
 * Where a layer begins, the bounding box of its cell is proved first, in the same way (`engines/evidence/proven-box.ts`).
 */

import { truncatedTo16Bits } from '../../certificate/index.js';
import {
  compare,
  evaluationUnit,
  type IntegerVector,
  integersFromRationals,
  nearestDouble,
  nextDown,
  type Rational,
  rational,
  rationalFromDouble,
  reduced,
  SLACK,
  signBeyond,
} from '../../exact/index.js';
import type { KernelContext } from '../../walk/index.js';
import { BOUND_EVIDENCE, type Evidence, type Narrowing, type Witness } from '../../walk/index.js';
import { type ExactConstraint, isStrictlyInside, listed, ProvenBoxes, roundedPoint } from '../evidence/index.js';
import { FACES, type PlanarLines, type PlanarVertices } from './vertices.js';

/** The current cell: entries `start` to `end` of the kernel's rings. */
export interface Ring {
  readonly vertex: Int32Array;
  /** The line of the edge from the vertex to the next one of the ring. */
  readonly edge: Int32Array;
  readonly start: number;
  readonly end: number;
}

/** Whether a line is a split, hence may appear in evidence. */
function isSplit(line: number): boolean {
  return line >= FACES;
}

/** The line of the edge that ends where edge `i` of the ring begins. */
function edgeBefore({ edge, start, end }: Ring, i: number): number {
  return edge[(i > start ? i : end) - 1]!;
}

export class PlanarEvidence {
  private readonly point = new Float64Array(2);
  private readonly boxes: ProvenBoxes;
  /** A vertex: the lines of its edges, and the multipliers of these that make a row's gradient; 0 for box faces. */
  private h = 0;
  private k = 0;
  private onH = 0;
  private onK = 0;

  constructor(
    private readonly context: KernelContext,
    private readonly lines: PlanarLines,
    private readonly vertices: PlanarVertices,
  ) {
    this.boxes = new ProvenBoxes(context, 2);
  }

  /** The cell is the whole domain. */
  reset(): void {
    this.boxes.reset();
  }

  /** Looks for a smaller box around the cell on which a layer begins. @param halves half the widths of the cell */
  enterLayer(layer: number, depth: number, ring: Ring, halves: readonly [number, number]): void {
    if (!this.boxes.begin(layer, depth)) return;
    for (const variable of [0, 1] as const) {
      this.narrow(variable, 1, ring, 2 * halves[variable]);
      this.narrow(variable, -1, ring, 2 * halves[variable]);
    }
  }

  /** The layer entered last has been walked. */
  leaveLayer(): void {
    this.boxes.leave();
  }

  /** The bounds that `enterLayer` found. */
  narrowings(): readonly Narrowing[] {
    return this.boxes.narrowings();
  }

  /** The sides that the proven box leaves no choice about. Changes the rows' enclosure. */
  sides(layer: number): Int8Array {
    return this.boxes.sides(layer);
  }

  /** Tries to prove a better bound of a variable, with multipliers of few bits. */
  private narrow(variable: 0 | 1, side: 1 | -1, ring: Ring, width: number) {
    const a = variable === 0 ? side : 0;
    const b = variable === 0 ? 0 : side;
    this.chooseVertex(a, b, ring);
    const onH = truncatedTo16Bits(this.onH);
    const onK = truncatedTo16Bits(this.onK);
    const error = this.context.problem.magnitude[variable]! * evaluationUnit(2);
    const low = nextDown(this.lowest(a, b, 0, error, onH, onK));
    this.boxes.offer(variable, side, low, width, () => doubleEvidence(this.h, onH, this.k, onK));
  }

  /** Evidence for side * neuron >= 0 on the cell, which holds and is not identically zero. */
  evidence(layer: number, neuron: number, side: 1 | -1, ring: Ring): Evidence {
    const { rows } = this.context;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    const a = side * data[at]!;
    const b = side * data[at + 1]!;
    const c = side * data[at + 2]!;
    const threshold = rows.threshold[layer]![neuron]!;
    if (signBeyond(this.lowest(a, b, c, threshold, 0, 0), 0) > 0) return BOUND_EVIDENCE;
    this.chooseVertex(a, b, ring);
    const { h, k, onH, onK } = this;
    // Multipliers of few bits make short certificates, and mostly serve.
    const shortH = truncatedTo16Bits(onH);
    const shortK = truncatedTo16Bits(onK);
    if (signBeyond(this.lowest(a, b, c, threshold, shortH, shortK), 0) > 0) return doubleEvidence(h, shortH, k, shortK);
    if (signBeyond(this.lowest(a, b, c, threshold, onH, onK), 0) > 0) return doubleEvidence(h, onH, k, onK);
    return this.exactEvidence(layer, neuron, side, ring);
  }

  /** The vertex where a x + b y is least, as far as doubles know, and the multipliers of its lines. */
  private chooseVertex(a: number, b: number, ring: Ring) {
    const { x, y } = this.vertices;
    const { rows, side } = this.lines;
    let least = Number.POSITIVE_INFINITY;
    let place = ring.start;
    for (let i = ring.start; i < ring.end; i++) {
      const value = a * x[ring.vertex[i]!]! + b * y[ring.vertex[i]!]!;
      if (value < least) {
        least = value;
        place = i;
      }
    }
    const h = edgeBefore(ring, place);
    const k = ring.edge[place]!;
    const hx = side[h]! * rows[3 * h]!;
    const hy = side[h]! * rows[3 * h + 1]!;
    const kx = side[k]! * rows[3 * k]!;
    const ky = side[k]! * rows[3 * k + 1]!;
    const determinant = hx * ky - hy * kx;
    this.h = h;
    this.k = k;
    this.onH = isSplit(h) ? Math.max(0, (a * ky - b * kx) / determinant) : 0;
    this.onK = isSplit(k) ? Math.max(0, (hx * b - hy * a) / determinant) : 0;
  }

  /**
   * A number certainly below the row (a, b, c) on the cell, up to the rounding of its last operation: the minimum over the
   * proven box of the residual that the chosen lines with the given multipliers leave, less every error made.
   *
   * With at most two terms, the rounding of the residual and of its minimum is at most (n + 3) + (2 + 4) <= 2 (n + 4) units
   * of the masses, and each threshold holds n + 4 of them besides the error of its row.
   */
  private lowest(a: number, b: number, c: number, threshold: number, onH: number, onK: number): number {
    const { h, k } = this;
    const { lower, upper } = this.boxes;
    let restX = a;
    let restY = b;
    let rest = c;
    let bound = threshold;
    if (onH !== 0 || onK !== 0) {
      const { rows, side, threshold: thresholds } = this.lines;
      const factorH = onH * side[h]!;
      const factorK = onK * side[k]!;
      restX -= factorH * rows[3 * h]! + factorK * rows[3 * k]!;
      restY -= factorH * rows[3 * h + 1]! + factorK * rows[3 * k + 1]!;
      rest -= factorH * rows[3 * h + 2]! + factorK * rows[3 * k + 2]!;
      bound += onH * thresholds[h]! + onK * thresholds[k]!;
    }
    const x = (restX > 0 ? lower : upper)[0]!;
    const y = (restY > 0 ? lower : upper)[1]!;
    const low = rest + restX * x + restY * y;
    return low - 2 * bound * SLACK;
  }

  /** The exact multipliers of the vertex where the exact row is least. */
  private exactEvidence(layer: number, neuron: number, side: 1 | -1, ring: Ring): Evidence {
    const { exact } = this.context;
    const row = exact.row(layer, neuron).map((entry) => BigInt(side) * entry);
    const place = this.leastVertex(row, ring);
    const used = [edgeBefore(ring, place), ring.edge[place]!];
    const [h, k] = used.map((line) => this.signedRow(line)) as [bigint[], bigint[]];
    const determinant = h[0]! * k[1]! - h[1]! * k[0]!;
    const numerators = [row[0]! * k[1]! - row[1]! * k[0]!, h[0]! * row[1]! - h[1]! * row[0]!];
    const terms = used.flatMap((line, i) => {
      if (!isSplit(line) || numerators[i] === 0n) return [];
      // From multipliers of integer rows to those of the true rows, which are over their layers' denominators.
      const scale = exact.denominator(this.lines.layer[line]!);
      return [{ line, multiplier: rational(numerators[i]! * scale, determinant * exact.denominator(layer)) }];
    });
    return exactTerms(terms.sort((p, q) => p.line - q.line));
  }

  private signedRow(line: number): bigint[] {
    return this.lines.rowOverDenominator(line).map((entry) => BigInt(this.lines.side[line]!) * entry);
  }

  private leastVertex(row: readonly bigint[], { vertex, start, end }: Ring): number {
    const valueAt = (i: number) =>
      rational(this.vertices.exactValue(vertex[i]!, row), this.vertices.exactly(vertex[i]!)[2]);
    let place = start;
    let least = valueAt(start);
    for (let i = start + 1; i < end; i++) {
      const value = valueAt(i);
      if (compare(value, least) >= 0) continue;
      place = i;
      least = value;
    }
    return place;
  }

  /**
   * A point strictly inside the cell: the mean of its vertices if doubles can prove that it is inside the lines of all
   * edges, which are all that bound the cell; else a point near an exact centre. Overwritten by the next call.
   */
  witness(ring: Ring): Witness {
    const { x, y } = this.vertices;
    const { point } = this;
    point.fill(0);
    const weight = 1 / (ring.end - ring.start);
    for (let i = ring.start; i < ring.end; i++) {
      point[0]! += weight * x[ring.vertex[i]!]!;
      point[1]! += weight * y[ring.vertex[i]!]!;
    }
    return this.isInside(ring) ? point : this.exactWitness(ring);
  }

  private isInside({ edge, start, end }: Ring): boolean {
    const { point, lines } = this;
    for (let i = start; i < end; i++) {
      const line = edge[i]!;
      if (signBeyond(lines.value(line, point[0]!, point[1]!), lines.threshold[line]!) !== lines.side[line]!)
        return false;
    }
    return true;
  }

  private exactWitness(ring: Ring): Witness {
    const { problem } = this.context;
    const lines = Array.from(ring.edge.subarray(ring.start, ring.end));
    const constraints = lines.map(
      (line): ExactConstraint => ({
        row: this.lines.exactRow(line),
        denominator: 1n,
        sign: this.lines.side[line] as 1 | -1,
      }),
    );
    const found = roundedPoint(this.exactCentre(ring), (p) => isStrictlyInside(problem, listed(constraints), p));
    return found.exact ?? found.doubles;
  }

  /** The centre of three vertices spread over the ring: three vertices of a polygon never lie on a line. */
  private exactCentre({ vertex, start, end }: Ring): IntegerVector {
    const count = end - start;
    const corners = [0, 1, 2].map((k) => this.vertices.exactly(vertex[start + Math.floor((k * count) / 3)]!));
    const denominator = corners.reduce((product, [, , w]) => product * w, 3n);
    const numerators = ([0, 1] as const).map((i) =>
      corners.reduce((sum, corner) => sum + (corner[i] * denominator) / (3n * corner[2]), 0n),
    );
    return reduced({ numerators, denominator });
  }
}

/** Positions in the list of splits count from 0, and ascend. */
function doubleEvidence(h: number, onH: number, k: number, onK: number): Evidence {
  if (h > k) return doubleEvidence(k, onK, h, onH);
  if (onH === 0 && onK === 0) return BOUND_EVIDENCE;
  if (onH === 0) return { kind: 'doubles', splits: [k - FACES], multipliers: [onK] };
  if (onK === 0) return { kind: 'doubles', splits: [h - FACES], multipliers: [onH] };
  return { kind: 'doubles', splits: [h - FACES, k - FACES], multipliers: [onH, onK] };
}

/** The same with exact multipliers, written as doubles where these are exact. */
function exactTerms(terms: readonly { readonly line: number; readonly multiplier: Rational }[]): Evidence {
  if (terms.length === 0) return BOUND_EVIDENCE;
  const splits = terms.map(({ line }) => line - FACES);
  const values = terms.map(({ multiplier }) => multiplier);
  const doubles = values.map(({ numerator, denominator }) => nearestDouble(numerator, denominator));
  const areExact = doubles.every((d, i) => Number.isFinite(d) && compare(rationalFromDouble(d), values[i]!) === 0);
  if (areExact) return { kind: 'doubles', splits, multipliers: doubles };
  return { kind: 'rationals', splits, multipliers: reduced(integersFromRationals(values)) };
}
