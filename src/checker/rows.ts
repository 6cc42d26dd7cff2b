/**
 * Rows as the checker keeps them: affine functions r_k(x) = sum_i a_ki x_i + a_kd in integers, packed by columns
 * (`exact/slots.ts`), so that few long products take the place of many short ones. Every entry may be off by up to an error that
 * is known (`rounded-rows.ts`): what is said here holds for all rows within it.
 */
import {
  digitsOf,
  inSlots,
  magnitude,
  magnitudes,
  notNegative,
  packed,
  type Slots,
  slotOf,
  someDigits,
} from '../exact/index.js';
import { BOX_BITS, type ShortBox } from './domain.js';

/** Sets of rows, as `Slots.highest` writes them. */
export interface SidesOfRows {
  readonly notNegative: bigint;
  readonly notPositive: bigint;
}

/** A point is short if its numbers take at most this many bits: then the rows of a path are judged at once. */
const POINT_BITS = 64;

/** Rows that share a number where many short numbers are cheaper than a long one. */
const GROUP_BITS = 3;
const GROUP = 1 << GROUP_BITS;

/** The width of slots for the rows of a layer whose entries with their error have at most `length` bits. */
export function layerSlotBits(length: number): number {
  return length + BOX_BITS + 1;
}

/** The same for the rows of a path. */
export function pathSlotBits(length: number): number {
  return length + POINT_BITS + 1;
}

/** The rows of a layer. */
export class PackedRows {
  /** The digits of every column of `GROUP` rows, once they are asked for. */
  private readonly groups: (readonly bigint[] | undefined)[] = [];
  private readonly known: (readonly bigint[] | undefined)[] = [];
  private sizes: readonly bigint[] | undefined;

  /**
   * @param columns the digits of sum_k a_ki 2^(bits k) for every i; |a_ki| + error has at most `bits` - `BOX_BITS` - 1 bits
   * @param error of any entry
   */
  constructor(
    readonly slots: Slots,
    private readonly columns: readonly bigint[],
    private readonly error: bigint,
  ) {}

  /** The entries of row k, as they are kept. */
  row(k: number): readonly bigint[] {
    return (this.known[k] ??= this.read(k));
  }

  private read(k: number): bigint[] {
    const { slots } = this;
    const group = (this.groups[k >>> GROUP_BITS] ??= this.groupOf(k >>> GROUP_BITS));
    const row = new Array<bigint>(group.length);
    for (let i = 0; i < group.length; i++) row[i] = slotOf(group[i]!, k & (GROUP - 1), slots);
    return row;
  }

  private groupOf(g: number): bigint[] {
    return this.columns.map((digits) => someDigits(digits, GROUP * g, GROUP, this.slots));
  }

  /**
   * Which rows are certainly nonnegative, and which nonpositive, throughout a box.
   *
   * Over the box's denominator twice a row as it is kept lies between P - Q and P + Q with P = r(lower + upper) and
   * Q = sum |a_i| (upper_i - lower_i), and is off by at most F = 2 error extent. As |P| + Q + F is at most 2 extent
   * (max |a| + error), P - Q - F and -P - Q - F fit into the slots. P is summed up from digits, each half a slot too large.
   */
  sidesOver({ lower, upper, denominator, extent }: ShortBox): SidesOfRows {
    const { slots, columns } = this;
    const d = lower.length;
    this.sizes ??= columns.slice(0, d).map((digits) => magnitudes(digits, slots));
    let scale = 2n * denominator;
    let middle = scale * columns[d]!;
    let reach = 2n * this.error * extent * slots.ones;
    for (let i = 0; i < d; i++) {
      const twice = lower[i]! + upper[i]!;
      scale += twice;
      middle += twice * columns[i]!;
      reach += (upper[i]! - lower[i]!) * this.sizes[i]!;
    }
    const half = scale * slots.highest;
    const above = slots.highest - reach - half;
    return {
      notNegative: notNegative(middle + above, slots),
      notPositive: notNegative(above + half + half - middle, slots),
    };
  }
}

/** Rows of `inputs` + 1 entries each. */
export function packedRows(
  rows: readonly (readonly bigint[])[],
  slots: Slots,
  inputs: number,
  error: bigint,
): PackedRows {
  const columns = Array.from({ length: inputs + 1 }, (_, i) => {
    const column = rows.map((row) => row[i]!);
    return digitsOf(inSlots(column, slots), slots);
  });
  return new PackedRows(slots, columns, error);
}

/**
 * The signed rows of the splits on a path, a slot for each and a number for every `GROUP`: they grow and shrink at the end. The
 * errors of the rows are one more column.
 */
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
    this.none = new Array<bigint>(inputs + 2).fill(0n);
    this.columns = [this.none];
    this.ones = Array.from({ length: GROUP + 1 }, (_, k) => packed(new Array<bigint>(k).fill(1n), bits));
  }

  get length(): number {
    return this.columns.length - 1;
  }

  /** Adds a row whose entries with their error fit into the slots. */
  push(row: readonly bigint[], error: bigint): void {
    const slot = this.length % GROUP;
    const before = slot === 0 ? this.none : this.columns[this.length]!;
    const shift = BigInt(this.bits * slot);
    const { length } = row;
    const columns = new Array<bigint>(length + 1);
    for (let i = 0; i < length; i++) columns[i] = before[i]! + (row[i]! << shift);
    columns[length] = before[length]! + (error << shift);
    this.columns.push(columns);
  }

  /** Keeps the first `length` rows. */
  shorten(length: number): void {
    this.columns.length = length + 1;
  }

  /** Whether all rows are certainly positive at a point over a denominator. That is not known of points of long numbers. */
  arePositiveAt(numerators: readonly bigint[], denominator: bigint): boolean {
    const extent = numerators.reduce((sum, x) => sum + magnitude(x), denominator);
    if (extent >> BigInt(POINT_BITS) !== 0n) return false;
    const d = numerators.length;
    for (let from = 0; from < this.length; from += GROUP) {
      const count = Math.min(GROUP, this.length - from);
      const columns = this.columns[from + count]!;
      let sum = denominator * columns[d]! - extent * columns[d + 1]!;
      for (let i = 0; i < d; i++) sum += numerators[i]! * columns[i]!;
      // Integers are positive if they are not negative when 1 is taken away.
      const ones = this.ones[count]!;
      const highest = ones << BigInt(this.bits - 1);
      if (((sum - ones + highest) & highest) !== highest) return false;
    }
    return true;
  }
}
