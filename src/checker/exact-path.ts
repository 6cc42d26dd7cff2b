/**
 * The splits above a node and the rows of its layers exactly: what decides where doubles do not.
 */
import { type IntegerVector, rowAt, signOfInteger } from '../exact/index.js';
import { minimumOver, type NodeBox } from './domain.js';
import type { InputBound, Multipliers, Split, Target } from './evidence.js';
import { type ExactNetwork, ExactRows } from './exact-rows.js';
import type { SettledNeurons } from './settled-neurons.js';

function times(row: readonly bigint[], factor: bigint): bigint[] {
  const product = new Array<bigint>(row.length);
  for (let i = 0; i < row.length; i++) product[i] = row[i]! * factor;
  return product;
}

/** from := from - factor * row */
function subtract(from: bigint[], row: readonly bigint[], factor: bigint): void {
  for (let i = 0; i < from.length; i++) from[i]! -= factor * row[i]!;
}

/** factor * denominator * (x - value) as a row of d + 1 entries, with the value's denominator. */
function rowOfBound({ input, value }: InputBound, factor: bigint, d: number): bigint[] {
  const row = new Array<bigint>(d + 1).fill(0n);
  row[input] = factor * value.denominator;
  row[d] = -factor * value.numerators[0]!;
  return row;
}

export class ExactPath {
  /** Of the layers of the path whose rows were asked for. */
  private readonly layers: (ExactRows | undefined)[] = [];

  constructor(
    private readonly network: ExactNetwork,
    private readonly given: readonly (readonly bigint[])[],
    private readonly neurons: readonly SettledNeurons[],
  ) {}

  /** The path is another one in this layer and those after it. */
  forget(layer: number): void {
    this.layers.length = Math.min(this.layers.length, layer);
  }

  private rows(layer: number): ExactRows {
    return (this.layers[layer] ??=
      layer === 0
        ? new ExactRows(this.network, 0)
        : new ExactRows(this.network, layer, this.rows(layer - 1), this.neurons[layer - 1]!.sides));
  }

  /** The signed row of a condition or split. */
  private signed({ layer, neuron, side }: Split): readonly bigint[] {
    if (layer < 0) return this.given[neuron]!;
    const row = this.rows(layer).row(neuron);
    return side > 0 ? row : row.map((entry) => -entry);
  }

  /** Whether side * target minus the combination of splits is nonnegative on the box. */
  isProved(
    layer: number,
    above: readonly Split[],
    box: NodeBox | undefined,
    target: Target,
    side: 1 | -1,
    { splits, multipliers: { numerators, denominator } }: Multipliers,
  ): boolean {
    const scales = this.network.factors[layer]!;
    let unit = 1n;
    let rest: bigint[];
    if ('neuron' in target) rest = times(this.rows(layer).row(target.neuron), denominator * scales[layer + 1]!);
    else {
      rest = rowOfBound(target, denominator * scales[0]!, this.network.inputs);
      unit = target.value.denominator;
    }
    for (let s = 0; s < splits.length; s++) {
      const split = above[splits[s]!]!;
      const multiplier = numerators[s]! * scales[split.layer + 1]! * unit;
      subtract(rest, this.signed(split), side > 0 ? multiplier : -multiplier);
    }
    return minimumOver(box?.exact, rest, side) >= 0n;
  }

  /** Whether a point lies strictly on the side of a split. */
  isPositive(split: Split, point: IntegerVector): boolean {
    return signOfInteger(rowAt(this.signed(split), point.numerators, point.denominator)) > 0;
  }
}
