/**
 * The last layer counted: in a cell of the layers before, the cells that its creases make are counted in place of being walked.
 *
 * The walk, whatever its engine, comes to a cell with the neurons that cut it. Their values at its vertices are all that `parts.ts` asks for. A cell of which too much would be
 * asked at once is split by the walk first, so that threads share its parts and signals are heard.
 */
import { type IntegerVector, rowAt, SLACK } from '../../exact/index.js';
import type {
  CellKernel,
  CellShape,
  KernelContext,
  KernelFactory,
  LastLayer,
  LastLayerTally,
} from '../../walk/index.js';
import { Parts } from './parts.js';
import type { ExactValues, Section } from './section.js';

/** Points that the creases of a cell may have in common so that it is counted at once, in about 50 ms; and creases, which take room. */
const MOST_POINTS = 2e6;
const MOST_CREASES = 4096;

class LastLayerCounter implements LastLayer, ExactValues {
  private readonly most: number;
  private readonly parts: Parts;
  private readonly layer: number;
  private shape: CellShape | undefined;
  private readonly corners: IntegerVector[] = [];

  constructor(
    private readonly context: KernelContext,
    private readonly kernel: CellKernel,
  ) {
    const { depth, variables } = context.problem;
    this.layer = depth - 1;
    this.most = mostCreases(variables);
    this.parts = new Parts(variables);
  }

  takes(cuts: number): boolean {
    if (cuts > this.most) return false;
    const shape = this.kernel.shape?.();
    if (shape === undefined) return false;
    this.shape = shape;
    const { cell } = this.parts;
    cell.begin(shape.count, cuts, this);
    return shape.edges !== undefined || shape.incidences?.(cell.facets) === true;
  }

  count(cuts: ArrayLike<number>): LastLayerTally {
    const { parts } = this;
    const { cell } = parts;
    const before = parts.byIntegers;
    const all = parts.told;
    this.corners.length = 0;
    for (let k = 0; k < cuts.length; k++) if (this.isNew(cuts[k]!)) this.add(cell, this.shape!, cuts[k]!);
    if (this.shape!.edges !== undefined) cell.joinRound();
    else if (cell.dimension > 1 && cell.functions > 1) cell.join();
    const cells = parts.count();
    const exactly = parts.byIntegers - before;
    return { cells, byPoints: parts.told - all - exactly, exactly };
  }

  /** Whether a neuron is the first one of those that have its crease everywhere. */
  private isNew(neuron: number): boolean {
    const classes = this.context.proportional[this.layer];
    return classes === null || classes === undefined || classes.first[neuron] === neuron;
  }

  private add(cell: Section, { count, points, radius }: CellShape, neuron: number) {
    const { problem, rows } = this.context;
    const { variables } = problem;
    const { layer } = this;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    const threshold = rows.threshold[layer]![neuron]!;
    const span = rows.mass[layer]![neuron]! + threshold;
    const to = cell.next;
    let widest = 0;
    for (let v = 0; v < count; v++) {
      let value = data[at + variables]!;
      for (let i = 0; i < variables; i++) value += data[at + i]! * points[v * variables + i]!;
      cell.values[to + v] = value;
      widest = Math.max(widest, radius[v]!);
    }
    cell.take(neuron, (threshold + widest * span) * SLACK);
  }

  /** The value of a neuron at a vertex of the cell. */
  exactly(neuron: number, v: number): bigint {
    const corner = (this.corners[v] ??= this.shape!.exact(v));
    return rowAt(this.context.exact.row(this.layer, neuron), corner.numerators, corner.denominator);
  }
}

/** How many creases a cell may have: m in n dimensions have at most C(m, n) points in common. */
function mostCreases(dimension: number): number {
  let creases = dimension;
  for (let points = 1; points <= MOST_POINTS && creases <= MOST_CREASES; ) {
    creases++;
    points = (points * creases) / (creases - dimension);
  }
  return creases - 1;
}

/**
 * Kernels that count the last layer, of an engine that holds cells by their vertices. One layer of small integers is left to those that walk subtrees in
 * whole numbers, without any signs in doubles.
 */
export function countingLastLayer(factory: KernelFactory): KernelFactory {
  return (context) => {
    const kernel = factory(context);
    if (context.problem.depth > 1 || kernel.subtree === undefined) {
      kernel.lastLayer = new LastLayerCounter(context, kernel);
    }
    return kernel;
  };
}
