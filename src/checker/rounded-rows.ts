/**
 * The rows of a network's layers rounded to integers of a fixed length, with a bound on the error that holds on every path.
 *
 * Exact rows grow by the length of a weight with every layer. Where a proof has room to spare, as it has on networks in general
 * position, the leading bits of a row are enough, and the cost of a proof depends no more on the depth. This is arithmetic
 * in integers throughout; what it decides is true of the exact row.
 *
 * A row r of layer l is kept as integers R with |R_i - 2^scale_l r_i| <= error_l for every entry i.
 *
 * Lemma. Let R_j be such rows of layer l for neurons j on their sides, let W_j be integers with |W_j - 2^t w_j| <= rho (rho = 0 or 1)
 * for their weights w_j (times slopes), and B one with |B - 2^(t + scale_l) b| <= beta (0 or 1) for the bias b. Let
 * |R_ji| <= largest_j and |2^scale_l r_ji| <= largest_j. Then S = sum_j W_j R_j + B obeys
 *
 *     |S_i - 2^(t + scale_l) s_i| <= sum_j |W_j| error_l + rho sum_j largest_j + beta
 *
 * for the exact row s = sum_j w_j r_j + b: of each product, W R - (2^t w)(2^scale r) = W (R - 2^scale r) + (W - 2^t w) 2^scale r.
 * Dropping the last q bits of S, rounding down, divides this error by 2^q and adds at most 1.
 *
 * Sums over all neurons, each on its worse side, bound this on every path. Weights of a power of two as common denominator that are
 * short enough are exact (rho = 0), and nothing is dropped while rows are short: the rows of small networks are exact here.
 */
import {
  bitLength,
  digitsOf,
  inSlots,
  type LowBits,
  larger,
  lowBits,
  magnitude,
  type Slots,
  slotsFor,
  withoutLowBits,
} from '../exact/index.js';
import type { ExactLayer } from './exact-rows.js';
import { layerSlotBits, PackedRows, packedRows } from './rows.js';

/** How long rounded numbers may be. */
export interface Precision {
  /** Bits of an entry of a row. */
  readonly entry: number;
  /** Bits of a weight. */
  readonly weight: number;
}

/** Integers as parts of a power of two: values[i] / 2^scale, off by less than 1 / 2^scale if they are not exact. */
interface Scaled {
  readonly values: readonly bigint[];
  readonly scale: number;
  readonly isExact: boolean;
}

const largestOf = (values: readonly bigint[]) => values.reduce((most, v) => larger(most, magnitude(v)), 0n);

/** An integer less than 1 away from 2^scale * numerator / denominator. A shift to the right rounds down, which loses no more. */
function scaledBy(scale: number, numerator: bigint, denominator: bigint): bigint {
  return (numerator << BigInt(scale)) / denominator;
}

/** Fractions over no power of two are cut off after this many bits at most: the longest ones are just as inexact. */
const INEXACT_BITS = 64;

/** numerators / denominator in numbers of about `bits` bits; exactly if that takes no more. */
function scaled(numerators: readonly bigint[], denominator: bigint, bits: number): Scaled {
  const twos = bitLength(denominator) - 1;
  const length = bitLength(largestOf(numerators));
  if (length <= bits && denominator === 1n << BigInt(twos)) return { values: numerators, scale: twos, isExact: true };
  const scale = Math.min(bits, INEXACT_BITS) - length + twos;
  return { values: numerators.map((n) => scaledBy(scale, n, denominator)), scale, isExact: false };
}

/** What neuron j of the layer before contributes on a side to every row, in slots; undefined if nothing. */
type Contributions = readonly (bigint | undefined)[];

/** A layer's rows in the making and when they are made. */
interface RoundedLayer {
  readonly slots: Slots;
  /** The sums before any contribution. */
  readonly start: readonly bigint[];
  readonly positive: Contributions;
  readonly negative: Contributions;
  /** What is dropped when the sums are complete. */
  readonly dropped: LowBits | undefined;
  readonly scale: number;
  readonly error: bigint;
  /** For every row the largest magnitude that an entry can have, as it is kept or exactly. */
  readonly largest: readonly bigint[];
}

/** The bounds of the lemma for one row: of its sums, and of their error. */
interface RowBounds {
  readonly largest: bigint;
  readonly error: bigint;
}

const lengthOf = (largest: readonly bigint[]) => bitLength(largest.reduce(larger, 0n));

function firstLayer({ weights, bias, denominator, outputs: width, inputs: before }: ExactLayer, precision: Precision) {
  const { values, scale, isExact } = scaled([...weights, ...bias], denominator, precision.entry);
  const rows = Array.from({ length: width }, (_, k) => [
    ...values.slice(k * before, (k + 1) * before),
    values[width * before + k]!,
  ]);
  const error = isExact ? 0n : 1n;
  const largest = rows.map((row) => largestOf(row) + error);
  const slots = slotsFor(width, layerSlotBits(lengthOf(largest)));
  const layer: RoundedLayer = {
    slots,
    start: [],
    positive: [],
    negative: [],
    dropped: undefined,
    scale,
    error,
    largest,
  };
  return { layer, rows: packedRows(rows, slots, before, error) };
}

/** Weights times slopes on both sides over one power of two, row-major. */
function weightsOf(
  { weights, inputs: before, positive, negative, denominator, slopeDenominator }: ExactLayer,
  bits: number,
) {
  const upper = weights.map((w, i) => w * positive[i % before]!);
  const lower = weights.map((w, i) => w * negative[i % before]!);
  const { values, scale, isExact } = scaled([...upper, ...lower], denominator * slopeDenominator, bits);
  return { upper: values.slice(0, weights.length), lower: values.slice(weights.length), scale, isExact };
}

function nextLayer(layer: ExactLayer, below: RoundedLayer, inputs: number, precision: Precision): RoundedLayer {
  const { outputs: width, inputs: before, denominator } = layer;
  const { upper, lower, scale: t, isExact } = weightsOf(layer, precision.weight);
  const scale = t + below.scale;
  const bias = layer.bias.map((b) => scaledBy(scale, b, denominator));
  // Exact weights are over a power of two that serves the bias, too, as rows below are over one that is at least 1.
  const lost = isExact && below.scale >= 0 ? 0n : below.largest.reduce((sum, l) => sum + l, 1n);
  const bounds = bias.map((b, k): RowBounds => {
    let largest = magnitude(b);
    let error = lost;
    for (let j = 0; j < before; j++) {
      const weight = larger(magnitude(upper[k * before + j]!), magnitude(lower[k * before + j]!));
      largest += weight * below.largest[j]!;
      error += weight * below.error;
    }
    return { largest, error };
  });
  const longest = bitLength(bounds.map((row) => row.largest).reduce(larger, 0n));
  const drop = Math.max(0, longest - precision.entry);
  const q = BigInt(drop);
  const errors = bounds.map((row) => row.error).reduce(larger, 0n);
  const error = drop === 0 ? errors : (errors >> q) + 2n;
  const largest = bounds.map((row) => (row.largest >> q) + 1n + error);
  const slots = slotsFor(width, Math.max(longest + 1, layerSlotBits(lengthOf(largest))));
  const column = (all: readonly bigint[], j: number) => {
    const weights = Array.from({ length: width }, (_, k) => all[k * before + j]!);
    return weights.every((w) => w === 0n) ? undefined : inSlots(weights, slots);
  };
  const columns = (all: readonly bigint[]) => Array.from({ length: before }, (_, j) => column(all, j));
  return {
    slots,
    start: [...new Array<bigint>(inputs).fill(0n), inSlots(bias, slots)],
    positive: columns(upper),
    negative: columns(lower),
    dropped: drop === 0 ? undefined : lowBits(drop, slots),
    scale: scale - drop,
    error,
    largest,
  };
}

/** The rounded rows of a network. */
export class RoundedNetwork {
  private readonly layers: readonly RoundedLayer[];
  /** The rows of the first layer; undefined if there is none. */
  readonly first: PackedRows | undefined;
  /** No entry of a row, with its error, has more bits. */
  readonly length: number;
  /**
   * What brings a row of an earlier layer, or of this one, to a common scale: factors[to][from + 1] for from <= to. Conditions of
   * the domain are from layer -1, and their factor belongs to numbers as they are.
   */
  readonly factors: readonly (readonly bigint[])[];
  /** What any entry of a row of layer l may be off by, in its units: errors[l + 1]. Conditions of the domain are exact. */
  readonly errors: readonly bigint[];

  constructor(exact: readonly ExactLayer[], inputs: number, precision: Precision) {
    const [head, ...rest] = exact;
    const layers: RoundedLayer[] = [];
    if (head !== undefined) {
      const { layer, rows } = firstLayer(head, precision);
      this.first = rows;
      layers.push(layer);
      for (const next of rest) layers.push(nextLayer(next, layers.at(-1)!, inputs, precision));
    }
    this.layers = layers;
    this.length = Math.max(0, ...layers.map(({ largest }) => lengthOf(largest)));
    this.errors = [0n, ...layers.map(({ error }) => error)];
    const scales = [0, ...layers.map(({ scale }) => scale)];
    this.factors = layers.map((_, to) => {
      const known = scales.slice(0, to + 2);
      const common = Math.max(...known);
      return known.map((scale) => 1n << BigInt(common - scale));
    });
  }

  /** The sums of a layer's rows before any contribution. Empty beyond the last layer. */
  start(layer: number): bigint[] {
    return [...(this.layers[layer]?.start ?? [])];
  }

  /** Adds to the sums of `layer` what neuron j of the layer before contributes on its side. */
  add(sums: bigint[], layer: number, j: number, side: 1 | -1, rows: PackedRows): void {
    const into = this.layers[layer];
    const weights = side > 0 ? into?.positive[j] : into?.negative[j];
    if (weights === undefined) return;
    const row = rows.row(j);
    for (let i = 0; i < row.length; i++) if (row[i] !== 0n) sums[i]! += weights * row[i]!;
  }

  /** The rows that complete sums make. */
  rows(layer: number, sums: readonly bigint[]): PackedRows {
    const { slots, dropped, error } = this.layers[layer]!;
    const digits = sums.map((sum) => digitsOf(sum, slots));
    const columns = dropped === undefined ? digits : digits.map((column) => withoutLowBits(column, dropped));
    return new PackedRows(slots, columns, error);
  }
}
