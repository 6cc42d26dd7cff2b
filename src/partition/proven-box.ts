/**
 * The box that the bounds stated so far leave of the domain, for every cell of the path: what `bound` evidence relies on.
 *
 * Where a layer begins, a kernel looks for a smaller box around its cell and proves its faces by multipliers (`Narrowing` in
 * `tree.ts`): then most neurons of the layer need no multipliers of their own.
 */
import { evaluationUnit, SLACK, signBeyond, underflow } from '../exact/sign.js';
import type { KernelContext } from './kernel.js';
import type { Evidence, Narrowing } from './tree.js';
import { vertexBound } from './vertex-error.js';

/** A box around the cell is looked for where a layer has at least this many neurons: it costs as much as a few of them. */
const WORTH_A_BOX = 8;
/** A bound is kept if it takes at least this fraction (its inverse) off the box. */
const WORTHWHILE = 64;
/** Bounds are rounded outwards to this fraction (its inverse) of the cell's width, so that a checker's numbers stay short. */
const GRID = 1024;

export class ProvenBoxes {
  /** For every depth the lower and the upper bounds, and the depth at which they were looked for. */
  private readonly boxes: Float64Array;
  private readonly size: number;
  /** Where the current box begins. */
  private at = 0;
  private readonly found: Narrowing[] = [];
  private readonly decided: Int8Array;

  /** @param active variables that rows depend on */
  constructor(
    private readonly context: KernelContext,
    private readonly active: number,
  ) {
    const { wantsEvidence, problem, rows } = context;
    this.size = 2 * active + 1;
    const depths = wantsEvidence ? problem.layers.reduce((sum, { width }) => sum + width, 1) : 1;
    this.boxes = new Float64Array(depths * this.size);
    this.decided = new Int8Array(rows.settled.length);
  }

  lower(variable: number): number {
    return this.boxes[this.at + variable]!;
  }

  upper(variable: number): number {
    return this.boxes[this.at + this.active + variable]!;
  }

  /** The cell is the whole domain. */
  reset(): void {
    const { outerLower, outerUpper } = this.context.problem;
    this.at = 0;
    this.boxes.set(outerLower.subarray(0, this.active));
    this.boxes.set(outerUpper.subarray(0, this.active), this.active);
    this.boxes[this.size - 1] = 0;
  }

  descend(): void {
    if (!this.context.wantsEvidence) return;
    this.boxes.copyWithin(this.at + this.size, this.at, this.at + this.size);
    this.at += this.size;
  }

  ascend(): void {
    if (this.context.wantsEvidence) this.at -= this.size;
  }

  /** A layer begins at the given depth: whether `offer` should be tried for every variable on both sides. */
  begin(layer: number, depth: number): boolean {
    const { problem, wantsEvidence } = this.context;
    this.found.length = 0;
    if (!wantsEvidence || problem.homogeneous || !problem.plainCoordinates) return false;
    if (problem.layers[layer]!.width < WORTH_A_BOX || depth === this.boxes[this.at + this.size - 1]) return false;
    this.boxes[this.at + this.size - 1] = depth;
    return true;
  }

  /**
   * Takes a bound if it is worth it: side * variable is certainly at least `low` on the cell.
   *
   * @param width of the cell in that variable, more or less
   */
  offer(variable: number, side: 1 | -1, low: number, width: number, evidence: () => Evidence): void {
    const grid = 2 ** Math.ceil(Math.log2(width / GRID));
    // Exact: a double divided and multiplied by a power of two, and a whole number of those.
    const rounded = grid > 0 && Number.isFinite(grid) ? Math.floor(low / grid) * grid : low;
    const value = side * rounded;
    const lower = this.lower(variable);
    const upper = this.upper(variable);
    if (!(side * (value - (side > 0 ? lower : upper)) * WORTHWHILE > upper - lower)) return;
    this.boxes[this.at + (side > 0 ? 0 : this.active) + variable] = value;
    this.found.push({ variable, side, value, evidence: evidence() });
  }

  /** The bounds taken since the last `begin`. */
  narrowings(): readonly Narrowing[] {
    return this.found;
  }

  /** For every neuron of a layer the side that the box leaves no choice about, or 0; overwritten by the next call. */
  sides(layer: number): Int8Array {
    const { boxes, at, active, size } = this;
    const lower = boxes.subarray(at, at + active);
    sidesInBox(this.context, layer, { lower, upper: boxes.subarray(at + active, at + size - 1) }, this.decided);
    return this.decided;
  }
}

/**
 * For every neuron of a layer the side on which it certainly lies throughout a box in the first variables, as many as the box
 * has, or 0. The box lies in that of the domain. Changes the rows' enclosure.
 *
 * For x in the box |r(x) - r(middle)| <= sum |r_i| half_i, and Lemma 2 bounds the error at the middle, which is rounded.
 */
export function sidesInBox(
  { rows, problem }: KernelContext,
  layer: number,
  { lower, upper }: { readonly lower: Float64Array; readonly upper: Float64Array },
  sides: Int8Array,
): void {
  const active = lower.length;
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
  for (let k = 0; k < width; k++) sides[k] = signBeyond(centre[k]!, vertexBound(reach[k]!, 0, 0));
}
