/**
 * The distinct exact rows of a layer, each kept once, whatever cells and neurons they belong to.
 *
 * In lattice networks thousands of neurons on thousands of cells have few different rows: differences of the network's
 * affine pieces. A row is known again by its value, or, cheaper, by the rows that it was summed up from.
 */
import { oddPart } from '../exact/index.js';

/** A row in lowest terms: packed entries (`exact/packed.ts`) that are odd * 2^exponent over the odd part of the layer's denominator. */
export interface ExactRow {
  /** No two rows of a run have the same. */
  readonly id: number;
  /** 0 for the row that is 0. */
  readonly odd: bigint;
  readonly exponent: number;
  /** The entries over a denominator that makes them short: a positive multiple of the row. Made when asked for. */
  direction?: readonly bigint[];
}

/** A prime below 2^53: residues tell rows apart and fit into doubles. */
const PRIME = 9_007_199_254_740_881n;

/** Up to so many summands a row is looked up by them. */
export const MOST_SUMMANDS = 32;

/** Numbers in the list of known sums beyond which it begins anew. */
const MOST_NOTED = 2 ** 19;
/** Bits of all rows beyond which a table begins anew, and rows. */
const MOST_BITS = 2 ** 27;
const MOST_ROWS = 2 ** 16;

/** Rows by their values and by their sums. Nothing in it is needed for a result: it may be emptied at any time. */
export class RowTable {
  private readonly byValue = new Map<number, ExactRow[]>();
  private size = 0;
  /** Known sums, one behind the other: their number of summands, the summands, and the position of the row in `found`. */
  private noted = new Int32Array(0);
  private end = 0;
  private readonly found: ExactRow[] = [];
  /** Places in `noted`, plus 1, by hash; 0 where there is none. */
  private places = new Int32Array(0);
  private readonly most: number;

  /**
   * @param ids the last number given to a row
   * @param bits how long a packed row may be: of long ones few are kept, or none
   */
  constructor(
    private readonly ids: { last: number },
    bits: number,
  ) {
    this.most = Math.min(MOST_ROWS, Math.floor(MOST_BITS / bits));
  }

  /** Forgets everything if there is too much of it. */
  trim(): void {
    if (this.size <= this.most && this.end <= MOST_NOTED) return;
    this.byValue.clear();
    this.size = 0;
    this.end = 0;
    this.found.length = 0;
    this.places.fill(0);
  }

  /** The row with this value: packed * 2^exponent. */
  row(packed: bigint, exponent: number): ExactRow {
    const { odd, zeros } = oddPart(packed);
    const scale = odd === 0n ? 0 : exponent + zeros;
    const key = Number(odd % PRIME);
    const alike = this.byValue.get(key);
    const known = alike?.find((row) => row.exponent === scale && row.odd === odd);
    if (known !== undefined) return known;
    const row: ExactRow = { id: ++this.ids.last, odd, exponent: scale };
    if (alike === undefined) this.byValue.set(key, [row]);
    else alike.push(row);
    this.size++;
    return row;
  }

  /** The row that was noted for these numbers. */
  find(numbers: Int32Array, count: number): ExactRow | undefined {
    const { places, noted } = this;
    const mask = places.length - 1;
    if (mask < 0) return undefined;
    for (let at = hashOf(numbers, count) & mask; ; at = (at + 1) & mask) {
      const place = places[at]!;
      if (place === 0) return undefined;
      if (this.isNoted(place - 1, numbers, count)) return this.found[noted[place + count]!];
    }
  }

  private isNoted(place: number, numbers: Int32Array, count: number): boolean {
    const { noted } = this;
    if (noted[place] !== count) return false;
    for (let i = 0; i < count; i++) if (noted[place + 1 + i] !== numbers[i]) return false;
    return true;
  }

  /** Notes that these numbers, for which there is nothing yet, give this row. */
  note(numbers: Int32Array, count: number, row: ExactRow): void {
    // Half of the places stay free.
    if (2 * (this.found.length + 1) > this.places.length) this.rehash();
    if (this.end + count + 2 > this.noted.length) {
      const grown = new Int32Array(2 * (this.end + count + 2));
      grown.set(this.noted.subarray(0, this.end));
      this.noted = grown;
    }
    this.place(hashOf(numbers, count), this.end);
    this.noted[this.end++] = count;
    for (let i = 0; i < count; i++) this.noted[this.end++] = numbers[i]!;
    this.noted[this.end++] = this.found.push(row) - 1;
  }

  private place(hash: number, place: number) {
    const { places } = this;
    const mask = places.length - 1;
    let at = hash & mask;
    while (places[at] !== 0) at = (at + 1) & mask;
    places[at] = place + 1;
  }

  private rehash() {
    this.places = new Int32Array(Math.max(64, 2 * this.places.length));
    for (let at = 0; at < this.end; at += this.noted[at]! + 2) {
      const count = this.noted[at]!;
      this.place(hashOf(this.noted.subarray(at + 1, at + 1 + count), count), at);
    }
  }
}

/** FNV-1a over whole numbers, its high bits mixed into the low ones. */
function hashOf(numbers: Int32Array, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ numbers[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
