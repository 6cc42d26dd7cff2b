/**
 * Which cells share a facet.
 */

import type { PartitionProblem } from '../../problem/index.js';
import type { Cell, CellOptions } from '../cells/index.js';
import { forEachCell, PatternIndex, type PatternKeys, withPatternKeys } from '../cells/index.js';
import { type CellFacet, type CellGeometry, cellGeometry, isBound } from './facets.js';
import { type Crossing, Crossings } from './neighbours.js';
import type { ConstraintNumber } from './polytope.js';

/** A facet shared by two cells, met at the later one. */
export interface SharedFacet {
  readonly cell: Cell;
  /** The first constraint on the facet. */
  readonly constraint: ConstraintNumber;
  /** The neurons that are zero on the facet. */
  readonly neurons: Crossing['neurons'];
  /** The other cell; it comes earlier in tree order. */
  readonly neighbour: number;
}

/**
 * Reports every facet inside the domain once, at the later of its two cells.
 *
 * A facet on the crease of a split has its two cells in the two subtrees of that split: on the facet's relative interior
 * all splits above are strict. So the neighbour of a cell on the positive side comes earlier, and the others are left out.
 */
export class AdjacencyWalk {
  private readonly index = new PatternIndex();
  private readonly crossings: Crossings;

  constructor(
    problem: PartitionProblem,
    private readonly keys: PatternKeys,
    private readonly geometry: CellGeometry,
    private readonly report: (shared: SharedFacet) => void,
  ) {
    this.crossings = new Crossings(problem);
  }

  /** The next cell. Facets between cells that are not both visited are not reported. */
  visit(cell: Cell): void {
    const { sides } = cell.rows;
    const own = this.keys.keyOf(sides);
    for (const maker of this.geometry.makers(cell)) {
      if (cell.splits[maker - 2 * cell.problem.variables]!.side < 0) continue;
      const { neurons, changes } = this.crossings.of(cell, maker);
      const neighbour = this.index.find(this.keys.changed(own, sides, changes));
      if (neighbour !== undefined) this.report({ cell, constraint: maker, neurons, neighbour });
    }
    this.index.add(own, cell.id);
  }
}

/** An edge of the adjacency graph: two cells and the neurons (layer, index) that are zero on the facet between them. */
export interface AdjacencyEdge {
  readonly cells: readonly [number, number];
  readonly neurons: readonly (readonly [number, number])[];
}

/** The neurons of the splits that make a facet; a bound makes none. */
export function makersOf(cell: Cell, facet: Pick<CellFacet, 'constraints'>): (readonly [number, number])[] {
  const { problem, splits } = cell;
  return facet.constraints
    .filter((constraint) => !isBound(problem, constraint))
    .map((constraint) => splits[constraint - 2 * problem.variables]!)
    .map(({ layer, neuron }) => [layer, neuron] as const);
}

/**
 * All edges of the adjacency graph, each once, the earlier cell first.
 *
 * Memory: one key per cell, and the edges.
 */
export function adjacencyEdges(problem: PartitionProblem, options: CellOptions = {}): AdjacencyEdge[] {
  return withPatternKeys(problem, (keys) => {
    const edges: AdjacencyEdge[] = [];
    const walk = new AdjacencyWalk(problem, keys, cellGeometry(problem), ({ cell, neurons, neighbour }) => {
      edges.push({ cells: [neighbour, cell.id], neurons });
    });
    forEachCell(problem, (cell) => walk.visit(cell), options);
    return edges;
  });
}
