/**
 * The exact rows of the current cell, computed only where a double could not decide.
 *
 * A row is summed up from the rows of the layer below, packed into one integer each (`exact/packed.ts`), in slots wide enough
 * for the last layer: most rows are only summed up further or found to be 0, and need not be unpacked. The rows of the path
 * are kept, and rows that are equal, of neurons and cells whatsoever, are one (`row-table.ts`): the same sum is not made twice.
 * From one cell to the next few contributors change: the last sum of a neuron is kept with them, and only differences are added.
 */
import { larger, magnitude, oddPart, packed, slotBits, unpacked } from '../exact/index.js';
import type { GivenRows, PartitionProblem } from '../problem/index.js';
import { type ExactRow, MOST_SUMMANDS, RowTable } from './row-table.js';

/**
 * Exact pre-activations of the neurons on the cell that the current path describes.
 *
 * `row(layer, neuron)` holds `variables + 1` integers, the last one constant; the true row is row / `denominator(layer)`.
 */
export interface ExactRows {
  row(layer: number, neuron: number): readonly bigint[];
  /** A positive multiple of `row` with short entries; the same object for equal rows of a layer. */
  direction(layer: number, neuron: number): readonly bigint[];
  /** Whether the row is 0: the pre-activation vanishes on the whole cell. Cheaper than `row`. */
  isZero(layer: number, neuron: number): boolean;
  denominator(layer: number): bigint;
  /** The sides of layer - 1 have changed: forget the rows of `layer`. Deeper layers are entered, hence forgotten, later. */
  forget(layer: number): void;
  /**
   * [layer]: 1 where whoever walks forgets rows one by one, in place of the whole layer: as soon as they are no longer complete.
   */
  readonly kept: Uint8Array;
  /** Forgets one row. */
  drop(layer: number, neuron: number): void;
  /** How many rows were summed up so far. */
  readonly computed: number;
}

/** The last sum of a neuron, and what it was made of: for each contributor its row, undefined where it had none, and its weight. */
interface LastSum {
  sum: bigint;
  readonly rows: (ExactRow | undefined)[];
  readonly weights: bigint[];
}

/** Contributors of a layer beyond which last sums are not kept: they are as many as its weights. */
const MOST_CONTRIBUTORS = 2 ** 20;

/** The rows of one layer. */
interface LayerRows {
  /** Those of the path, as far as they were asked for. */
  readonly sums: (ExactRow | undefined)[];
  readonly rows: (readonly bigint[] | undefined)[];
  /** The neurons whose rows are to be forgotten with the layer. */
  readonly filled: number[];
  /** The last sum of each neuron, of whatever path. */
  readonly last: (LastSum | undefined)[];
  table: RowTable | undefined;
  /** The denominator is 2^power times an odd number. */
  power: number;
}

/**
 * @param sides per layer and neuron the side taken (0: identically zero); row(l, .) reads the sides of the layers below l.
 *
 * Cost: the rows of the active neurons of all layers below, once per path, then one long product for each active neuron
 * with a nonzero weight; a look into a table for sums of few rows that were made before.
 */
export function exactRows(problem: PartitionProblem, sides: readonly Int8Array[]): ExactRows {
  const entries = problem.variables + 1;
  const { layers, first, given, depth, biasSlot } = problem;
  const unknown = <T>(width: number) => new Array<T | undefined>(width).fill(undefined);
  const ids = { last: 0 };
  const known = layers.map(
    ({ width }): LayerRows => ({
      sums: unknown(width),
      rows: unknown(width),
      filled: [],
      last: unknown(width),
      table: undefined,
      power: -1,
    }),
  );
  const denominators: bigint[] = [first.denominator];
  if (layers.length > depth) denominators[depth] = given.denominator;
  const summands = new Int32Array(MOST_SUMMANDS + 1);
  let slot = 0;
  let computed = 0;
  const kept = new Uint8Array(layers.length);

  function denominator(layer: number): bigint {
    return (denominators[layer] ??= denominator(layer - 1) * layers[layer]!.integers().denominator);
  }

  function power(layer: number): number {
    const own = known[layer]!;
    if (own.power < 0) own.power = oddPart(denominator(layer)).zeros;
    return own.power;
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
    const { bias, fan } = layers[layer]!.integers();
    return bias
      .map((b, k) => {
        const { plus, minus } = fan(k);
        let sum = magnitude(b) * denominator(layer - 1);
        plus.forEach((weight, i) => {
          sum += larger(magnitude(weight), minus === null ? 0n : magnitude(minus[i]!)) * below;
        });
        return sum;
      })
      .reduce(larger, 1n);
  }

  /** The rows that are the same on every path, if the layer has such. */
  function givenOf(layer: number): GivenRows | undefined {
    return layer === depth ? given : layer === 0 ? first : undefined;
  }

  function tableOf(layer: number): RowTable {
    return (known[layer]!.table ??= new RowTable(ids, bits() * entries));
  }

  /** The row of a layer of the network. */
  function sumOf(layer: number, neuron: number): ExactRow {
    return known[layer]!.sums[neuron] ?? newSum(layer, neuron);
  }

  function newSum(layer: number, neuron: number): ExactRow {
    const { sums, filled } = known[layer]!;
    const sum = layer === 0 ? firstSum(neuron) : laterSum(layer, neuron);
    sums[neuron] = sum;
    // Rows that are the same on every path, as those of the first layer, are kept.
    if (layer > 0 && kept[layer] === 0) filled.push(neuron);
    return sum;
  }

  function firstSum(neuron: number): ExactRow {
    return tableOf(0).row(packed(row(0, neuron), bits()), -power(0));
  }

  function laterSum(layer: number, neuron: number): ExactRow {
    const { from, plus, minus } = layers[layer]!.integers().fan(neuron);
    const table = tableOf(layer);
    // Summing up asks for rows of the layer below, which overwrite the list of summands.
    const count = from.length <= MOST_SUMMANDS ? listed(layer, neuron, from, minus !== null) : 0;
    const noted = count > 0 ? table.find(summands, count) : undefined;
    if (noted !== undefined) return noted;
    const made = summed(layer, neuron, from, plus, minus);
    if (count > 0) table.note(summands, count, made);
    return made;
  }

  /** What the row is summed up from: the neuron, and the rows of its contributors with their sides. Returns how many numbers. */
  function listed(layer: number, neuron: number, from: readonly number[], twoSided: boolean): number {
    const below = sides[layer - 1]!;
    const { sums } = known[layer - 1]!;
    // First all rows, each of which may use the list for itself.
    for (const j of from) if (below[j]! > 0 || (twoSided && below[j]! < 0)) sums[j] ?? sumOf(layer - 1, j);
    summands[0] = neuron;
    for (let i = 0; i < from.length; i++) {
      const side = below[from[i]!]!;
      const contributes = side > 0 || (twoSided && side < 0);
      summands[i + 1] = contributes ? side * sums[from[i]!]!.id : 0;
    }
    return from.length + 1;
  }

  function summed(
    layer: number,
    neuron: number,
    from: readonly number[],
    plus: readonly bigint[],
    minus: readonly bigint[] | null,
  ): ExactRow {
    computed++;
    const { last } = known[layer]!;
    const before = last[neuron] ?? { sum: constantOf(layer, neuron), rows: [], weights: [] };
    if (from.length * last.length <= MOST_CONTRIBUTORS) last[neuron] = before;
    const below = sides[layer - 1]!;
    const { rows, weights } = before;
    let { sum } = before;
    for (let i = 0; i < from.length; i++) {
      const j = from[i]!;
      const side = below[j]!;
      // A pre-activation that is identically zero contributes nothing whatever its slopes are.
      const weight = (side > 0 ? plus[i] : side < 0 ? minus?.[i] : undefined) ?? 0n;
      const own = weight === 0n ? undefined : sumOf(layer - 1, j);
      const old = rows[i];
      if (own === old && (own === undefined || weight === weights[i])) continue;
      if (old !== undefined) sum -= scaled(layer - 1, weights[i]!, old);
      if (own !== undefined) sum += scaled(layer - 1, weight, own);
      rows[i] = own;
      weights[i] = weight;
    }
    before.sum = sum;
    return tableOf(layer).row(sum, -power(layer));
  }

  function constantOf(layer: number, neuron: number): bigint {
    const bias = layers[layer]!.integers().bias[neuron]!;
    return bias === 0n ? 0n : (bias * denominator(layer - 1)) << BigInt(bits() * biasSlot);
  }

  /** A multiple of a row, in units of its layer's denominator. */
  function scaled(layer: number, weight: bigint, { odd, exponent }: ExactRow): bigint {
    const shift = exponent + power(layer);
    return shift === 0 ? weight * odd : (weight * odd) << BigInt(shift);
  }

  function row(layer: number, neuron: number): readonly bigint[] {
    return (known[layer]!.rows[neuron] ??=
      givenOf(layer)?.numerators.slice(neuron * entries, (neuron + 1) * entries) ?? integersOf(layer, neuron));
  }

  function integersOf(layer: number, neuron: number): readonly bigint[] {
    const { odd, exponent } = sumOf(layer, neuron);
    return unpacked(odd << BigInt(exponent + power(layer)), bits(), entries);
  }

  function direction(layer: number, neuron: number): readonly bigint[] {
    if (layer === depth) return row(layer, neuron);
    const sum = sumOf(layer, neuron);
    return (sum.direction ??= shortened(row(layer, neuron)));
  }

  function isZero(layer: number, neuron: number): boolean {
    if (givenOf(layer) !== undefined) return row(layer, neuron).every((entry) => entry === 0n);
    return sumOf(layer, neuron).odd === 0n;
  }

  function drop(layer: number, neuron: number) {
    const { sums, rows } = known[layer]!;
    sums[neuron] = undefined;
    rows[neuron] = undefined;
  }

  function forget(layer: number) {
    const { filled, table } = known[layer]!;
    table?.trim();
    // Mostly nothing is, and this is called for every cell of every layer.
    if (filled.length === 0) return;
    for (const neuron of filled) drop(layer, neuron);
    filled.length = 0;
  }

  return {
    row,
    direction,
    isZero,
    denominator,
    forget,
    kept,
    drop,
    get computed() {
      return computed;
    },
  };
}

/** The entries without their common power of two. */
function shortened(row: readonly bigint[]): readonly bigint[] {
  let zeros = Infinity;
  for (const entry of row) if (entry !== 0n) zeros = Math.min(zeros, oddPart(entry).zeros);
  const by = BigInt(zeros === Infinity ? 0 : zeros);
  return by === 0n ? row : row.map((entry) => entry >> by);
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
