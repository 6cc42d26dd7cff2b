/**
 * The constraints that the current path has put on the cell, by number: first the faces of the box, then the splits.
 */
import type { KernelContext } from './kernel.js';

/** The splits above a cell, and the constraint in each slot of the tight sets. */
export class VertexPath {
  /** Active variables: all of them, but for a homogenising one that no row depends on. */
  readonly n: number;
  readonly splitLayer: number[] = [];
  readonly splitNeuron: number[] = [];
  readonly splitSide: (1 | -1)[] = [];
  /** The constraint in each slot: 2i and 2i + 1 for x_i at its lower and upper bound, 2n + k for the k-th split. */
  owner = new Int32Array(32);

  constructor(readonly context: KernelContext) {
    const { problem } = context;
    this.n = isCentral(context) ? problem.variables - 1 : problem.variables;
  }

  /** The split in a slot, or -1 for a face of the box. */
  splitIn(slot: number): number {
    return this.owner[slot]! - 2 * this.n;
  }
}

/**
 * Whether the whole space is partitioned by hyperplanes through 0: then no row depends on the homogenising variable, and
 * the cells are prisms over those in the other variables.
 */
function isCentral({ problem }: KernelContext): boolean {
  const { homogeneous, variables, first, biasSlot, layers } = problem;
  if (!homogeneous || variables < 2) return false;
  const entries = variables + 1;
  const inFirst = first.numerators.every((entry, i) => i % entries !== biasSlot || entry === 0n);
  return inFirst && layers.every((layer, l) => l === 0 || layer.integers().bias.every((b) => b === 0n));
}
