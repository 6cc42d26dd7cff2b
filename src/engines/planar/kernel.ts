/**
 * The planar kernel: cells of problems in two variables as convex polygons.
 *
 * A cell is its vertices in cyclic order, and for each of them the line of the edge to the next one. Every line of an edge is
 * that of a true edge (positive length), so neighbouring lines are never parallel and each vertex is where its two cross,
 * also where more lines pass through it. A neuron cuts the cell if and only if it has both signs at vertices; it lies on one
 * side if it has no vertex on the other; it is identically zero if it is zero at all of them. The signs are those at the
 * exact vertices, decided in stages: by the bounding box of the cell (Lemma 5 of `vertices.ts`), by the values at
 * the vertices (Lemma 4), and where these are undecided, in integers; a crease through a vertex has the exact sign 0 there.
 *
 * Cost: a split and a neuron's signs are linear in the number of vertices (about 5 in a typical partition); nothing is
 * allocated per cell.
 */
import { evaluationUnit, SLACK, signBeyond, underflow } from '../../exact/index.js';
import type { CellKernel, KernelContext, KernelFactory } from '../../walk/index.js';
import {
  type CellShape,
  CUT,
  type Evidence,
  type Narrowing,
  planarPlaces,
  type Side,
  type Verdict,
  type Witness,
} from '../../walk/index.js';
import { PlanarEvidence, type Ring } from './evidence.js';
import { PlanarShape } from './shape.js';
import { FACES, PlanarLines, PlanarVertices } from './vertices.js';

/** Entries of a row: two coefficients, the constant and the accumulated bound. */
const STRIDE = 4;
/** Entries of a frame: the centre of the bounding box, its half extents, and the largest radius of a vertex. */
const FRAME = 5;

const POSITIVE = 1;
const NEGATIVE = 2;
const BOTH = POSITIVE | NEGATIVE;
const UNDECIDED = 4;

type PlanarWalk = NonNullable<KernelContext['rows']['planar']>;

/** Arrays of the language's own. */
const ORDINARY = {
  doubles: (length: number) => new Float64Array(length),
  integers: (length: number) => new Int32Array(length),
  signs: (length: number) => new Int8Array(length),
};

class PlanarKernel implements CellKernel {
  private readonly lines: PlanarLines;
  private readonly vertices: PlanarVertices;
  private readonly proofs: PlanarEvidence;
  private readonly held: PlanarShape;
  /** The rings of the path, one behind the other: vertices, and the lines of the edges that begin at them. */
  private vertex: Int32Array;
  private edge: Int32Array;
  /** The ring of the cell at a depth is `from[depth]` to `from[depth + 1]`. */
  private readonly from: Int32Array;
  /** The number of vertices on the stack at a depth. */
  private readonly vertexCount: Int32Array;
  private readonly frames: Float64Array;
  private depth = 0;
  private layer = 0;
  /** The rows of the current layer. */
  private rows: Float64Array;
  private threshold: Float64Array;
  private mass: Float64Array;
  /** The depth of the cell for which the rows' enclosure was asked. */
  private enclosed = -1;
  /** The current crease at the vertices of the ring. */
  private values: Float64Array;
  private signs: Int8Array;
  private readonly boundedSides: Int8Array;
  /** The last answer of `side`. */
  private asked = 0;
  private answer: Side = 0;
  readonly subtree: CellKernel['subtree'];

  constructor(private readonly context: KernelContext) {
    const splits = context.problem.layers.reduce((sum, layer) => sum + layer.width, 0);
    const planar = context.wantsEvidence ? undefined : context.rows.planar;
    const places = planar?.places ?? planarPlaces(ORDINARY, splits, 64);
    this.lines = new PlanarLines(context, places);
    this.vertices = new PlanarVertices(context, this.lines, places);
    this.proofs = new PlanarEvidence(context, this.lines, this.vertices);
    this.held = new PlanarShape(this.vertices);
    this.vertex = places.ringVertex;
    this.edge = places.ringEdge;
    this.values = places.values;
    this.signs = places.signs;
    this.from = places.from;
    this.vertexCount = places.vertexCount;
    this.frames = places.frames;
    if (planar !== undefined) this.subtree = this.subtreesOf(planar);
    this.rows = this.threshold = this.mass = new Float64Array(0);
    this.boundedSides = new Int8Array(context.rows.settled.length);
  }

  /** Subtrees in WebAssembly, on the arrays of this kernel. */
  private subtreesOf(planar: PlanarWalk): NonNullable<CellKernel['subtree']> {
    const { context, lines } = this;
    planar.prepare({
      originNeurons: lines.originNeurons,
      proportional: context.proportional,
      forget: (layer) => context.exact.forget(layer),
      isZero: (layer, neuron) => (context.exact.isZero(layer, neuron) ? 1 : 0),
      exactSign: (layer, neuron, v) => {
        this.layer = layer;
        return this.exactSign(neuron, v);
      },
    });
    return (node, budget, listener) => {
      const entered = this.layer;
      const at = { ...node, depth: this.depth, vertices: this.vertices.count };
      const stopped = planar.subtree(at, budget, listener);
      this.layer = entered;
      return stopped;
    };
  }

  reset(): void {
    this.depth = 0;
    this.vertices.count = 0;
    // Counterclockwise: bottom, right, top, left.
    const faces = [2, 1, 3, 0] as const;
    faces.forEach((face, i) => {
      this.vertex[i] = this.vertices.addCorner(faces[(i + 3) % FACES]!, face);
      this.edge[i] = face;
    });
    this.from[0] = 0;
    this.from[1] = FACES;
    this.vertexCount[0] = this.vertices.count;
    this.bound();
    this.proofs.reset();
  }

  enterLayer(layer: number): void {
    this.takeRows(layer);
    this.enclose(layer);
    if (!this.context.wantsEvidence) return;
    const frame = this.depth * FRAME;
    this.proofs.enterLayer(layer, this.depth, this.ring(), [this.frames[frame + 2]!, this.frames[frame + 3]!]);
  }

  turnTo(layer: number): void {
    this.takeRows(layer);
    this.enclosed = -1;
  }

  /** What the bounding box says about all neurons at once. */
  private enclose(layer: number) {
    const { rows } = this.context;
    const { box } = rows.enclosure;
    for (let i = 0; i < 4; i++) box[i] = this.frames[this.depth * FRAME + i]!;
    rows.enclose(layer, 2, 8);
    this.enclosed = this.depth;
  }

  narrowings(): readonly Narrowing[] {
    return this.proofs.narrowings();
  }

  private takeRows(layer: number) {
    const { rows } = this.context;
    this.layer = layer;
    this.rows = rows.rows[layer]!;
    this.threshold = rows.threshold[layer]!;
    this.mass = rows.mass[layer]!;
  }

  leaveLayer(layer: number): void {
    if (layer > 0) this.takeRows(layer - 1);
    this.enclosed = -1;
    if (this.context.wantsEvidence) this.proofs.leaveLayer();
  }

  bounded(): Int8Array {
    if (this.context.wantsEvidence) {
      const sides = this.proofs.sides(this.layer);
      this.enclose(this.layer);
      return sides;
    }
    const { width } = this.context.problem.layers[this.layer]!;
    const { centre, reach } = this.context.rows.enclosure;
    const sides = this.boundedSides;
    for (let k = 0; k < width; k++) sides[k] = signBeyond(centre[k]!, reach[k]!);
    return sides;
  }

  side(neuron: number): Verdict {
    this.asked = neuron;
    const bounded = this.enclosed === this.depth ? this.sideOfEnclosure(neuron) : this.sideOfBox(neuron);
    if (bounded !== 0) {
      this.context.decisions.interval++;
      return (this.answer = bounded);
    }
    return this.sideByVertices(neuron);
  }

  /** Lemma 5 for the cell at which the layer was entered. */
  private sideOfEnclosure(neuron: number): -1 | 0 | 1 {
    const { centre, reach } = this.context.rows.enclosure;
    return signBeyond(centre[neuron]!, reach[neuron]!);
  }

  /** Lemma 5 for a part of that cell. */
  private sideOfBox(neuron: number): -1 | 0 | 1 {
    const { rows, frames } = this;
    const at = neuron * STRIDE;
    const a = rows[at]!;
    const b = rows[at + 1]!;
    const frame = this.depth * FRAME;
    const centre = a * frames[frame]! + b * frames[frame + 1]! + rows[at + 2]!;
    const reach = Math.abs(a) * frames[frame + 2]! + Math.abs(b) * frames[frame + 3]! + 8 * this.threshold[neuron]!;
    return signBeyond(centre, reach);
  }

  private sideByVertices(neuron: number): Verdict {
    const { rows, vertex, from, depth } = this;
    const { x, y } = this.vertices;
    const a = rows[neuron * STRIDE]!;
    const b = rows[neuron * STRIDE + 1]!;
    const c = rows[neuron * STRIDE + 2]!;
    const threshold = this.threshold[neuron]!;
    const span = this.mass[neuron]! + threshold;
    const limit = (threshold + this.frames[depth * FRAME + 4]! * span) * SLACK;
    const end = from[depth + 1]!;
    let seen = 0;
    for (let i = from[depth]!; i < end; i++) {
      const v = vertex[i]!;
      const sign = signBeyond(a * x[v]! + b * y[v]! + c, limit);
      seen |= sign > 0 ? POSITIVE : sign < 0 ? NEGATIVE : UNDECIDED;
    }
    if ((seen & BOTH) !== BOTH && (seen & UNDECIDED) !== 0) {
      // Identically zero: the commonest coincidence.
      if (seen === UNDECIDED && this.context.exact.isZero(this.layer, neuron)) {
        this.context.decisions.exactSign++;
        return (this.answer = 0);
      }
      return this.sideExactly(neuron);
    }
    this.context.decisions.points++;
    if ((seen & BOTH) === BOTH) return CUT;
    return (this.answer = seen === POSITIVE ? 1 : -1);
  }

  /** The last stage of `side`: every sign is settled. */
  private sideExactly(neuron: number): Verdict {
    const { vertex, from, depth, context } = this;
    let seen = 0;
    let neededExact = false;
    for (let i = from[depth]!; i < from[depth + 1]!; i++) {
      const v = vertex[i]!;
      let sign = this.doubleSign(neuron, v);
      if (sign === 0) {
        neededExact = true;
        sign = this.exactSign(neuron, v);
      }
      seen |= sign > 0 ? POSITIVE : sign < 0 ? NEGATIVE : 0;
      if (seen === BOTH) break;
    }
    context.decisions[neededExact ? 'exactSign' : 'points']++;
    if (seen === BOTH) return CUT;
    return (this.answer = seen === POSITIVE ? 1 : seen === NEGATIVE ? -1 : 0);
  }

  /** The sign of a neuron at a vertex as far as doubles know it (Lemma 4), else 0. */
  private doubleSign(neuron: number, v: number): -1 | 0 | 1 {
    const { rows } = this;
    const at = neuron * STRIDE;
    const value = rows[at]! * this.vertices.x[v]! + rows[at + 1]! * this.vertices.y[v]! + rows[at + 2]!;
    const threshold = this.threshold[neuron]!;
    const limit = (threshold + this.vertices.radius[v]! * (this.mass[neuron]! + threshold)) * SLACK;
    return signBeyond(value, limit);
  }

  private exactSign(neuron: number, v: number): -1 | 0 | 1 {
    if (this.vertices.isOrigin[v] === 1 && this.lines.originNeurons[this.layer]![neuron] === 1) return 0;
    return this.vertices.exactSign(v, this.context.exact.direction(this.layer, neuron));
  }

  descend(neuron: number, side: 1 | -1): void {
    const line = FACES + this.depth;
    this.lines.push(line, this.layer, neuron, side);
    const count = this.signsOfRing(neuron, side);
    this.depth++;
    this.cutRing(line, count);
    this.vertexCount[this.depth] = this.vertices.count;
    this.bound();
  }

  /** side * neuron at the vertices of the current ring: values, and exact signs. Returns the number of vertices. */
  private signsOfRing(neuron: number, side: 1 | -1): number {
    const { rows, vertex, from, depth } = this;
    const { x, y } = this.vertices;
    const start = from[depth]!;
    const count = from[depth + 1]! - start;
    this.reserve(from[depth + 1]! + count + 2);
    const { values, signs } = this;
    const at = neuron * STRIDE;
    const a = side * rows[at]!;
    const b = side * rows[at + 1]!;
    const c = side * rows[at + 2]!;
    const threshold = this.threshold[neuron]!;
    const limit = (threshold + this.frames[depth * FRAME + 4]! * (this.mass[neuron]! + threshold)) * SLACK;
    for (let i = 0; i < count; i++) {
      const v = vertex[start + i]!;
      const value = a * x[v]! + b * y[v]! + c;
      values[i] = value;
      const sign = signBeyond(value, limit);
      signs[i] = sign !== 0 ? sign : side * (this.doubleSign(neuron, v) || this.exactSign(neuron, v));
    }
    return count;
  }

  /** Makes room in the rings for `size` entries, and as many values. */
  private reserve(size: number) {
    if (size <= this.vertex.length) return;
    const grown = <T extends Int32Array | Float64Array | Int8Array>(old: T, larger: T): T => {
      larger.set(old);
      return larger;
    };
    this.vertex = grown(this.vertex, new Int32Array(2 * size));
    this.edge = grown(this.edge, new Int32Array(2 * size));
    this.values = grown(this.values, new Float64Array(2 * size));
    this.signs = grown(this.signs, new Int8Array(2 * size));
  }

  /** The part of the parent's ring where the signs are not negative becomes the ring of the current depth. */
  private cutRing(line: number, count: number) {
    const { vertex, edge, values, signs, vertices, from, depth } = this;
    const start = from[depth - 1]!;
    let end = from[depth]!;
    for (let i = 0; i < count; i++) {
      const j = i + 1 < count ? i + 1 : 0;
      const here = signs[i]!;
      const next = signs[j]!;
      if (here >= 0) {
        vertex[end] = vertex[start + i]!;
        // From a vertex on the crease the ring goes on along the crease if the next vertex is cut off.
        edge[end++] = here === 0 && next < 0 ? line : edge[start + i]!;
      }
      if (here * next < 0) {
        const p = vertex[start + i]!;
        const q = vertex[start + j]!;
        vertex[end] = vertices.addCrossing(edge[start + i]!, line, p, q, values[i]! / (values[i]! - values[j]!));
        edge[end++] = here > 0 ? line : edge[start + i]!;
      }
    }
    from[depth + 1] = end;
  }

  /** The bounding box of the current ring, wide enough for the exact vertices (the hypothesis of Lemma 5). */
  private bound() {
    const { vertex, from, depth, frames } = this;
    const { x, y, radius } = this.vertices;
    const { magnitude } = this.context.problem;
    const first = vertex[from[depth]!]!;
    let left = x[first]!;
    let right = left;
    let bottom = y[first]!;
    let top = bottom;
    let widest = radius[first]!;
    for (let i = from[depth]! + 1; i < from[depth + 1]!; i++) {
      const v = vertex[i]!;
      left = Math.min(left, x[v]!);
      right = Math.max(right, x[v]!);
      bottom = Math.min(bottom, y[v]!);
      top = Math.max(top, y[v]!);
      widest = Math.max(widest, radius[v]!);
    }
    const frame = depth * FRAME;
    // Halving first: the sum of two large doubles may overflow. One radius more covers the rounding of the centre.
    const margin = widest < 1 ? widest + evaluationUnit(2) : Number.POSITIVE_INFINITY;
    frames[frame] = left / 2 + right / 2;
    frames[frame + 1] = bottom / 2 + top / 2;
    frames[frame + 2] = (right / 2 - left / 2 + margin * magnitude[0]!) * SLACK + underflow(2, 0);
    frames[frame + 3] = (top / 2 - bottom / 2 + margin * magnitude[1]!) * SLACK + underflow(2, 0);
    frames[frame + 4] = widest;
  }

  ascend(): void {
    this.depth--;
    this.vertices.count = this.vertexCount[this.depth]!;
  }

  evidence(): Evidence {
    return this.proofs.evidence(this.layer, this.asked, this.answer as 1 | -1, this.ring());
  }

  witness(): Witness {
    return this.proofs.witness(this.ring());
  }

  /** The ring, counterclockwise. */
  shape(): CellShape {
    return this.held.of(this.ring());
  }

  private ring(): Ring {
    const { vertex, edge, from, depth } = this;
    return { vertex, edge, start: from[depth]!, end: from[depth + 1]! };
  }
}

/**
 * The planar kernel, for problems in two variables.
 *
 * @throws RangeError for other problems
 */
export const planarKernel: KernelFactory = (context) => {
  const { variables } = context.problem;
  if (variables !== 2)
    throw new RangeError(`planar kernel: expected 2 variables, got ${variables}; use engine lp or vertex`);
  return new PlanarKernel(context);
};
