/**
 * Rows as the checker keeps them: affine functions r_k(x) = sum_i a_ki x_i + a_kd in exact integers, packed by columns
 * (`exact/slots.ts`), so that few long products take the place of many short ones.
 */
import { packed, unpacked } from '../exact/packed.js';
import {
  digitsOf,
  inSlots,
  magnitudes,
  notNegative,
  type Slots,
  slotOf,
  slotsFor,
  someDigits,
} from '../exact/slots.js';

/** lower / denominator <= x <= upper / denominator, for all inputs. */
export interface ExactBox {
  readonly lower: readonly bigint[];
  readonly upper: readonly bigint[];
  readonly denominator: bigint;
}

/** Sets of rows, as `Slots.highest` writes them. */
export interface SidesOfRows {
  readonly notNegative: bigint;
  readonly notPositive: bigint;
}

/** A box is short if its numbers take at most this many bits: then all rows of a layer are bounded at once. */
const BOX_BITS = 48;
/** The same for a point and the rows of a path. */
const POINT_BITS = 64;

/** Rows that share a number where many short numbers are cheaper than a long one. */
const GROUP_BITS = 3;
const GROUP = 1 << GROUP_BITS;

const magnitude = (x: bigint) => (x < 0n ? -x : x);

/** The width of slots for the rows of a layer whose entries have at most `length` bits. */
export function layerSlotBits(length: number): number {
  return length + BOX_BITS + 1;
}

/** The width of slots for the rows of a path whose entries have at most `length` bits. */
export function pathSlotBits(length: number): number {
  return length + POINT_BITS + 1;
}

/** The rows of a layer. */
export interface LayerRows {
  readonly slots: Slots;
  /** The entries of row k. */
  row(k: number): readonly bigint[];
  /** The same, packed into slots of the given width. */
  whole(k: number, bits: number): bigint;
  /** Which rows are nonnegative, and which nonpositive, throughout a box; undefined if that is not known all at once. */
  sidesOver(box: ExactBox): SidesOfRows | undefined;
}

/** Rows that are packed one by one: long ones, for which bringing them into columns costs more than it saves. */
export class SeparateRows implements LayerRows {
  private readonly known: (readonly bigint[] | undefined)[] = [];

  /** @param rows sum_i a_ki 2^(bits i) for every k */
  constructor(
    readonly slots: Slots,
    private readonly rows: readonly bigint[],
    private readonly inputs: number,
  ) {}

  row(k: number): readonly bigint[] {
    return (this.known[k] ??= unpacked(this.rows[k]!, this.slots.bits, this.inputs + 1));
  }

  whole(k: number, bits: number): bigint {
    return bits === this.slots.bits ? this.rows[k]! : packed(this.row(k), bits);
  }

  sidesOver(): undefined {
    return undefined;
  }
}

/** Rows of `inputs` + 1 entries each. */
export function packedRows(rows: readonly (readonly bigint[])[], slots: Slots, inputs: number): PackedRows {
  const columns = Array.from({ length: inputs + 1 }, (_, i) =>
    inSlots(
      rows.map((row) => row[i]!),
      slots,
    ),
  );
  return new PackedRows(slots, columns);
}

/** Rows that are packed by columns. */
export class PackedRows implements LayerRows {
  /** The digits of every column, of all rows and of every `GROUP` rows, once they are asked for. */
  private digits: readonly bigint[] | undefined;
  private readonly groups: (readonly bigint[] | undefined)[] = [];
  private readonly known: (readonly bigint[] | undefined)[] = [];
  private sizes: readonly bigint[] | undefined;

  /** @param columns sum_k a_ki 2^(bits k) for every i; |a_ki| has at most `bits` - `BOX_BITS` - 1 bits */
  constructor(
    readonly slots: Slots,
    readonly columns: readonly bigint[],
  ) {}

  row(k: number): readonly bigint[] {
    return (this.known[k] ??= this.read(k));
  }

  whole(k: number, bits: number): bigint {
    return packed(this.row(k), bits);
  }

  private read(k: number): bigint[] {
    const { slots } = this;
    const group = (this.groups[k >>> GROUP_BITS] ??= this.groupOf(k >>> GROUP_BITS));
    const row = new Array<bigint>(group.length);
    for (let i = 0; i < group.length; i++) row[i] = slotOf(group[i]!, k & (GROUP - 1), slots);
    return row;
  }

  private groupOf(g: number): bigint[] {
    const { slots } = this;
    this.digits ??= this.columns.map((column) => digitsOf(column, slots));
    return this.digits.map((digits) => someDigits(digits, GROUP * g, GROUP, slots));
  }

  /**
   * Undefined for boxes that are not short. Twice a row lies between P - Q and P + Q with P = r(lower + upper) and Q = sum |a_i| (upper_i - lower_i), both over the
   * box's denominator. Both are at most max |a| * extent in magnitude, so that P - Q and -P - Q fit into the slots.
   */
  sidesOver({ lower, upper, denominator }: ExactBox): SidesOfRows | undefined {
    const { slots, columns } = this;
    const d = lower.length;
    let extent = 2n * denominator;
    for (let i = 0; i < d; i++) extent += magnitude(lower[i]! + upper[i]!) + upper[i]! - lower[i]!;
    if (extent >> BigInt(BOX_BITS) !== 0n) return undefined;
    this.sizes ??= columns.slice(0, d).map((column) => magnitudes(column, slots));
    let middle = 2n * denominator * columns[d]!;
    let reach = 0n;
    for (let i = 0; i < d; i++) {
      middle += (lower[i]! + upper[i]!) * columns[i]!;
      reach += (upper[i]! - lower[i]!) * this.sizes[i]!;
    }
    return { notNegative: notNegative(middle - reach, slots), notPositive: notNegative(-middle - reach, slots) };
  }
}

/** The rows of a layer in the making: `sums` grow by what the neurons of the layer before contribute. */
export interface RowSums {
  /** The sums before any contribution, in an array of the caller's. */
  start(): bigint[];
  /** What a neuron with these weights contributes: adds weights[k] times its row, number j of `rows`, to row k of the sums. */
  contribution(weights: readonly bigint[]): (sums: bigint[], rows: LayerRows, j: number) => void;
  /** The rows, once they are complete. */
  rows(sums: readonly bigint[]): LayerRows;
}

/** Up to this length of the rows that are added, long products of whole columns are the cheaper ones. */
export const COLUMN_BITS = 96;

/** Sums of columns: one long product per entry of the row that is added. @param bias the constants of the rows */
export function sumsOfColumns(slots: Slots, inputs: number, bias: readonly bigint[]): RowSums {
  const first = [...new Array<bigint>(inputs).fill(0n), inSlots(bias, slots)];
  return {
    start: () => [...first],
    contribution(weights) {
      const all = inSlots(weights, slots);
      return (sums, rows, j) => {
        const row = rows.row(j);
        for (let i = 0; i < row.length; i++) if (row[i] !== 0n) sums[i]! += all * row[i]!;
      };
    },
    rows: (sums) => new PackedRows(slots, sums),
  };
}

/** Sums of rows: one product per weight. @param bias the constants of the rows */
export function sumsOfRows(slots: Slots, inputs: number, bias: readonly bigint[]): RowSums {
  const first = bias.map((b) => b << BigInt(slots.bits * inputs));
  return {
    start: () => [...first],
    contribution: (weights) => (sums, rows, j) => {
      const row = rows.whole(j, slots.bits);
      for (let k = 0; k < weights.length; k++) if (weights[k] !== 0n) sums[k]! += weights[k]! * row;
    },
    rows: (sums) => new SeparateRows(slots, sums, inputs),
  };
}

/** The signed rows of the splits on a path, a slot for each and a number for every `GROUP`: they grow and shrink at the end. */
export class PathRows {
  /** For every length of the path the columns of its last group. */
  private readonly columns: (readonly bigint[])[];
  private readonly none: readonly bigint[];
  /** ones[k]: 1 in each of k slots. */
  private readonly ones: readonly bigint[];

  constructor(
    inputs: number,
    private readonly bits: number,
  ) {
    this.none = new Array<bigint>(inputs + 1).fill(0n);
    this.columns = [this.none];
    this.ones = Array.from({ length: GROUP + 1 }, (_, k) => slotsFor(k, bits).ones);
  }

  get length(): number {
    return this.columns.length - 1;
  }

  /** Adds a row whose entries fit into the slots. */
  push(row: readonly bigint[]): void {
    const slot = this.length % GROUP;
    const before = slot === 0 ? this.none : this.columns[this.length]!;
    const shift = BigInt(this.bits * slot);
    this.columns.push(before.map((column, i) => column + (row[i]! << shift)));
  }

  /** Keeps the first `length` rows. */
  shorten(length: number): void {
    this.columns.length = length + 1;
  }

  /** Whether all rows are positive at a point over a denominator; undefined for points of long numbers. */
  arePositiveAt(numerators: readonly bigint[], denominator: bigint): boolean | undefined {
    const extent = numerators.reduce((sum, x) => sum + magnitude(x), denominator);
    if (extent >> BigInt(POINT_BITS) !== 0n) return undefined;
    for (let from = 0; from < this.length; from += GROUP) {
      const count = Math.min(GROUP, this.length - from);
      const columns = this.columns[from + count]!;
      let sum = denominator * columns[numerators.length]!;
      for (let i = 0; i < numerators.length; i++) sum += numerators[i]! * columns[i]!;
      // Integers are positive if they are not negative when 1 is taken away.
      const ones = this.ones[count]!;
      const highest = ones << BigInt(this.bits - 1);
      if (((sum - ones + highest) & highest) !== highest) return false;
    }
    return true;
  }
}
