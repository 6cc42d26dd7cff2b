/**
 * The vertices that a split creates, as numbers: where the crease crosses edges of the cell.
 *
 * On rows that are the same on every path a crossing of vertices with small coordinates is computed exactly
 * (`exact.ts`); others are interpolated, with a radius by Lemma 4 of `engines/evidence/vertex-error.ts`.
 */
import { BLUNT_RADIUS } from '../../exact/index.js';
import { crossingDrift, crossingRadius, vertexBound } from '../evidence/index.js';
import type { VertexExact } from './exact.js';
import type { VertexFrame } from './frame.js';
import type { VertexPath } from './path.js';
import { type VertexPool, withRoom } from './pool.js';
import type { VertexRefinement } from './refinement.js';
import type { SignBitsets } from './sign-bitsets.js';
import type { VertexSigns } from './signs.js';

/** What vertices are told apart by, and computed from. */
interface Parts {
  readonly exact: VertexExact;
  readonly signs: VertexSigns;
  readonly words: SignBitsets;
  readonly refinement: VertexRefinement;
}

export class VertexCrossing {
  /** The vertices of the cell on the positive side of the crease and on the negative one. */
  plus: Int32Array = new Int32Array(64);
  minus: Int32Array = new Int32Array(64);
  plusCount = 0;
  minusCount = 0;
  /** The values of the neuron there, rounded. */
  private plusValue: Float64Array = new Float64Array(64);
  private minusValue: Float64Array = new Float64Array(64);
  private neuron = 0;
  /** |r_i| L_i of its row. */
  private readonly steep: Float64Array;
  /** D_i of the last edge. */
  private readonly extent: Float64Array;
  private readonly inverseUnits: Float64Array;
  /** Whether the rows of the layer are the same on every path. */
  private isGiven = false;

  /** @param blunt the radius above which a new vertex is refined */
  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly parts: Parts,
    private readonly blunt: number,
  ) {
    this.inverseUnits = path.units.map((unit) => 1 / unit);
    this.steep = new Float64Array(path.n);
    this.extent = new Float64Array(path.n);
  }

  /** Tells the vertices of a cell apart by the neuron that splits it. */
  sort({ ids, count, split }: VertexFrame): void {
    const { path, parts } = this;
    const { signs, signBits } = this.pool;
    const from = parts.words.wordOf(split);
    const mask = parts.words.maskOf(split);
    this.neuron = split;
    this.isGiven = path.layer === 0 || path.layer === path.context.problem.depth;
    this.makeRoom(count);
    this.measure();
    const values = parts.signs.values(split, ids, count);
    const { plus, minus, plusValue, minusValue } = this;
    let p = 0;
    let m = 0;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      const at = id * signBits + from;
      if ((signs[at]! & mask) !== 0) {
        plus[p] = id;
        plusValue[p++] = values[k]!;
      } else if ((signs[at + 1]! & mask) !== 0) {
        minus[m] = id;
        minusValue[m++] = values[k]!;
      }
    }
    this.plusCount = p;
    this.minusCount = m;
  }

  private measure() {
    const { path, neuron, steep } = this;
    const { rows, stride } = path.context.rows;
    for (let i = 0; i < path.n; i++) steep[i] = Math.abs(rows[path.layer]![neuron * stride + i]!) * path.units[i]!;
  }

  private makeRoom(count: number) {
    if (this.plusValue.length >= count) return;
    this.plus = withRoom(this.plus, count);
    this.minus = withRoom(this.minus, count);
    this.plusValue = new Float64Array(this.plus.length);
    this.minusValue = new Float64Array(this.plus.length);
  }

  /** Puts a new vertex where the edge from the p-th positive to the m-th negative vertex crosses the crease. */
  place(p: number, m: number, id: number): void {
    const { pool, path } = this;
    const a = this.plus[p]!;
    const b = this.minus[m]!;
    if (this.isGiven && this.parts.exact.crossSmall(a, b, path.layer, this.neuron, id)) {
      pool.setRadius(id, path.ordinary ? path.rounded : Number.POSITIVE_INFINITY);
      return;
    }
    const atA = this.plusValue[p]!;
    const rise = atA - this.minusValue[m]!;
    this.interpolate(a, b, Math.min(1, Math.max(0, atA / rise)), id);
    const drift = path.ordinary ? this.drift(a, b, rise, id) : Number.POSITIVE_INFINITY;
    if (drift < Number.POSITIVE_INFINITY) this.widen(drift, id);
    else pool.setRadius(id, Number.POSITIVE_INFINITY);
  }

  /** Puts a vertex at a + t (b - a), cut off to the box. */
  private interpolate(a: number, b: number, t: number, id: number) {
    const { path, inverseUnits, extent } = this;
    const { n, context } = path;
    const { x } = this.pool;
    const { outerLower, outerUpper } = context.problem;
    for (let i = 0; i < n; i++) {
      const from = x[a * n + i]!;
      const step = x[b * n + i]! - from;
      extent[i] = Math.abs(step) * inverseUnits[i]!;
      x[id * n + i] = Math.min(outerUpper[i]!, Math.max(outerLower[i]!, from + t * step));
    }
  }

  /** h / S of Lemma 4. The new vertex gets the larger radii of the ends. */
  private drift(a: number, b: number, rise: number, id: number): number {
    const { path, neuron, steep } = this;
    const { n } = path;
    const { radii } = this.pool;
    let reach = 0;
    for (let i = 0; i < n; i++) {
      const radius = Math.max(radii[a * n + i]!, radii[b * n + i]!);
      radii[id * n + i] = radius;
      reach += steep[i]! * radius;
    }
    return crossingDrift(vertexBound(path.context.rows.threshold[path.layer]![neuron]!, reach), rise);
  }

  /** The radii of Lemma 4, from the larger ones of the ends. */
  private widen(drift: number, id: number) {
    const { extent } = this;
    const { n, quotient } = this.path;
    const { radii, radius } = this.pool;
    let most = 0;
    for (let i = 0; i < n; i++) {
      const wide = crossingRadius(radii[id * n + i]!, extent[i]!, drift, quotient);
      radii[id * n + i] = wide;
      if (wide > most) most = wide;
    }
    radius[id] = most;
  }

  /** Refines the new vertices whose radius is too large: by Lemma 5, otherwise from the exact vertex. */
  refine({ firstNew, endNew }: VertexFrame): void {
    const { radius } = this.pool;
    for (let id = firstNew; id < endNew; id++) if (!(radius[id]! <= this.blunt)) this.refineOne(id);
  }

  private refineOne(id: number) {
    const { pool, path, parts } = this;
    const radius = path.ordinary ? parts.refinement.refine(id) : Number.POSITIVE_INFINITY;
    if (radius <= BLUNT_RADIUS) {
      pool.x.set(parts.refinement.point, id * path.n);
      pool.radii.set(parts.refinement.radii, id * path.n);
      pool.radius[id] = radius;
    } else {
      parts.exact.round(id);
      pool.setRadius(id, path.ordinary ? path.rounded : Number.POSITIVE_INFINITY);
    }
  }
}
