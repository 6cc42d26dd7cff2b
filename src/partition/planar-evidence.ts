/**
 * Evidence and witnesses of planar cells.
 *
 * Where s g >= 0 on a polygon, s g is least at some vertex W, and its gradient is a nonnegative combination of the inward
 * normals of the two edges there: s g = s g(W) + m_1 h_1 + m_2 h_2 with m >= 0. The terms of splits are the evidence; terms
 * of box faces stay in the residual, where they are nonnegative on the box, as is s g(W).
 */
import { nearestDouble } from '../exact/double.js';
import { type IntegerVector, integersFromRationals, reduced } from '../exact/integers.js';
import { compare, type Rational, rational, rationalFromDouble } from '../exact/rational.js';
import { SLACK, signBeyond } from '../exact/sign.js';
import { type ExactConstraint, isStrictlyInside, listed } from './exact-decision.js';
import type { KernelContext } from './kernel.js';
import { FACES, type PlanarLines, type PlanarVertices } from './planar-vertices.js';
import { roundedPoint } from './points.js';
import { BOUND_EVIDENCE, type Evidence, type Witness } from './tree.js';

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

  constructor(
    private readonly context: KernelContext,
    private readonly lines: PlanarLines,
    private readonly vertices: PlanarVertices,
  ) {}

  /** Evidence for side * neuron >= 0 on the cell, which holds and is not identically zero. */
  evidence(layer: number, neuron: number, side: 1 | -1, ring: Ring): Evidence {
    const { rows, problem } = this.context;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    const a = side * data[at]!;
    const b = side * data[at + 1]!;
    const c = side * data[at + 2]!;
    const threshold = rows.threshold[layer]![neuron]!;
    const low =
      c +
      a * (a > 0 ? problem.outerLower : problem.outerUpper)[0]! +
      b * (b > 0 ? problem.outerLower : problem.outerUpper)[1]!;
    if (signBeyond(low, threshold) > 0) return BOUND_EVIDENCE;
    return this.byVertex(a, b, c, threshold, ring) ?? this.exactEvidence(layer, neuron, side, ring);
  }

  /** Multipliers from the vertex where the row (a, b, c) is least, if doubles can prove that they serve. */
  private byVertex(a: number, b: number, c: number, threshold: number, ring: Ring): Evidence | undefined {
    const { x, y } = this.vertices;
    const { rows, side, threshold: thresholds } = this.lines;
    const { outerLower, outerUpper } = this.context.problem;
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
    const onH = isSplit(h) ? Math.max(0, (a * ky - b * kx) / determinant) : 0;
    const onK = isSplit(k) ? Math.max(0, (hx * b - hy * a) / determinant) : 0;
    // The residual and its minimum over the box; the bound as for the `lp` kernel: with at most two terms, the rounding of
    // both is at most (n + 3) + (2 + 4) <= 2 (n + 4) units of the masses, and each threshold holds n + 4 of them.
    const restX = a - onH * hx - onK * kx;
    const restY = b - onH * hy - onK * ky;
    const rest = c - onH * side[h]! * rows[3 * h + 2]! - onK * side[k]! * rows[3 * k + 2]!;
    const low =
      rest + restX * (restX > 0 ? outerLower : outerUpper)[0]! + restY * (restY > 0 ? outerLower : outerUpper)[1]!;
    const bound = threshold + onH * thresholds[h]! + onK * thresholds[k]!;
    return signBeyond(low, 2 * bound * SLACK) > 0 ? doubleEvidence(h, onH, k, onK) : undefined;
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
      return [{ line, multiplier: ratio(numerators[i]! * scale, determinant * exact.denominator(layer)) }];
    });
    return exactTerms(terms.sort((p, q) => p.line - q.line));
  }

  private signedRow(line: number): bigint[] {
    return this.lines.exactRow(line).map((entry) => BigInt(this.lines.side[line]!) * entry);
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
    const { lower, upper } = this.context.problem;
    for (let i = 0; i < 2; i++) if (!(point[i]! > lower[i]! && point[i]! < upper[i]!)) return false;
    for (let i = start; i < end; i++) {
      const line = edge[i]!;
      if (!isSplit(line)) continue;
      if (signBeyond(lines.value(line, point[0]!, point[1]!), lines.threshold[line]!) !== lines.side[line]!)
        return false;
    }
    return true;
  }

  private exactWitness(ring: Ring): Witness {
    const { problem } = this.context;
    const constraints: ExactConstraint[] = [];
    for (let i = ring.start; i < ring.end; i++) {
      const line = ring.edge[i]!;
      if (!isSplit(line)) continue;
      const sign = this.lines.side[line] as 1 | -1;
      constraints.push({ row: this.lines.exactRow(line), denominator: 1n, sign });
    }
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

function ratio(numerator: bigint, denominator: bigint): Rational {
  return denominator < 0n ? rational(-numerator, -denominator) : rational(numerator, denominator);
}

/** Positions in the list of splits count from 0. */
function doubleEvidence(h: number, onH: number, k: number, onK: number): Evidence {
  const splits: number[] = [];
  const multipliers: number[] = [];
  const inOrder = h < k;
  for (let i = 0; i < 2; i++) {
    const first = (i === 0) === inOrder;
    const multiplier = first ? onH : onK;
    if (multiplier === 0) continue;
    splits.push((first ? h : k) - FACES);
    multipliers.push(multiplier);
  }
  return splits.length === 0 ? BOUND_EVIDENCE : { kind: 'doubles', splits, multipliers };
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
