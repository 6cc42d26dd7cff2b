/**
 * The exact rows of the current cell, computed only where a double could not decide, and kept for the depth-first path.
 *
 * A row is summed up from the rows of the layer below, packed into one integer each (`exact/packed.ts`), in slots wide enough
 * for the last layer: most rows are only summed up further or found to be 0, and need not be unpacked.
 */
import { larger, magnitude, packed, slotBits, unpacked } from '../exact/index.js';
import type { GivenRows, PartitionProblem } from '../problem/index.js';

/**
 * Exact pre-activations of the neurons on the cell that the current path describes.
 *
 * `row(layer, neuron)` holds `variables + 1` integers, the last one constant; the true row is row / `denominator(layer)`.
 */
export interface ExactRows {
  row(layer: number, neuron: number): readonly bigint[];
  /** Whether the row is 0: the pre-activation vanishes on the whole cell. Cheaper than `row`. */
  isZero(layer: number, neuron: number): boolean;
  denominator(layer: number): bigint;
  /** The sides of layer - 1 have changed: forget the rows of `layer`. Deeper layers are entered, hence forgotten, later. */
  forget(layer: number): void;
  /** How many rows were computed so far. */
  readonly computed: number;
}

/** A neuron's exact weights: which neurons of the layer before have a nonzero one on some side. */
interface Fan {
  readonly from: readonly number[];
  readonly plus: readonly bigint[];
  readonly minus: readonly bigint[] | null;
}

/**
 * @param sides per layer and neuron the side taken (0: identically zero); row(l, .) reads the sides of the layers below l.
 *
 * Cost: the rows of the active neurons of all layers below, once per path, then one long product for each active neuron
 * with a nonzero weight.
 */
export function exactRows(problem: PartitionProblem, sides: readonly Int8Array[]): ExactRows {
  const entries = problem.variables + 1;
  const { layers, first, given, depth, biasSlot } = problem;
  const unknown = <T>() => layers.map((layer) => new Array<T | undefined>(layer.width).fill(undefined));
  /** Packed rows, and the unpacked ones that were asked for. */
  const sums = unknown<bigint>();
  const rows = unknown<readonly bigint[]>();
  const fans = unknown<Fan>();
  /** Whether anything is cached: mostly nothing is, and `forget` is called for every cell of every layer. */
  const filled = layers.map(() => false);
  const denominators: bigint[] = [first.denominator];
  if (layers.length > depth) denominators[depth] = given.denominator;
  let slot = 0;
  let computed = 0;

  function denominator(layer: number): bigint {
    return (denominators[layer] ??= denominator(layer - 1) * layers[layer]!.integers().denominator);
  }

  /** The slot width: enough for the entries of every row of every layer on every path. */
  function bits(): number {
    if (slot > 0) return slot;
    let longest = first.numerators.map(magnitude).reduce(larger, 1n);
    let overall = longest;
    for (let l = 1; l < depth; l++) {
      longest = longestEntry(l, longest);
      overall = larger(overall, longest);
    }
    return (slot = slotBits(overall));
  }

  /** A bound on the entries of the layer's rows, given one for the layer below. */
  function longestEntry(layer: number, below: bigint): bigint {
    const { plus, minus, bias } = layers[layer]!.integers();
    const { width } = layers[layer]!;
    const sums = bias.map((b) => magnitude(b) * denominator(layer - 1));
    plus.forEach((weight, at) => {
      const other = minus === null ? 0n : magnitude(minus[at]!);
      sums[at % width]! += larger(magnitude(weight), other) * below;
    });
    return sums.reduce(larger, 1n);
  }

  function fanOf(layer: number, neuron: number): Fan {
    const { plus, minus } = layers[layer]!.integers();
    const { width } = layers[layer]!;
    const from: number[] = [];
    for (let j = 0, at = neuron; at < plus.length; j++, at += width) {
      if (plus[at] !== 0n || (minus !== null && minus[at] !== 0n)) from.push(j);
    }
    const weights = (of: readonly bigint[]) => from.map((j) => of[j * width + neuron]!);
    return { from, plus: weights(plus), minus: minus && weights(minus) };
  }

  /** The rows that are the same on every path, if the layer has such. */
  function givenOf(layer: number): GivenRows | undefined {
    return layer === depth ? given : layer === 0 ? first : undefined;
  }

  /** The packed row of a layer of the network. */
  function sumOf(layer: number, neuron: number): bigint {
    return (sums[layer]![neuron] ??= layer === 0 ? packed(row(0, neuron), bits()) : summed(layer, neuron));
  }

  function summed(layer: number, neuron: number): bigint {
    computed++;
    filled[layer] = true;
    const { from, plus, minus } = (fans[layer]![neuron] ??= fanOf(layer, neuron));
    const below = sides[layer - 1]!;
    const bias = layers[layer]!.integers().bias[neuron]!;
    let sum = bias === 0n ? 0n : (bias * denominator(layer - 1)) << BigInt(bits() * biasSlot);
    for (let i = 0; i < from.length; i++) {
      const j = from[i]!;
      const side = below[j]!;
      // A pre-activation that is identically zero contributes nothing whatever its slopes are.
      const weights = side > 0 ? plus : side < 0 ? minus : null;
      if (weights === null) continue;
      const weight = weights[i]!;
      if (weight === 1n) sum += sumOf(layer - 1, j);
      else if (weight !== 0n) sum += weight * sumOf(layer - 1, j);
    }
    return sum;
  }

  function row(layer: number, neuron: number): readonly bigint[] {
    return (rows[layer]![neuron] ??=
      givenOf(layer)?.numerators.slice(neuron * entries, (neuron + 1) * entries) ??
      unpacked(sumOf(layer, neuron), bits(), entries));
  }

  function isZero(layer: number, neuron: number): boolean {
    if (givenOf(layer) !== undefined) return row(layer, neuron).every((entry) => entry === 0n);
    return sumOf(layer, neuron) === 0n;
  }

  return {
    row,
    isZero,
    denominator,
    forget(layer) {
      // Rows that are the same on every path, as those of the first layer, count as never filled: they are kept.
      if (!filled[layer]) return;
      sums[layer]!.fill(undefined);
      rows[layer]!.fill(undefined);
      filled[layer] = false;
    },
    get computed() {
      return computed;
    },
  };
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
