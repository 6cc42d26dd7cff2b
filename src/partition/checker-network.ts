/**
 * A network on a domain as the checker sees it: exact integers only, derived from the weights independently of the engines.
 *
 * Rows are affine functions of *all* inputs (fixed ones included), `inputs + 1` integers, the last one constant, over one
 * positive denominator per layer.
 */
import type { IntegerVector } from '../exact/integers.js';
import { integersFromRationals } from '../exact/integers.js';
import { equal, greatestCommonDivisor } from '../exact/rational.js';
import type { Domain } from '../network/domain.js';
import { bends, type Network } from '../network/network.js';

export interface CheckedNetwork {
  readonly inputs: number;
  /** How many numbers a witness has: the inputs that are not fixed, or d + 1 homogeneous coordinates. */
  readonly coordinates: number;
  readonly layers: readonly { readonly width: number; readonly bends: Uint8Array }[];
  readonly firstRows: readonly bigint[];
  /** The rows of a layer before any contribution: its biases. Empty beyond the last activation layer. */
  startSums(layer: number): bigint[];
  /** Adds neuron j of layer - 1, on the given side, to the sums of `layer`. */
  accumulate(layer: number, neuron: number, side: 1 | -1, rows: readonly bigint[], sums: bigint[]): void;
  /** The denominator of a layer's rows. */
  denominatorOf(layer: number): bigint;
  /** denominator(to) / denominator(from), an integer for from <= to. */
  factorTo(from: number, to: number): bigint;
  /** The box of the root; undefined for the whole space. */
  readonly box: ExactBox | undefined;
  /** A number with the sign of the minimum of the row over a node's box, or over the whole space; -1 if there is none. */
  minimumOver(box: ExactBox | undefined, row: readonly bigint[]): bigint;
  /** The input that variable v of a bound record stands for, or undefined if there is none. */
  inputOf(variable: number): number | undefined;
  /** The witness as a point of the input space, or undefined if it is not strictly inside the domain. */
  place(witness: IntegerVector): IntegerVector | undefined;
}

/** lower / denominator <= x <= upper / denominator, for all inputs. */
export interface ExactBox {
  readonly lower: readonly bigint[];
  readonly upper: readonly bigint[];
  readonly denominator: bigint;
}

/** The box with one bound replaced, if the new one is tighter. @param side 1: lower bound, -1: upper bound */
export function narrowed(box: ExactBox, input: number, side: 1 | -1, value: IntegerVector): ExactBox {
  const { denominator } = box;
  const bound = value.numerators[0]!;
  const old = (side > 0 ? box.lower : box.upper)[input]!;
  if (BigInt(side) * (bound * denominator - old * value.denominator) <= 0n) return box;
  // The smallest common denominator, so that a chain of narrowings does not make numbers long.
  const common = (denominator / greatestCommonDivisor(denominator, value.denominator)) * value.denominator;
  const grown = (x: bigint) => (x * common) / denominator;
  const lower = box.lower.map(grown);
  const upper = box.upper.map(grown);
  (side > 0 ? lower : upper)[input] = (bound * common) / value.denominator;
  return { lower, upper, denominator: common };
}

interface ExactLayer {
  readonly width: number;
  readonly before: number;
  readonly weights: readonly bigint[];
  readonly bias: readonly bigint[];
  /** Slopes of the layer before as integers over `slopeDenominator`. */
  readonly negative: readonly bigint[];
  readonly positive: readonly bigint[];
  readonly slopeDenominator: bigint;
  readonly denominator: bigint;
}

function exactLayers(network: Network): ExactLayer[] {
  return network.layers.map(({ affine }, l) => {
    const { weights, bias, denominator, outputs, inputs } = affine.integers();
    const previous = network.layers[l - 1]?.slopes ?? [];
    const slopes = integersFromRationals(previous.flatMap((s) => [s.negative, s.positive]));
    return {
      width: outputs,
      before: inputs,
      weights,
      bias,
      negative: previous.map((_, j) => slopes.numerators[2 * j]!),
      positive: previous.map((_, j) => slopes.numerators[2 * j + 1]!),
      slopeDenominator: slopes.denominator,
      denominator,
    };
  });
}

/** The exact box over one denominator, which inputs it fixes, and the sign of a row's minimum over it. */
function boxGeometry(domain: Domain & { kind: 'box' }) {
  const d = domain.lower.length;
  const bounds = integersFromRationals([...domain.lower, ...domain.upper]);
  const lower = bounds.numerators.slice(0, d);
  const upper = bounds.numerators.slice(d);
  const common = bounds.denominator;
  const root: ExactBox = { lower, upper, denominator: common };
  const free = domain.lower.flatMap((lo, i) => (equal(lo, domain.upper[i]!) ? [] : [i]));
  return {
    coordinates: free.length,
    box: root,
    inputOf: (variable: number) => free[variable],
    minimum(box: ExactBox | undefined, row: readonly bigint[]): bigint {
      const { lower: low, upper: high, denominator } = box ?? root;
      let sum = row[d]! * denominator;
      for (let i = 0; i < d; i++) {
        const a = row[i]!;
        if (a !== 0n) sum += a * (a > 0n ? low[i]! : high[i]!);
      }
      return sum;
    },
    place(witness: IntegerVector): IntegerVector | undefined {
      const { denominator } = witness;
      const numerators = lower.map((lo) => lo * denominator);
      for (const [v, i] of free.entries()) {
        const x = witness.numerators[v]! * common;
        if (x <= lower[i]! * denominator || x >= upper[i]! * denominator) return undefined;
        numerators[i] = x;
      }
      return { numerators, denominator: denominator * common };
    },
  };
}

/** All of R^d: an affine function is bounded below only if it is constant. */
function wholeGeometry(d: number) {
  return {
    coordinates: d + 1,
    box: undefined,
    inputOf: () => undefined,
    minimum(_box: ExactBox | undefined, row: readonly bigint[]): bigint {
      for (let i = 0; i < d; i++) if (row[i] !== 0n) return -1n;
      return row[d]!;
    },
    /** Homogeneous coordinates (y, t) with t > 0 stand for y / t. */
    place(witness: IntegerVector): IntegerVector | undefined {
      const t = witness.numerators[d]!;
      return t > 0n ? { numerators: witness.numerators.slice(0, d), denominator: t } : undefined;
    },
  };
}

export function checkedNetwork(network: Network, domain: Domain): CheckedNetwork {
  const d = network.inputs;
  const entries = d + 1;
  const layers = exactLayers(network);
  const geometry = domain.kind === 'box' ? boxGeometry(domain) : wholeGeometry(d);
  // total[l]: the denominator of the rows of layer l.
  const total: bigint[] = [];
  for (const [l, layer] of layers.entries()) {
    total[l] = (l === 0 ? 1n : total[l - 1]!) * layer.denominator * layer.slopeDenominator;
  }
  const firstRows: bigint[] = [];
  const first = layers[0];
  for (let k = 0; first !== undefined && k < first.width; k++) {
    firstRows.push(...first.weights.slice(k * d, (k + 1) * d), first.bias[k]!);
  }
  return {
    inputs: d,
    coordinates: geometry.coordinates,
    layers: network.layers.map(({ affine, slopes }) => ({
      width: affine.outputs,
      bends: Uint8Array.from(slopes, (s) => (bends(s) ? 1 : 0)),
    })),
    firstRows,
    startSums(layer) {
      const target = layers[layer];
      if (target === undefined) return [];
      const sums = new Array<bigint>(target.width * entries).fill(0n);
      const scale = total[layer - 1]! * target.slopeDenominator;
      for (let k = 0; k < target.width; k++) sums[k * entries + d] = target.bias[k]! * scale;
      return sums;
    },
    accumulate(layer, neuron, side, rows, sums) {
      const target = layers[layer];
      if (target === undefined) return;
      const slope = side > 0 ? target.positive[neuron]! : target.negative[neuron]!;
      if (slope === 0n) return;
      const row = rows.slice(neuron * entries, (neuron + 1) * entries);
      for (let k = 0; k < target.width; k++) {
        const weight = target.weights[k * target.before + neuron]! * slope;
        if (weight === 0n) continue;
        const at = k * entries;
        for (let i = 0; i < entries; i++) sums[at + i]! += weight * row[i]!;
      }
    },
    denominatorOf: (layer) => total[layer]!,
    factorTo: (from, to) => total[to]! / total[from]!,
    box: geometry.box,
    minimumOver: geometry.minimum,
    inputOf: geometry.inputOf,
    place: geometry.place,
  };
}
