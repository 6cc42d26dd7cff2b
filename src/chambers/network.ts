/**
 * The hyperplanes of a network with one layer that bends, and its domain.
 */
import type { PartitionProblem } from '../problem/index.js';
import type { Arrangement } from './arrangement.js';

/** A network whose cells are not those of an arrangement: the message says why, and what to do. */
export class ChamberError extends Error {
  override readonly name = 'ChamberError';
}

export interface NetworkArrangement {
  readonly arrangement: Arrangement;
  /** Undefined for all of R^d. */
  readonly walls: readonly (readonly bigint[])[] | undefined;
}

/** @param problem in all variables (`partitionProblem` without `rowSpace`). @throws ChamberError unless one layer bends */
export function arrangementOf(problem: PartitionProblem): NetworkArrangement {
  const { depth, layers, first, homogeneous, variables, biasSlot } = problem;
  if (depth > 1)
    throw new ChamberError(
      `engine chambers: expected a network with one layer that bends, got ${depth}; use --engine auto`,
    );
  const dimension = homogeneous ? variables - 1 : variables;
  const bends = layers[0]?.bends ?? new Uint8Array(0);
  const planes: (readonly bigint[])[] = [];
  bends.forEach((bend, k) => {
    const row = first.numerators.slice(k * (variables + 1), (k + 1) * (variables + 1));
    if (bend === 1 && depth === 1) planes.push([...row.slice(0, dimension), -row[biasSlot]!]);
  });
  return { arrangement: { dimension, planes }, walls: wallsOf(problem, dimension) };
}

function wallsOf(problem: PartitionProblem, dimension: number): (readonly bigint[])[] | undefined {
  const { homogeneous, variables, given, exactLower, exactUpper, boxDenominator } = problem;
  const unit = (at: number, value: bigint) => Array.from({ length: dimension + 1 }, (_, c) => (c === at ? value : 0n));
  const walls: bigint[][] = [];
  for (let at = 0; at < given.numerators.length; at += variables + 1)
    walls.push(given.numerators.slice(at, at + dimension + 1));
  if (homogeneous) return walls.length === 0 ? undefined : [unit(dimension, 1n), ...walls];
  for (let v = 0; v < variables; v++) {
    const [low, high] = [unit(v, boxDenominator), unit(v, -boxDenominator)];
    low[dimension] = -exactLower[v]!;
    high[dimension] = exactUpper[v]!;
    walls.push(low, high);
  }
  return walls;
}
