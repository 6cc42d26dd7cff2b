/**
 * What a walk works in, made once per problem and handed from walk to walk: a run in slices of a tenth of a second would
 * otherwise spend them on copying weights.
 */
import { type PartitionProblem, type ProportionalNeurons, proportionalNeurons } from '../problem/index.js';
import { type ExactRows, exactRows } from './exact-rows.js';
import type { ArithmeticName } from './layer/memory.js';
import { type CellRows, cellRows } from './rows.js';

export interface WalkSpace {
  readonly problem: PartitionProblem;
  readonly rows: CellRows;
  readonly exact: ExactRows;
  /** sums[layer][level]: room for the rows of a layer in the making after `level` splits of the layer before it. */
  readonly sums: readonly Float64Array[][];
  /** Per layer the neurons with a common crease, or null. */
  readonly proportional: readonly (ProportionalNeurons | null)[];
}

/** Per problem, or family of problems, the space that is free: that of the last walk. */
const free = new WeakMap<object, WalkSpace>();

/** Cost: a look at all weights, and exact products where neurons look alike. */
function newSpace(problem: PartitionProblem, arithmetic?: ArithmeticName): WalkSpace {
  const rows = cellRows(problem, arithmetic);
  return {
    problem,
    rows,
    exact: exactRows(problem, rows.sides),
    sums: problem.layers.map(() => []),
    proportional: problem.layers.slice(0, problem.depth).map((_, layer) => proportionalNeurons(problem, layer)),
  };
}

/**
 * A space for a walk of the problem, which nobody else has until it is given back.
 *
 * @param owner the problem, or the family of which it is one: for each of them one space is kept
 * @param arithmetic insists on one: then the space is new
 */
export function takeSpace(owner: object, problem: PartitionProblem, arithmetic?: ArithmeticName): WalkSpace {
  if (arithmetic !== undefined) return newSpace(problem, arithmetic);
  const known = free.get(owner);
  if (known?.problem !== problem) return newSpace(problem);
  free.delete(owner);
  for (const sides of known.rows.sides) sides.fill(0);
  known.exact.kept.fill(0);
  for (let layer = 0; layer < problem.layers.length; layer++) known.exact.forget(layer);
  return known;
}

/** To be called where a walk has ended well; a space that is not given back is lost. */
export function giveSpace(owner: object, space: WalkSpace): void {
  free.set(owner, space);
}
