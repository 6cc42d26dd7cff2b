/**
 * The exact rows of a layer on a path: what the checker falls back on where doubles prove nothing.
 *
 * Rows are affine functions of *all* inputs (fixed ones included), `inputs + 1` integers, the last one constant, over one
 * positive denominator per layer.
 */
import { integersFromRationals, larger, magnitude, packed, slotBits, unpacked } from '../exact/index.js';
import type { IntegerAffine, Network } from '../network/index.js';

/** A layer in integers. */
export interface ExactLayer extends IntegerAffine {
  /** Slopes of the layer before, over `slopeDenominator`. */
  readonly negative: readonly bigint[];
  readonly positive: readonly bigint[];
  readonly slopeDenominator: bigint;
}

/** The layers of a network that have activations. */
export function exactLayers(network: Network): ExactLayer[] {
  return network.layers.map(({ affine }, l) => {
    const previous = network.layers[l - 1]?.slopes ?? [];
    const slopes = integersFromRationals(previous.flatMap((s) => [s.negative, s.positive]));
    return {
      ...affine.integers(),
      negative: previous.map((_, j) => slopes.numerators[2 * j]!),
      positive: previous.map((_, j) => slopes.numerators[2 * j + 1]!),
      slopeDenominator: slopes.denominator,
    };
  });
}

/** What all exact rows of a network have in common. */
export class ExactNetwork {
  /** The denominator of the rows of every layer. */
  readonly denominators: readonly bigint[];
  /** What brings a row of an earlier layer (-1: a condition) to the denominator of a later one: factors[to][from + 1]. */
  readonly factors: readonly (readonly bigint[])[];
  /** The width of slots for any row on any path. */
  readonly bits: number;

  constructor(
    readonly layers: readonly ExactLayer[],
    readonly inputs: number,
  ) {
    let total = 1n;
    this.denominators = layers.map(({ denominator, slopeDenominator }) => (total *= denominator * slopeDenominator));
    this.factors = this.denominators.map((to, l) => [
      to,
      ...this.denominators.slice(0, l + 1).map((from) => to / from),
    ]);
    this.bits = slotBits(this.longest());
  }

  /** No entry of any row, nor any sum on the way to it, is longer, by the sums of the weights' magnitudes. */
  private longest(): bigint {
    let longest = 1n;
    let everywhere = 1n;
    this.layers.forEach((layer, l) => {
      let next = 1n;
      for (let k = 0; k < layer.outputs; k++) next = larger(next, this.largestIn(layer, l, k, longest));
      longest = next;
      everywhere = larger(everywhere, longest);
    });
    return everywhere;
  }

  private largestIn(layer: ExactLayer, l: number, k: number, longest: bigint): bigint {
    let sum = magnitude(this.constantOf(l, k));
    for (let j = 0; j < layer.inputs; j++) {
      const weight = magnitude(layer.weights[k * layer.inputs + j]!);
      // Of the first layer the weights are the entries.
      if (l === 0) sum = larger(sum, weight);
      else sum += weight * larger(magnitude(layer.negative[j]!), magnitude(layer.positive[j]!)) * longest;
    }
    return sum;
  }

  /** The bias of a neuron over the denominator of its layer's rows. */
  constantOf(l: number, k: number): bigint {
    const { bias, slopeDenominator } = this.layers[l]!;
    return l === 0 ? bias[k]! : bias[k]! * this.denominators[l - 1]! * slopeDenominator;
  }
}

/** Lets the rows of one layer on one path be computed one by one, and kept. */
export class ExactRows {
  private readonly packed: (bigint | undefined)[] = [];

  /**
   * @param below the layer before; undefined for the first one
   * @param sides for every neuron of that layer 1 or -1, or another number if it contributes nothing
   */
  constructor(
    private readonly network: ExactNetwork,
    private readonly layer: number,
    private readonly below?: ExactRows,
    private readonly sides?: Int8Array,
  ) {}

  /** The entries of row k. */
  row(k: number): readonly bigint[] {
    return unpacked(this.whole(k), this.network.bits, this.network.inputs + 1);
  }

  /** The same as one number. */
  private whole(k: number): bigint {
    return (this.packed[k] ??= this.below === undefined ? this.first(k) : this.sum(k, this.below));
  }

  private first(k: number): bigint {
    const { layers, inputs, bits } = this.network;
    const { weights, bias } = layers[0]!;
    return packed([...weights.slice(k * inputs, (k + 1) * inputs), bias[k]!], bits);
  }

  private sum(k: number, below: ExactRows): bigint {
    const { network, layer } = this;
    const { weights, inputs: before, positive, negative } = network.layers[layer]!;
    let sum = network.constantOf(layer, k) << BigInt(network.bits * network.inputs);
    for (let j = 0; j < before; j++) {
      const side = this.sides![j]!;
      const weight = weights[k * before + j]!;
      if (weight === 0n || (side !== 1 && side !== -1)) continue;
      const slope = side > 0 ? positive[j]! : negative[j]!;
      if (slope !== 0n) sum += weight * slope * below.whole(j);
    }
    return sum;
  }
}
