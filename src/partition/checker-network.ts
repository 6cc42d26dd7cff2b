/**
 * A network on a domain as the checker sees it: exact integers only, derived from the weights independently of the engines.
 *
 * Rows are affine functions of *all* inputs (fixed ones included), `inputs + 1` integers, the last one constant, over one
 * positive denominator per layer.
 *
 * Rows are packed by columns (`checker-rows.ts`), in slots wide enough for every row of their layer on every path, by the sums
 * of the weights' magnitudes.
 */
import { bitLength } from '../exact/double.js';
import type { IntegerVector } from '../exact/integers.js';
import { integersFromRationals } from '../exact/integers.js';
import { equal, greatestCommonDivisor } from '../exact/rational.js';
import { slotsFor } from '../exact/slots.js';
import type { BoxDomain, Domain, WholeDomain } from '../network/domain.js';
import { bends, type Network, precompose } from '../network/network.js';
import type { PolytopeEvidence } from './certificate-format.js';
import { checkedPolytope, PolytopeError } from './checker-polytope.js';
import {
  COLUMN_BITS,
  type ExactBox,
  type LayerRows,
  layerSlotBits,
  packedRows,
  pathSlotBits,
  type RowSums,
  sumsOfColumns,
  sumsOfRows,
} from './checker-rows.js';

export interface CheckedNetwork {
  readonly inputs: number;
  /** How many numbers a witness has: the inputs that are not fixed, or d + 1 homogeneous coordinates. */
  readonly coordinates: number;
  readonly layers: readonly { readonly width: number; readonly bends: Uint8Array }[];
  /** The width of slots for the rows of any layer. */
  readonly pathBits: number;
  /** The rows of the first layer. There is one. */
  readonly firstRows: LayerRows;
  /** The sums of a layer's rows before any contribution. Empty beyond the last activation layer. */
  startSums(layer: number): bigint[];
  /** Adds neuron j of layer - 1, which has the given rows, on its side to the sums of `layer`. */
  accumulate(layer: number, neuron: number, side: 1 | -1, rows: LayerRows, sums: bigint[]): void;
  /** The rows that complete sums make. */
  rowsOf(layer: number, sums: readonly bigint[]): LayerRows;
  /** The denominator of a layer's rows. */
  denominatorOf(layer: number): bigint;
  /** denominator(to) / denominator(from), an integer for from <= to. Conditions of the domain are from layer -1. */
  factorTo(from: number, to: number): bigint;
  /** The box of the root; undefined for the whole space. */
  readonly box: ExactBox | undefined;
  /**
   * A number with the sign of the minimum of side * row over a node's box, or over the whole space; -1 if there is none.
   */
  minimumOver(box: ExactBox | undefined, row: readonly bigint[], side: 1 | -1): bigint;
  /** The input that variable v of a bound record stands for, or undefined if there is none. */
  inputOf(variable: number): number | undefined;
  /** The conditions of a polytope as integer rows: they count as the first splits. */
  readonly given: readonly (readonly bigint[])[];
  /** The witness as a point of the input space, or undefined if it is not strictly inside the domain. */
  place(witness: IntegerVector): IntegerVector | undefined;
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
function boxGeometry(domain: BoxDomain) {
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
    minimum(box: ExactBox | undefined, row: readonly bigint[], side: 1 | -1): bigint {
      const { lower: low, upper: high, denominator } = box ?? root;
      const [least, most] = side > 0 ? [low, high] : [high, low];
      let sum = row[d]! * denominator;
      for (let i = 0; i < d; i++) {
        const a = row[i]!;
        if (a !== 0n) sum += a * (a > 0n ? least[i]! : most[i]!);
      }
      return side > 0 ? sum : -sum;
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
    minimum(_box: ExactBox | undefined, row: readonly bigint[], side: 1 | -1): bigint {
      for (let i = 0; i < d; i++) if (row[i] !== 0n) return -1n;
      return side > 0 ? row[d]! : -row[d]!;
    },
    /** Homogeneous coordinates (y, t) with t > 0 stand for y / t. */
    place(witness: IntegerVector): IntegerVector | undefined {
      const t = witness.numerators[d]!;
      return t > 0n ? { numerators: witness.numerators.slice(0, d), denominator: t } : undefined;
    },
  };
}

/** Weights times slopes: what neuron j of the layer before contributes to every neuron; undefined if nothing. */
function contributions(
  { width, before, weights }: ExactLayer,
  slopes: readonly bigint[],
  sums: RowSums,
): readonly (ReturnType<RowSums['contribution']> | undefined)[] {
  return slopes.map((slope, j) => {
    if (slope === 0n) return undefined;
    return sums.contribution(Array.from({ length: width }, (_, k) => weights[k * before + j]! * slope));
  });
}

const magnitude = (x: bigint) => (x < 0n ? -x : x);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/** For every layer the length in bits of the longest entry that any of its rows can have on any path, or on the way there. */
function entryLengths(
  layers: readonly ExactLayer[],
  first: readonly (readonly bigint[])[],
  total: readonly bigint[],
): number[] {
  let longest = first.flat().map(magnitude).reduce(larger, 1n);
  const lengths = [bitLength(longest)];
  layers.slice(1).forEach((layer, index) => {
    const scale = total[index]! * layer.slopeDenominator;
    let next = 1n;
    for (let k = 0; k < layer.width; k++) {
      let sum = magnitude(layer.bias[k]!) * scale;
      for (let j = 0; j < layer.before; j++) {
        const slope = larger(magnitude(layer.negative[j]!), magnitude(layer.positive[j]!));
        sum += magnitude(layer.weights[k * layer.before + j]!) * slope * longest;
      }
      next = larger(next, sum);
    }
    longest = next;
    lengths.push(bitLength(longest));
  });
  return lengths;
}

/**
 * The network on a domain. A flat polytope is described in its free coordinates, which are then the `inputs`.
 *
 * @param evidence of a polytope domain
 * @throws PolytopeError if the evidence does not prove what it says
 */
export function checkedNetwork(network: Network, domain: Domain, evidence?: PolytopeEvidence): CheckedNetwork {
  if (domain.kind !== 'polytope') return checkedWithin(network, domain, []);
  if (evidence === undefined) throw new PolytopeError('the header has no evidence for its polytope');
  const { hull, within, rows } = checkedPolytope(domain, evidence);
  return checkedWithin(hull.map === undefined ? network : precompose(network, hull.map), within, rows);
}

/** Whether a point satisfies every condition strictly that is not zero on the hull. */
function isStrictlyInside(given: readonly (readonly bigint[])[], { numerators, denominator }: IntegerVector): boolean {
  return given.every((row) => {
    const value = row.reduce((sum, entry, i) => sum + entry * (numerators[i] ?? denominator), 0n);
    return value > 0n || row.every((entry) => entry === 0n);
  });
}

function checkedWithin(
  network: Network,
  domain: BoxDomain | WholeDomain,
  given: readonly (readonly bigint[])[],
): CheckedNetwork {
  const d = network.inputs;
  const layers = exactLayers(network);
  const geometry = domain.kind === 'box' ? boxGeometry(domain) : wholeGeometry(d);
  // total[l]: the denominator of the rows of layer l.
  const total: bigint[] = [];
  for (const [l, layer] of layers.entries()) {
    total[l] = (l === 0 ? 1n : total[l - 1]!) * layer.denominator * layer.slopeDenominator;
  }
  const head = layers[0];
  const first = Array.from({ length: head?.width ?? 0 }, (_, k) => [
    ...head!.weights.slice(k * d, (k + 1) * d),
    head!.bias[k]!,
  ]);
  // What brings a row of an earlier layer (-1: a condition) to the denominator of a later one.
  const factors = total.map((to, l) => [to, ...total.slice(0, l + 1).map((from) => to / from)]);
  const lengths = entryLengths(layers, first, total);
  // Rows that are summed up one by one have slots of the same width, so that they need not be packed again.
  const widest = layerSlotBits(Math.max(1, ...lengths));
  const sums = layers.map(({ width, bias, slopeDenominator }, l) => {
    const scale = l === 0 ? 1n : total[l - 1]! * slopeDenominator;
    const constants = bias.map((b) => b * scale);
    const isShort = l === 0 || lengths[l - 1]! <= COLUMN_BITS;
    return isShort
      ? sumsOfColumns(slotsFor(width, layerSlotBits(lengths[l]!)), d, constants)
      : sumsOfRows(slotsFor(width, widest), d, constants);
  });
  const contributed = layers.map((layer, l) => ({
    plus: l === 0 ? [] : contributions(layer, layer.positive, sums[l]!),
    minus: l === 0 ? [] : contributions(layer, layer.negative, sums[l]!),
  }));
  const firstSlots = slotsFor(first.length, layerSlotBits(lengths[0]!));
  return {
    inputs: d,
    coordinates: geometry.coordinates,
    layers: network.layers.map(({ affine, slopes }) => ({
      width: affine.outputs,
      bends: Uint8Array.from(slopes, (s) => (bends(s) ? 1 : 0)),
    })),
    pathBits: pathSlotBits(Math.max(0, ...lengths)),
    firstRows: packedRows(first, firstSlots, d),
    startSums: (layer) => sums[layer]?.start() ?? [],
    accumulate(layer, neuron, side, rows, into) {
      const contribution = side > 0 ? contributed[layer]?.plus[neuron] : contributed[layer]?.minus[neuron];
      contribution?.(into, rows, neuron);
    },
    rowsOf: (layer, complete) => sums[layer]!.rows(complete),
    denominatorOf: (layer) => total[layer]!,
    factorTo: (from, to) => factors[to]![from + 1]!,
    box: geometry.box,
    minimumOver: geometry.minimum,
    inputOf: geometry.inputOf,
    given,
    place(witness) {
      const point = geometry.place(witness);
      return point !== undefined && isStrictlyInside(given, point) ? point : undefined;
    },
  };
}
