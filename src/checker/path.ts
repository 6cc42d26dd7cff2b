/**
 * The splits above a node and the rows of its layers, and what they prove of it.
 *
 * Everything is tried with rounded rows first (`rounded-rows.ts`). Their errors enter every inequality with the worst sign,
 * so where they prove it, it is true of the exact rows; where they do not, the exact rows (`exact-rows.ts`) decide.
 */
import { type IntegerVector, rowAt, SlotSets, signOfInteger } from '../exact/index.js';
import { minimumOver, type NodeBox } from './domain.js';
import { ExactRows } from './exact-rows.js';
import type { CheckedNetwork } from './network.js';
import { type PackedRows, PathRows, pathSlotBits } from './rows.js';

/** A split above the current node, or a condition of the domain (layer -1). */
export interface Split {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
  /** side * row, as it is rounded; a condition is exact. */
  readonly row: readonly bigint[];
}

/** The rows of a layer on the path. */
interface LayerOnPath {
  readonly rounded: PackedRows;
  readonly exact: ExactRows;
}

/** The affine function input - value. */
export interface InputBound {
  readonly input: number;
  readonly value: IntegerVector;
}

/** An affine function that is claimed to be nonnegative on a cell, times a sign. */
export type Target = { readonly neuron: number } | InputBound;

/** Evidence: multipliers of splits, by position. */
export interface Multipliers {
  readonly splits: readonly number[];
  readonly multipliers: IntegerVector;
}

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

/** Rows of the path in one arithmetic, rounded or exact. */
interface Arithmetic {
  /** As `RoundedNetwork.factors` and `errors`. */
  readonly factors: readonly (readonly bigint[])[];
  readonly errors: readonly bigint[];
  row(layer: number, neuron: number): readonly bigint[];
  /** side * row of a split. */
  signed(split: Split): readonly bigint[];
}

export class CheckedPath {
  /** The conditions of the domain and then the splits, from the root. */
  private readonly above: Split[] = [];
  /** The rows of the splits. */
  private readonly packed: PathRows;
  private readonly layers: LayerOnPath[] = [];
  /** For the lists of neurons of every layer. */
  private readonly sets: (readonly [positive: SlotSets, negative: SlotSets] | undefined)[] = [];

  private readonly rounded: Arithmetic;
  private readonly exact: Arithmetic;

  constructor(private readonly subject: CheckedNetwork) {
    const { rounded, exact } = subject;
    this.rounded = {
      factors: rounded.factors,
      errors: rounded.errors,
      row: (layer, neuron) => this.rows(layer).row(neuron),
      signed: ({ row }) => row,
    };
    this.exact = {
      factors: exact.factors,
      errors: rounded.errors.map(() => 0n),
      row: (layer, neuron) => this.layers[layer]!.exact.row(neuron),
      signed: (split) => this.exactRow(split),
    };
    subject.given.forEach((row, neuron) => {
      this.above.push({ layer: -1, neuron, side: 1, row });
    });
    this.packed = new PathRows(subject.inputs, pathSlotBits(rounded.length));
  }

  /** How many conditions and splits there are. */
  get length(): number {
    return this.above.length;
  }

  /** The first layer begins. There is one. */
  begin(): void {
    const { rounded, exact } = this.subject;
    this.layers[0] = { rounded: rounded.first!, exact: new ExactRows(exact, 0) };
  }

  /**
   * The next layer begins.
   *
   * @param sums complete sums of its rows
   * @param sides of the neurons of the layer before: 1, -1, or another number for those that contribute nothing
   */
  enter(layer: number, sums: readonly bigint[], sides: Int8Array): void {
    const { rounded, exact } = this.subject;
    const below = this.layers[layer - 1]!.exact;
    this.layers[layer] = { rounded: rounded.rows(layer, sums), exact: new ExactRows(exact, layer, below, sides) };
  }

  /** The rounded rows of a layer. */
  rows(layer: number): PackedRows {
    return this.layers[layer]!.rounded;
  }

  /** A neuron takes a side. @param follows whether its row is known and will be asked for */
  push(layer: number, neuron: number, side: 1 | -1, follows: boolean): void {
    const positive = follows ? this.rows(layer).row(neuron) : [];
    const row = side > 0 ? positive : positive.map((entry) => -entry);
    this.above.push({ layer, neuron, side, row });
    this.packed.push(row, this.subject.rounded.errors[layer + 1]!);
  }

  /** Keeps the first `length` conditions and splits. */
  shorten(length: number): void {
    this.above.length = length;
    this.packed.shorten(length - this.subject.given.length);
  }

  /** Whether the neurons in these lists certainly lie on their sides throughout the box, by rounded rows. */
  areBounded(layer: number, box: NodeBox | undefined, positive: Uint8Array, negative: Uint8Array): boolean {
    if (box?.short === undefined) return false;
    const rows = this.rows(layer);
    const known = rows.sidesOver(box.short);
    const [plus, minus] = (this.sets[layer] ??= [new SlotSets(rows.slots), new SlotSets(rows.slots)]);
    const above = plus.of(positive);
    const below = minus.of(negative);
    return (known.notNegative & above) === above && (known.notPositive & below) === below;
  }

  /**
   * Whether side * target minus the combination of splits is nonnegative on the box.
   *
   * @param layer of the target, if it is a neuron, and at least that of every split
   * @param by nonnegative multipliers of splits that there are
   */
  isProved(layer: number, box: NodeBox | undefined, target: Target, side: 1 | -1, by: Multipliers): boolean {
    return this.isProvedByRounded(layer, box, target, side, by) || this.isProvedExactly(layer, box, target, side, by);
  }

  private isProvedByRounded(layer: number, box: NodeBox | undefined, target: Target, side: 1 | -1, by: Multipliers) {
    const { rest, error } = this.remainder(this.rounded, layer, target, side, by);
    const short = box?.short;
    const least = minimumOver(short, rest, side);
    // Entries that are off by at most `error` move the value, times the box's denominator, by at most `error` * extent. Without
    // a short box only constants are nonnegative.
    return short === undefined ? error === 0n && least >= 0n : least >= error * short.extent;
  }

  private isProvedExactly(layer: number, box: NodeBox | undefined, target: Target, side: 1 | -1, by: Multipliers) {
    return minimumOver(box?.exact, this.remainder(this.exact, layer, target, side, by).rest, side) >= 0n;
  }

  /** target - side * the combination of splits on a common scale, and what its entries may be off by. */
  private remainder(
    { factors, errors, row, signed }: Arithmetic,
    layer: number,
    target: Target,
    side: 1 | -1,
    { splits, multipliers: { numerators, denominator } }: Multipliers,
  ): { readonly rest: readonly bigint[]; readonly error: bigint } {
    const scales = factors[layer]!;
    let error = 0n;
    let unit = 1n;
    let rest: bigint[];
    if ('neuron' in target) {
      const own = denominator * scales[layer + 1]!;
      rest = times(row(layer, target.neuron), own);
      error = errors[layer + 1]! * own;
    } else {
      rest = rowOfBound(target, denominator * scales[0]!, this.subject.inputs);
      unit = target.value.denominator;
    }
    for (let s = 0; s < splits.length; s++) {
      const split = this.above[splits[s]!]!;
      const multiplier = numerators[s]! * scales[split.layer + 1]! * unit;
      subtract(rest, signed(split), side > 0 ? multiplier : -multiplier);
      error += multiplier * errors[split.layer + 1]!;
    }
    return { rest, error };
  }

  /** The signed row of a split, exactly. */
  private exactRow({ layer, neuron, side, row }: Split): readonly bigint[] {
    if (layer < 0) return row;
    const exact = this.layers[layer]!.exact.row(neuron);
    return side > 0 ? exact : exact.map((entry) => -entry);
  }

  /** The first split on whose side a point does not lie strictly; undefined if there is none. Conditions are left out. */
  missedBy(point: IntegerVector): Split | undefined {
    if (this.packed.arePositiveAt(point.numerators, point.denominator)) return undefined;
    return this.above.slice(this.subject.given.length).find((split) => {
      return signOfInteger(rowAt(this.exactRow(split), point.numerators, point.denominator)) <= 0;
    });
  }
}
