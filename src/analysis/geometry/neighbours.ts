/**
 * The cell on the other side of a facet.
 *
 * The cells and their faces form a polyhedral complex: every layer refines the complex of the layers before by the sign of
 * functions that are continuous and affine on its cells (Grigsby and Lindsey 2022, theorem 1), and a bound of the domain
 * refines nothing. So a facet of a cell inside the domain is a facet of exactly one other cell, and a neuron's sign there
 * is, for any point p in the facet's relative interior and any direction v out of the cell, the sign just beyond p along v.
 * Neurons that are not zero at p keep their sign by continuity; often the facet's own neuron is the only other one.
 */
import { signOfInteger } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type ExactRows, exactRows } from '../../walk/index.js';
import type { Cell, SideChange, Split } from '../cells/index.js';
import { ParallelRows } from './parallel-rows.js';
import { type ConstraintNumber, constraintRow } from './polytope.js';

/** A neuron by its layer and its number there. */
export type NeuronName = readonly [layer: number, neuron: number];

/** What is different on the two sides of a facet. */
export interface Crossing {
  /**
   * The neurons that bend and are zero on the facet, but not on all of both cells, in order: where creases coincide there are several,
   * duplicated and proportional ones among them, and those that only touch zero.
   */
  readonly neurons: readonly NeuronName[];
  /** The neurons that are on another side on the neighbouring cell than on this one. */
  readonly changes: readonly SideChange[];
}

/**
 * Crosses facets of the cells of a problem, one after the other.
 *
 * Cost: a look into a table, as long as no layer below has changed since the last cell (`parallel-rows.ts`); exact rows only where
 * several neurons are zero on the facet.
 */
export class Crossings {
  private readonly parallel: ParallelRows;
  /** The sides beyond a facet, and the rows there; every crossing that needs them overwrites them. */
  private readonly beyond: readonly Int8Array[];
  private readonly exact: ExactRows;
  private cell: Cell | undefined;

  constructor(private readonly problem: PartitionProblem) {
    this.parallel = new ParallelRows(problem);
    this.beyond = problem.layers.map(({ width }) => new Int8Array(width));
    this.exact = exactRows(problem, this.beyond);
  }

  /** @param constraint the first one that is zero on a facet of the cell; made by a split, not by a bound of the domain */
  of(cell: Cell, constraint: ConstraintNumber): Crossing {
    const maker = cell.splits[constraint - 2 * this.problem.variables]!;
    const zeros = this.zerosOn(cell, maker);
    const { layer, neuron, side } = maker;
    if (zeros === undefined) return { neurons: [[layer, neuron]], changes: [{ layer, neuron, side: -side }] };
    return this.several(cell, constraint, zeros);
  }

  /** Whether the neuron of a split is the only one that is zero on its facet; then it alone is on another side beyond. */
  isSimple(cell: Cell, maker: Split): boolean {
    return this.zerosOn(cell, maker) === undefined;
  }

  /** The neurons that bend and are zero on the whole facet of a split; undefined if that is its own alone. */
  private zerosOn(cell: Cell, maker: Split): NeuronName[] | undefined {
    if (cell !== this.cell) this.parallel.enter(cell);
    this.cell = cell;
    return this.parallel.to(cell, maker);
  }

  private several(cell: Cell, constraint: ConstraintNumber, zeros: readonly NeuronName[]): Crossing {
    const { rows, outputLayer } = cell;
    const outward = constraintRow(cell, constraint)
      .slice(0, this.problem.variables)
      .map((entry) => -entry);
    const beyond = this.sidesBeyond(cell, zeros, outward);
    const changes: SideChange[] = [];
    for (let layer = 0; layer < outputLayer; layer++) {
      beyond[layer]!.forEach((side, neuron) => {
        if (side !== rows.sides[layer]![neuron]) changes.push({ layer, neuron, side });
      });
    }
    const neurons = zeros.filter(([l, j]) => rows.sides[l]![j] !== 0 || beyond[l]![j] !== 0);
    return { neurons, changes };
  }

  /**
   * The sides of all neurons just beyond a facet in a direction out of the cell.
   *
   * A neuron that is not zero on the facet keeps its side. Of the others the slope of the row beyond decides; rows there are summed up
   * exactly, and lattices have few different ones.
   */
  private sidesBeyond(
    { rows, outputLayer }: Cell,
    zeros: readonly NeuronName[],
    direction: readonly bigint[],
  ): readonly Int8Array[] {
    const { beyond, exact } = this;
    for (let layer = 0; layer < outputLayer; layer++) {
      exact.forget(layer);
      beyond[layer]!.set(rows.sides[layer]!);
    }
    // Layer by layer, so that the sides below are those beyond.
    for (const [layer, neuron] of zeros) {
      const row = exact.direction(layer, neuron);
      beyond[layer]![neuron] = signOfInteger(direction.reduce((sum, d, i) => sum + d * row[i]!, 0n));
    }
    return beyond;
  }
}
