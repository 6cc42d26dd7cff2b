/**
 * Neurons of one layer whose rows are multiples of each other on every cell: duplicated, opposite and rescaled neurons.
 *
 * Where the weights and the bias of a neuron are c times those of another one, c != 0, so are their pre-activations at every
 * point, whatever the layers before do. They have one crease: a split by one of them settles all.
 */

import type { IntegerVector } from '../exact/index.js';
import { nearestDouble } from '../exact/index.js';
import type { PartitionProblem } from './lowering.js';

/** The classes of proportional neurons of a layer. */
export interface ProportionalNeurons {
  /** The first neuron of each neuron's class: itself for one that is like no other. */
  readonly first: Int32Array;
  /** 1 if the neuron is a positive multiple of the first one of its class, -1 if a negative one. */
  readonly sign: Int8Array;
  /** |c| for neuron = c other, two neurons of one class, as one numerator over a denominator. */
  ratio(neuron: number, other: number): IntegerVector;
}

/** The entries of a neuron's row: exact integers over a denominator of the layer, and doubles if these are exact. */
interface LayerRows {
  readonly width: number;
  readonly entries: number;
  exact(neuron: number, entry: number): bigint;
  readonly double: ((neuron: number, entry: number) => number) | null;
}

function rowsOf({ network, first, variables }: PartitionProblem, layer: number): LayerRows {
  if (layer === 0) {
    const entries = variables + 1;
    return {
      width: network.layers[0]!.affine.outputs,
      entries,
      exact: (neuron, entry) => first.numerators[neuron * entries + entry]!,
      double: first.isExact ? (neuron, entry) => first.doubles[neuron * entries + entry]! : null,
    };
  }
  const { outputs, inputs, weights, bias, exactDoubles, integers } = network.layers[layer]!.affine;
  return {
    width: outputs,
    entries: inputs + 1,
    exact: (neuron, entry) =>
      entry < inputs ? integers().weights[neuron * inputs + entry]! : integers().bias[neuron]!,
    double: exactDoubles
      ? (neuron, entry) => (entry < inputs ? weights[neuron * inputs + entry]! : bias[neuron]!)
      : null,
  };
}

/** How many numbers a first look compares: places and quotients. */
const LOOKED_AT = 8;

/** entry / unit as the nearest double: the same for proportional rows, because a quotient is rounded correctly. */
function quotient(rows: LayerRows, neuron: number, entry: number, unit: number): number {
  if (rows.double !== null) return rows.double(neuron, entry) / rows.double(neuron, unit);
  const divisor = rows.exact(neuron, unit);
  const dividend = rows.exact(neuron, entry);
  return nearestDouble(dividend * divisor, divisor * divisor);
}

function isZero(rows: LayerRows, neuron: number, entry: number): boolean {
  return rows.double === null ? rows.exact(neuron, entry) === 0n : rows.double(neuron, entry) === 0;
}

/** A key that proportional rows have in common: the first nonzero entries, in units of the first one. Empty for 0. */
function keyOf(rows: LayerRows, neuron: number): string {
  const parts: number[] = [];
  let unit = -1;
  for (let i = 0; i < rows.entries && parts.length < LOOKED_AT; i++) {
    if (isZero(rows, neuron, i)) continue;
    if (unit < 0) unit = i;
    parts.push(i, quotient(rows, neuron, i, unit));
  }
  return parts.join();
}

/** The sign of c with neuron = c other, or 0 if there is no such c != 0, for rows with one key: they begin in one place. */
function multiple(rows: LayerRows, neuron: number, other: number): -1 | 0 | 1 {
  const pivot = pivotOf(rows, other);
  const numerator = rows.exact(neuron, pivot);
  const denominator = rows.exact(other, pivot);
  for (let i = 0; i < rows.entries; i++) {
    if (rows.exact(neuron, i) * denominator !== rows.exact(other, i) * numerator) return 0;
  }
  return numerator > 0n === denominator > 0n ? 1 : -1;
}

/** The first nonzero entry of a row that has one. */
function pivotOf(rows: LayerRows, neuron: number): number {
  let pivot = 0;
  while (rows.exact(neuron, pivot) === 0n) pivot++;
  return pivot;
}

/**
 * The classes of a layer, or null if every neuron is like no other.
 *
 * Cost: a look at a few weights of each neuron, and exact products for those that look alike.
 */
export function proportionalNeurons(problem: PartitionProblem, layer: number): ProportionalNeurons | null {
  const rows = rowsOf(problem, layer);
  const first = Int32Array.from({ length: rows.width }, (_, neuron) => neuron);
  const sign = new Int8Array(rows.width).fill(1);
  const byKey = new Map<string, number[]>();
  let found = false;
  for (let neuron = 0; neuron < rows.width; neuron++) {
    const key = keyOf(rows, neuron);
    // A neuron without weights cuts nothing and has no class.
    if (key === '') continue;
    const alike = byKey.get(key);
    if (alike === undefined) {
      byKey.set(key, [neuron]);
      continue;
    }
    const of = alike.find((other) => multiple(rows, neuron, other) !== 0);
    if (of === undefined) {
      alike.push(neuron);
      continue;
    }
    found = true;
    first[neuron] = of;
    sign[neuron] = multiple(rows, neuron, of);
  }
  return found ? { first, sign, ratio: (neuron, other) => ratioOf(rows, neuron, other) } : null;
}

function ratioOf(rows: LayerRows, neuron: number, other: number): IntegerVector {
  const pivot = pivotOf(rows, other);
  const numerator = rows.exact(neuron, pivot);
  const denominator = rows.exact(other, pivot);
  const size = (x: bigint) => (x < 0n ? -x : x);
  return { numerators: [size(numerator)], denominator: size(denominator) };
}
