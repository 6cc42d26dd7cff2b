/**
 * A vertex of the `vertex` engine where given constraints meet, outside of any walk.
 */

import { VertexPath } from '../../../src/engines/vertex/path.js';
import { VertexPool } from '../../../src/engines/vertex/pool.js';
import { solve } from '../../../src/exact/linear-systems.js';
import { type Rational, rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box, type Domain } from '../../../src/network/domain.js';
import { buildNetwork, RELU } from '../../../src/network/network.js';
import type { PartitionProblem } from '../../../src/problem/lowering.js';
import type { ExactRows } from '../../../src/walk/exact-rows.js';
import type { CellRows } from '../../../src/walk/rows.js';
import { contextOf } from './vertex-context.js';

/** The box that such vertices lie in: lower and upper bounds of up to 5 variables. */
export const BOUNDS = [
  [-1, 2],
  [0, 1],
  [-3, 0.5],
  [1, 1.25],
  [-2, 2],
] as const;

/** The neurons of the only layer; constraint k is neuron k, or a face of variable k instead. */
export interface TightConstraints {
  /** At least n rows of n weights. */
  readonly weights: readonly number[];
  readonly bias: readonly number[];
  /** Per constraint: undefined for the neuron, else whether it is the upper face. */
  readonly faces: readonly (boolean | undefined)[];
  /** The slots of the constraints in tight sets of two words. */
  readonly slots: readonly number[];
}

export interface PlacedVertex {
  readonly problem: PartitionProblem;
  readonly rows: CellRows;
  readonly exact: ExactRows;
  readonly path: VertexPath;
  readonly pool: VertexPool;
  readonly id: number;
  /** Where the constraints meet; undefined if not in one point. Nobody has told the pool. */
  readonly place: readonly Rational[] | undefined;
}

/** The box of `BOUNDS` in n variables. */
function boxOf(n: number): Domain {
  const bounds = (side: 0 | 1) => BOUNDS.slice(0, n).map((bound) => rationalFromDouble(bound[side]));
  return box(bounds(0), bounds(1));
}

/** A pool with one vertex in n variables, tight for the constraints. @param domain the whole space only where all biases are 0 */
export function placedVertex(
  n: number,
  { weights, bias, faces, slots }: TightConstraints,
  domain = boxOf(n),
): PlacedVertex {
  const affine = affineFromDoubles(bias.length, n, weights, bias);
  const network = buildNetwork(n, [{ affine }, { slopes: bias.map(() => RELU) }]);
  const context = contextOf(network, domain);
  const { problem, rows, exact } = context;
  const path = new VertexPath(context);
  const pool = new VertexPool(n, 2);
  pool.widen();
  path.owner = new Int32Array(64);
  // It is not the first one of the pool.
  pool.add();
  pool.add();
  const id = pool.add();
  const constraints = faces.map((face, k) => {
    path.splitLayer[k] = 0;
    path.splitNeuron[k] = k;
    path.splitSide[k] = 1;
    const slot = slots[k]!;
    path.owner[slot] = face === undefined ? 2 * n + k : 2 * k + (face ? 1 : 0);
    pool.tight[id * pool.words + (slot >>> 5)]! |= 1 << (slot & 31);
    if (face === undefined) {
      const row = exact.row(0, k);
      return { row: row.slice(0, n), right: -row.at(-1)! };
    }
    const bound = (face ? problem.exactUpper : problem.exactLower)[k]!;
    return { row: Array.from({ length: n }, (_, i) => (i === k ? problem.boxDenominator : 0n)), right: bound };
  });
  const vertex = solve(
    constraints.map(({ row }) => row),
    constraints.map(({ right }) => right),
  );
  const place = vertex?.numerators.map((x) => rational(x, vertex.denominator));
  return { problem, rows, exact, path, pool, id, place };
}
