/**
 * The box that the bounds stated so far leave of the domain, for every layer of the path: what `bound` evidence relies on.
 *
 * Where a layer begins, a kernel looks for a smaller box around its cell and proves its faces by multipliers (`Narrowing` in
 * `walk/tree.ts`): then most neurons of the layer need no multipliers of their own.
 */
import { evaluationUnit, SLACK, signBeyond, underflow } from '../../exact/index.js';
import type { Evidence, KernelContext, Narrowing } from '../../walk/index.js';
import { vertexBound } from './vertex-error.js';

/** A box around the cell is looked for where a layer has at least this many neurons: it costs as much as a few of them. */
const WORTH_A_BOX = 8;
/** A bound is kept if it takes at least this fraction (its inverse) off the box. */
const WORTHWHILE = 64;
/** Bounds are rounded outwards to this fraction (its inverse) of the cell's width, so that a checker's numbers stay short. */
const GRID = 1024;

interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The depth at which its faces were looked for. */
  depth: number;
}

export class ProvenBoxes {
  /** The domain's box, and one for every layer entered. */
  private readonly boxes: Box[] = [];
  private level = 0;
  private readonly found: Narrowing[] = [];
  private readonly decided: Int8Array;

  /**
   * @param active variables that rows depend on
   * @param least neurons of a layer that are worth a box; default: none is, where nobody wants evidence
   */
  constructor(
    private readonly context: KernelContext,
    private readonly active: number,
    private readonly least = context.wantsEvidence ? WORTH_A_BOX : Number.POSITIVE_INFINITY,
  ) {
    this.decided = new Int8Array(context.rows.settled.length);
  }

  /** The current box. */
  get lower(): Float64Array {
    return this.boxes[this.level]!.lower;
  }

  get upper(): Float64Array {
    return this.boxes[this.level]!.upper;
  }

  /** The cell is the whole domain. */
  reset(): void {
    const { outerLower, outerUpper } = this.context.problem;
    this.enter(0, outerLower, outerUpper, 0);
  }

  private enter(level: number, lower: Float64Array, upper: Float64Array, depth: number) {
    const { active } = this;
    this.level = level;
    const box = (this.boxes[level] ??= { lower: new Float64Array(active), upper: new Float64Array(active), depth });
    box.lower.set(lower.subarray(0, active));
    box.upper.set(upper.subarray(0, active));
    box.depth = depth;
  }

  /** A layer begins at the given depth: whether `offer` should be tried for every variable on both sides. */
  begin(layer: number, depth: number): boolean {
    const { problem } = this.context;
    const before = this.boxes[this.level]!;
    const pays = problem.layers[layer]!.width >= this.least && !problem.homogeneous && problem.plainCoordinates;
    this.enter(this.level + 1, before.lower, before.upper, pays ? depth : before.depth);
    this.found.length = 0;
    return pays && depth !== before.depth;
  }

  /** The layer begun last has been walked. */
  leave(): void {
    this.level--;
  }

  /**
   * Takes a bound if it is worth it: side * variable is certainly at least `low` on the cell.
   *
   * @param width of the cell in that variable, more or less
   */
  offer(variable: number, side: 1 | -1, low: number, width: number, evidence: () => Evidence): void {
    const grid = 2 ** Math.ceil(Math.log2(width / GRID));
    // Exact: a double divided and multiplied by a power of two, and a whole number of those. NaN, which is no bound, if there
    // is no such grid.
    const value = side * Math.floor(low / grid) * grid;
    const { lower, upper } = this;
    const bounds = side > 0 ? lower : upper;
    if (!(side * (value - bounds[variable]!) * WORTHWHILE > upper[variable]! - lower[variable]!)) return;
    bounds[variable] = value;
    this.found.push({ variable, side, value, evidence: evidence() });
  }

  /** The bounds taken since the last `begin`. */
  narrowings(): readonly Narrowing[] {
    return this.found;
  }

  /**
   * For every neuron of a layer the side that the box leaves no choice about, or 0; overwritten by the next call. Changes the
   * rows' enclosure.
   *
   * For x in the box |r(x) - r(middle)| <= sum |r_i| half_i, and Lemma 2 bounds the error at the middle, which is rounded.
   */
  sides(layer: number): Int8Array {
    const { active, decided, lower, upper } = this;
    const { rows, problem } = this.context;
    const { box, centre, reach } = rows.enclosure;
    for (let i = 0; i < active; i++) {
      const lo = lower[i]!;
      const hi = upper[i]!;
      box[i] = lo / 2 + hi / 2;
      const margin = evaluationUnit(2) * problem.magnitude[i]!;
      box[active + i] = (hi / 2 - lo / 2 + margin) * SLACK + underflow(2, 0);
    }
    rows.enclose(layer, active, 1);
    const { width } = problem.layers[layer]!;
    for (let k = 0; k < width; k++) decided[k] = signBeyond(centre[k]!, vertexBound(reach[k]!, 0));
    return decided;
  }
}
