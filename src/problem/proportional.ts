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

/** The entries of a neuron's row that are stored: exact integers over a denominator of the layer, and doubles if these are exact. */
interface LayerRows {
  readonly width: number;
  /** How many entries of a neuron are stored, the bias behind them included. */
  size(neuron: number): number;
  /** The place of the k-th of them in the row; ascending. */
  place(neuron: number, k: number): number;
  exact(neuron: number, k: number): bigint;
  readonly double: ((neuron: number, k: number) => number) | null;
}

function rowsOf({ network, first, variables }: PartitionProblem, layer: number): LayerRows {
  if (layer === 0) {
    const entries = variables + 1;
    return {
      width: network.layers[0]!.affine.outputs,
      size: () => entries,
      place: (_, k) => k,
      exact: (neuron, k) => first.numerators[neuron * entries + k]!,
      double: first.isExact ? (neuron, k) => first.doubles[neuron * entries + k]! : null,
    };
  }
  const { outputs, inputs, pattern, values, bias, exactDoubles, integers } = network.layers[layer]!.affine;
  const { starts, columns } = pattern;
  const isBias = (neuron: number, k: number) => starts[neuron]! + k === starts[neuron + 1]!;
  return {
    width: outputs,
    size: (neuron) => starts[neuron + 1]! - starts[neuron]! + 1,
    place: (neuron, k) => (isBias(neuron, k) ? inputs : columns === null ? k : columns[starts[neuron]! + k]!),
    exact: (neuron, k) => (isBias(neuron, k) ? integers().bias[neuron]! : integers().values[starts[neuron]! + k]!),
    double: exactDoubles ? (neuron, k) => (isBias(neuron, k) ? bias[neuron]! : values[starts[neuron]! + k]!) : null,
  };
}

/** How many numbers a first look compares: places and quotients. */
const LOOKED_AT = 8;

/** entry / unit as the nearest double: the same for proportional rows, because a quotient is rounded correctly. */
function quotient(rows: LayerRows, neuron: number, k: number, unit: number): number {
  if (rows.double !== null) return rows.double(neuron, k) / rows.double(neuron, unit);
  const divisor = rows.exact(neuron, unit);
  const dividend = rows.exact(neuron, k);
  return nearestDouble(dividend * divisor, divisor * divisor);
}

function isZero(rows: LayerRows, neuron: number, k: number): boolean {
  return rows.double === null ? rows.exact(neuron, k) === 0n : rows.double(neuron, k) === 0;
}

/** The number of the first nonzero entry from the k-th stored one on; as many as are stored if there is none. */
function nonzeroFrom(rows: LayerRows, neuron: number, k: number): number {
  const size = rows.size(neuron);
  let next = k;
  while (next < size && isZero(rows, neuron, next)) next++;
  return next;
}

/** A key that proportional rows have in common: the first nonzero entries, in units of the first one. Empty for 0. */
function keyOf(rows: LayerRows, neuron: number): string {
  const parts: number[] = [];
  const size = rows.size(neuron);
  const unit = nonzeroFrom(rows, neuron, 0);
  for (let k = unit; k < size && parts.length < LOOKED_AT; k = nonzeroFrom(rows, neuron, k + 1)) {
    parts.push(rows.place(neuron, k), quotient(rows, neuron, k, unit));
  }
  return parts.join();
}

/** The sign of c with neuron = c other, or 0 if there is no such c != 0, for rows with one key: they begin in one place. */
function multiple(rows: LayerRows, neuron: number, other: number): -1 | 0 | 1 {
  let [i, j] = [nonzeroFrom(rows, neuron, 0), nonzeroFrom(rows, other, 0)];
  const numerator = rows.exact(neuron, i);
  const denominator = rows.exact(other, j);
  const [last, otherLast] = [rows.size(neuron), rows.size(other)];
  while (i < last && j < otherLast) {
    if (rows.place(neuron, i) !== rows.place(other, j)) return 0;
    if (rows.exact(neuron, i) * denominator !== rows.exact(other, j) * numerator) return 0;
    i = nonzeroFrom(rows, neuron, i + 1);
    j = nonzeroFrom(rows, other, j + 1);
  }
  if (i < last || j < otherLast) return 0;
  return numerator > 0n === denominator > 0n ? 1 : -1;
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
  const numerator = rows.exact(neuron, nonzeroFrom(rows, neuron, 0));
  const denominator = rows.exact(other, nonzeroFrom(rows, other, 0));
  const size = (x: bigint) => (x < 0n ? -x : x);
  return { numerators: [size(numerator)], denominator: size(denominator) };
}
