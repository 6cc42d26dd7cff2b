/**
 * The exact rows of the current cell, computed only where a double could not decide, and kept for the depth-first path.
 */
import type { PartitionProblem } from './problem.js';

/**
 * Exact pre-activations of the neurons on the cell that the current path describes.
 *
 * `row(layer, neuron)` holds `variables + 1` integers, the last one constant; the true row is row / `denominator(layer)`.
 */
export interface ExactRows {
  row(layer: number, neuron: number): readonly bigint[];
  denominator(layer: number): bigint;
  /** The sides of layer - 1 have changed: forget the rows of `layer`. Deeper layers are entered, hence forgotten, later. */
  forget(layer: number): void;
  /** How many rows were computed so far. */
  readonly computed: number;
}

/**
 * @param sides per layer and neuron the side taken (0: identically zero); row(l, .) reads the sides of the layers below l.
 *
 * Cost: the rows of the active neurons of all layers below, once per path, then (active neurons) * (variables + 1)
 * integer products for each row.
 */
export function exactRows(problem: PartitionProblem, sides: readonly Int8Array[]): ExactRows {
  const entries = problem.variables + 1;
  const cache: (readonly bigint[] | undefined)[][] = problem.layers.map((layer) =>
    new Array(layer.width).fill(undefined),
  );
  /** Whether anything is cached: mostly nothing is, and `forget` is called for every cell of every layer. */
  const filled = problem.layers.map(() => false);
  const denominators: bigint[] = [problem.first.denominator];
  if (problem.layers.length > problem.depth) denominators[problem.depth] = problem.given.denominator;
  let computed = 0;

  function denominator(layer: number): bigint {
    return (denominators[layer] ??= denominator(layer - 1) * problem.layers[layer]!.integers().denominator);
  }

  function compute(layer: number, neuron: number): bigint[] {
    computed++;
    filled[layer] = true;
    const given = layer === problem.depth ? problem.given : layer === 0 ? problem.first : undefined;
    if (given !== undefined) return given.numerators.slice(neuron * entries, (neuron + 1) * entries);
    const { plus, minus, bias } = problem.layers[layer]!.integers();
    const width = problem.layers[layer]!.width;
    const below = sides[layer - 1]!;
    const sum = new Array<bigint>(entries).fill(0n);
    for (let j = 0; j < below.length; j++) {
      const side = below[j]!;
      // A pre-activation that is identically zero contributes nothing whatever its slopes are.
      const weights = side > 0 ? plus : side < 0 ? minus : null;
      if (weights === null) continue;
      const weight = weights[j * width + neuron]!;
      if (weight === 0n) continue;
      const source = row(layer - 1, j);
      for (let i = 0; i < entries; i++) sum[i]! += weight * source[i]!;
    }
    sum[problem.biasSlot]! += bias[neuron]! * denominator(layer - 1);
    return sum;
  }

  function row(layer: number, neuron: number): readonly bigint[] {
    return (cache[layer]![neuron] ??= compute(layer, neuron));
  }

  return {
    row,
    denominator,
    forget(layer) {
      // The first layer's rows are the same on every path.
      if (layer === 0 || !filled[layer]) return;
      cache[layer]!.fill(undefined);
      filled[layer] = false;
    },
    get computed() {
      return computed;
    },
  };
}

/** row . (point, 1), scaled by the point's (positive) denominator. */
export function rowAt(row: readonly bigint[], numerators: readonly bigint[], denominator: bigint): bigint {
  const last = row.length - 1;
  let sum = row[last]! * denominator;
  for (let i = 0; i < last; i++) sum += row[i]! * numerators[i]!;
  return sum;
}

/** The minimum of a row over the exact box, scaled by the box's denominator. */
export function minimumOverBox(row: readonly bigint[], problem: PartitionProblem): bigint {
  const { exactLower, exactUpper, boxDenominator, variables } = problem;
  let sum = row[variables]! * boxDenominator;
  for (let i = 0; i < variables; i++) {
    const a = row[i]!;
    if (a !== 0n) sum += a * (a > 0n ? exactLower[i]! : exactUpper[i]!);
  }
  return sum;
}
