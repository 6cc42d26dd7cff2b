/**
 * The constraints that the current path has put on the cell, by number: first the faces of the box, then the splits.
 */
import { isOrdinary, SLACK } from '../../exact/index.js';
import type { KernelContext } from '../../walk/index.js';
import { ROUNDED_RADIUS } from '../evidence/index.js';

/** The splits above a cell, and the constraint in each slot of the tight sets. */
export class VertexPath {
  /** Active variables: all of them, but for a homogenising one that no row depends on. */
  readonly n: number;
  readonly splitLayer: number[] = [];
  readonly splitNeuron: number[] = [];
  readonly splitSide: (1 | -1)[] = [];
  /** The layer whose neurons are asked about, and split the cell. */
  layer = 0;
  /** The constraint in each slot: 2i and 2i + 1 for x_i at its lower and upper bound, 2n + k for the k-th split. */
  owner: Int32Array = new Int32Array(32);

  /** The units L_i and the quotient Q of `engines/evidence/vertex-error.ts`. */
  readonly units: Float64Array;
  readonly quotient: number;
  /** The radius of a vertex whose doubles are the nearest ones. */
  readonly rounded: number;
  /** Whether the lemmas there hold: the box is neither too small nor too large. */
  readonly ordinary: boolean;

  constructor(readonly context: KernelContext) {
    const { problem } = context;
    this.n = isCentral(context) ? problem.variables - 1 : problem.variables;
    this.units = problem.outerUpper.map((upper, i) => upper / 2 - problem.outerLower[i]! / 2);
    this.quotient = Math.max(...problem.magnitude.map((x, i) => x / this.units[i]!)) * SLACK;
    this.rounded = ROUNDED_RADIUS * this.quotient;
    this.ordinary = problem.magnitude.every(isOrdinary) && this.units.every(isOrdinary);
  }

  /** What a row may vary by where coordinates do by radii: W of Lemma 3. @param at, @param from where the row and the radii begin */
  reach(row: Float64Array, at: number, radii: Float64Array, from: number): number {
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += Math.abs(row[at + i]!) * this.units[i]! * radii[from + i]!;
    return sum;
  }

  /** The swing of a neuron's row on the current cell. */
  swing(layer: number, neuron: number): number {
    const { rows } = this.context;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += Math.abs(data[at + i]!) * this.units[i]!;
    return sum;
  }
}

/**
 * Whether the whole space is partitioned by hyperplanes through 0: then no row depends on the homogenising variable, and
 * the cells are prisms over those in the other variables.
 */
function isCentral({ problem }: KernelContext): boolean {
  const { homogeneous, variables, first, given, biasSlot, layers, depth } = problem;
  if (!homogeneous) return false;
  const entries = variables + 1;
  const isFree = (entry: bigint, i: number) => i % entries !== biasSlot || entry === 0n;
  if (!first.numerators.every(isFree) || !given.numerators.every(isFree)) return false;
  return layers.slice(0, depth).every((layer, l) => l === 0 || layer.integers().bias.every((b) => b === 0n));
}
