/**
 * Subtrees of one layer of small integers, counted in numbers that are exact as they are: no bounds, no places of vertices, no cells kept.
 *
 * A vertex of a cell is what the neurons that cut the cell say there: their values, integers up to a common positive factor. Where a crease
 * crosses an edge from x to y, on whose ends it has the values a > 0 and -b < 0, the values of all neurons are b x + a y up to a
 * factor. So a cell is a list of such rows and of the sets of facets through them, a word of bits each.
 *
 * Lemma (size). Let z be a vertex in homogeneous integer coordinates without common divisor. It is the cross product of n rows of facets,
 * divided by an integer; so a row of n + 1 integers has a value there that divides a determinant of n + 1 rows, and is at most the
 * product of their lengths (Hadamard 1893). Values divided by their common divisor are no larger. Where that product is at most 2^26, and
 * values beyond 2^26 are divided by their common divisor, b x + a y and the products below are at most 2^53: exact in doubles.
 *
 * Lemma (two creases). Let a and b cut a cell with vertices V. Then b is positive somewhere on the part a >= 0 if and only if it is at a
 * vertex with a >= 0, or there are x, y in V, a(x) > 0 > a(y), with a(x) b(y) - a(y) b(x) > 0: the point of [x, y] on a = 0 is in the
 * part, and b takes its largest value on the crease at points of edges. So the last two creases need no edges at all.
 */

import { bitCount } from '../../exact/index.js';
import type { SubtreeListener, SubtreeTally } from '../../walk/index.js';
import { commonDivisor } from './common-divisor.js';
import { lowestBit, withRoom } from './pool.js';

/** Creases, and facets to begin with, that a word of bits has room for. */
export const MOST_CUTS = 32;
/** Values beyond are divided by their common divisor. */
export const LARGEST_VALUE = 2 ** 26;
/** With fewer creases left, nobody is asked whether to stop: it is done in a moment. */
const ASKED_FROM = 7;
/** How often, in questions whether to stop, a listener is told. */
const TELL_EVERY = 1024;

const FIRST_CAPACITY = 256;

/** Walks the subtree below one cell at a time. */
export class WholeNumbers {
  /** The values of up to 32 neurons at each vertex, and the bits of those that are positive, and negative. */
  private values = new Float64Array(FIRST_CAPACITY * MOST_CUTS);
  private plus: Int32Array = new Int32Array(FIRST_CAPACITY);
  private minus: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Facets of the node's cell through each vertex, and splits below. */
  private facets: Int32Array = new Int32Array(FIRST_CAPACITY);
  private splits: Int32Array = new Int32Array(FIRST_CAPACITY);
  private capacity = FIRST_CAPACITY;
  private size = 0;
  /** The vertices of the cells of the path, one list behind the other. */
  private lists: Int32Array = new Int32Array(4 * FIRST_CAPACITY);
  /** The vertices of a cell on the two sides of a crease. */
  private above: Int32Array = new Int32Array(FIRST_CAPACITY);
  private below: Int32Array = new Int32Array(FIRST_CAPACITY);
  private readonly taken = new Int8Array(MOST_CUTS);
  private readonly tally: SubtreeTally = {
    cells: 0,
    entered: Float64Array.of(0),
    byBounds: 0,
    byPoints: 0,
    exactly: 0,
  };
  private left = 0;
  private stopped = false;
  private asked = 0;
  private listener: SubtreeListener | undefined;

  /** @param dimension of the cells */
  constructor(private readonly dimension: number) {}

  /** The next cell to be walked has no vertices yet. */
  begin(): void {
    this.size = 0;
  }

  /** A vertex of the cell to be walked. @param values of the neurons that cut it, and the facets through it as bits */
  add(values: ArrayLike<number>, facets: number): void {
    if (this.size === this.capacity) this.grow();
    const id = this.size++;
    this.facets[id] = facets;
    this.splits[id] = 0;
    this.values.set(values, id * MOST_CUTS);
    this.sign(id, values.length === MOST_CUTS ? -1 : (1 << values.length) - 1);
  }

  /** Walks everything below the cell whose vertices were added. @param count neurons that cut it @returns whether it was stopped */
  walk(count: number, budget: number, listener: SubtreeListener): boolean {
    this.left = budget;
    this.stopped = false;
    this.listener = listener;
    this.lists = withRoom(this.lists, this.size);
    for (let id = 0; id < this.size; id++) this.lists[id] = id;
    this.node(count === MOST_CUTS ? -1 : (1 << count) - 1, 0, 0, this.size);
    this.tell();
    return this.stopped;
  }

  private tell() {
    const { tally } = this;
    this.listener!.tell(tally);
    tally.cells = 0;
    tally.exactly = 0;
  }

  private grow() {
    const c = (this.capacity *= 2);
    const values = new Float64Array(c * MOST_CUTS);
    values.set(this.values);
    this.values = values;
    for (const name of ['plus', 'minus', 'facets', 'splits', 'above', 'below'] as const) {
      const larger = new Int32Array(c);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  private exhausted(): boolean {
    const { stop } = this.listener!;
    if (++this.asked % TELL_EVERY === 0) this.tell();
    this.stopped ||= this.left <= 0 || stop?.() === true;
    return this.stopped;
  }

  /** A cell that the neurons of `cuts` cut, with the vertices `from` to `end` of the lists. @param level splits above */
  private node(cuts: number, level: number, from: number, end: number): void {
    const count = bitCount(cuts);
    const isAsked = count >= ASKED_FROM || this.left < 2 ** count;
    if (!isAsked && count <= 2) {
      this.found(count < 2 ? 1 + count : this.parts(cuts, from, end));
      if (count === 2) this.tally.exactly += 2;
      return;
    }
    if (count === 0) {
      this.found(1);
      return;
    }
    // The middle one, as everywhere.
    let before = cuts;
    for (let k = count >> 1; k > 0; k--) before &= before - 1;
    const split = lowestBit(before);
    const rest = cuts & ~(1 << split);
    const first = this.size;
    this.cross(split, rest, level, from, end);
    if (isAsked) {
      this.towards(-1, split, rest, level, from, end, first);
      this.towards(1, split, rest, level, from, end, first);
    } else {
      this.child(-1, split, rest, level, from, end, first);
      this.child(1, split, rest, level, from, end, first);
    }
    this.size = first;
    const own = ~(1 << level);
    for (let k = from; k < end; k++) this.splits[this.lists[k]!]! &= own;
  }

  private found(cells: number) {
    this.left -= cells;
    this.tally.cells += cells;
  }

  /** The child on one side: walked, or left open. */
  private towards(side: 1 | -1, split: number, rest: number, level: number, from: number, end: number, first: number) {
    this.taken[level] = side;
    if (this.exhausted()) this.listener!.open(this.taken.subarray(0, level + 1));
    else this.child(side, split, rest, level, from, end, first);
  }

  /** Walks a part, whose vertices are old ones and those from `first` on. */
  private child(side: 1 | -1, split: number, rest: number, level: number, from: number, end: number, first: number) {
    const { plus, minus, size, lists } = this;
    const mask = 1 << split;
    const other = side > 0 ? minus : plus;
    let positive = 0;
    let negative = 0;
    for (let k = from; k < end; k++) {
      const id = lists[k]!;
      const isOther = (other[id]! & mask) !== 0;
      positive |= isOther ? 0 : plus[id]!;
      negative |= isOther ? 0 : minus[id]!;
    }
    for (let id = first; id < size; id++) {
      positive |= plus[id]!;
      negative |= minus[id]!;
    }
    this.taken[level] = side;
    this.tally.exactly += bitCount(rest);
    const cuts = rest & positive & negative;
    const isLast = (cuts & (cuts - 1)) === 0 && this.left >= 2;
    if (isLast) this.found(cuts === 0 ? 1 : 2);
    else this.node(cuts, level + 1, end, this.list(other, mask, from, end, first));
  }

  /** Lists the vertices of a part behind those of the cell. @returns the end of the list */
  private list(other: Int32Array, mask: number, from: number, end: number, first: number): number {
    const { size } = this;
    const most = 2 * end - from + size - first;
    if (this.lists.length < most) this.lists = withRoom(this.lists, most);
    const { lists } = this;
    let to = end;
    for (let k = from; k < end; k++) {
      const id = lists[k]!;
      if ((other[id]! & mask) === 0) lists[to++] = id;
    }
    for (let id = first; id < size; id++) lists[to++] = id;
    return to;
  }

  /** Adds the vertices where the crease crosses edges; it is a facet of both parts, through those on it, too. */
  private cross(split: number, rest: number, level: number, from: number, end: number) {
    const { lists, plus, minus, splits, facets, above, below, dimension } = this;
    const mask = 1 << split;
    const own = 1 << level;
    let p = 0;
    let m = 0;
    for (let k = from; k < end; k++) {
      const id = lists[k]!;
      if ((plus[id]! & mask) !== 0) above[p++] = id;
      else if ((minus[id]! & mask) !== 0) below[m++] = id;
      else splits[id]! |= own;
    }
    for (let i = 0; i < p; i++) {
      const x = above[i]!;
      const fx = facets[x]!;
      const sx = splits[x]!;
      const isSimple = bitCount(fx) + bitCount(sx) === dimension;
      for (let j = 0; j < m; j++) {
        const y = below[j]!;
        const f = fx & this.facets[y]!;
        const s = sx & this.splits[y]!;
        if (bitCount(f) + bitCount(s) < dimension - 1) continue;
        // Every n - 1 of the n facets through a simple vertex share an edge.
        if (!isSimple && this.isCommon(f, s, from, end)) continue;
        if (this.size === this.capacity) this.grow();
        const id = this.size++;
        this.facets[id] = f;
        this.splits[id] = s | own;
        this.place(x, y, split, rest, id);
      }
    }
  }

  /** Whether more than two vertices are in all of these facets: what two of them share is no edge then. */
  private isCommon(f: number, s: number, from: number, end: number): boolean {
    const { facets, splits, lists } = this;
    let ends = 0;
    for (let k = from; k < end; k++) {
      const id = lists[k]!;
      if ((f & ~facets[id]!) === 0 && (s & ~splits[id]!) === 0 && ++ends > 2) return true;
    }
    return false;
  }

  /** The values of the neurons of `rest` where the edge from x to y crosses the crease. */
  private place(x: number, y: number, split: number, rest: number, id: number) {
    const { values } = this;
    const a = values[x * MOST_CUTS + split]!;
    const b = -values[y * MOST_CUTS + split]!;
    const atX = x * MOST_CUTS;
    const atY = y * MOST_CUTS;
    const at = id * MOST_CUTS;
    let largest = 0;
    let plus = 0;
    let minus = 0;
    for (let left = rest; left !== 0; left &= left - 1) {
      const bit = lowestBit(left);
      const value = b * values[atX + bit]! + a * values[atY + bit]!;
      values[at + bit] = value;
      if (value > 0) {
        plus |= 1 << bit;
        if (value > largest) largest = value;
      } else if (value < 0) {
        minus |= 1 << bit;
        if (-value > largest) largest = -value;
      }
    }
    this.plus[id] = plus;
    this.minus[id] = minus;
    if (largest > LARGEST_VALUE) this.reduce(at, rest);
  }

  /** Divides values by their common divisor. */
  private reduce(at: number, bits: number) {
    const { values } = this;
    let divisor = 0;
    for (let left = bits; left !== 0 && divisor !== 1; left &= left - 1) {
      divisor = commonDivisor(divisor, Math.abs(values[at + lowestBit(left)]!));
    }
    for (let left = bits; left !== 0; left &= left - 1) {
      const value = values[at + lowestBit(left)]! / divisor;
      if (Math.abs(value) > LARGEST_VALUE) throw new RangeError(`vertex: expected values up to 2^26, got ${value}`);
      values[at + lowestBit(left)] = value;
    }
  }

  private sign(id: number, bits: number) {
    let plus = 0;
    let minus = 0;
    for (let left = bits; left !== 0; left &= left - 1) {
      const bit = lowestBit(left);
      const value = this.values[id * MOST_CUTS + bit]!;
      if (value > 0) plus |= 1 << bit;
      else if (value < 0) minus |= 1 << bit;
    }
    this.plus[id] = plus;
    this.minus[id] = minus;
  }

  /** Into how many parts two creases cut a cell that each of them cuts: lemma (two creases). */
  private parts(cuts: number, from: number, end: number): number {
    const { plus, minus, lists } = this;
    const a = cuts & -cuts;
    const b = cuts & ~a;
    let quadrants = 0;
    for (let k = from; k < end; k++) {
      const id = lists[k]!;
      const p = plus[id]!;
      const m = minus[id]!;
      if ((p & b) !== 0) quadrants |= ((m & a) === 0 ? 1 : 0) | ((p & a) === 0 ? 2 : 0);
      else if ((m & b) !== 0) quadrants |= ((m & a) === 0 ? 4 : 0) | ((p & a) === 0 ? 8 : 0);
      if (quadrants === 15) return 4;
    }
    return bitCount(quadrants | this.onCrease(a, b, from, end));
  }

  /** As bits, where on both sides b is positive (3), and where it is negative (12): at points of segments between vertices on a = 0. */
  private onCrease(a: number, b: number, from: number, end: number): number {
    const { plus, minus, values, lists } = this;
    const [bitA, bitB] = [lowestBit(a), lowestBit(b)];
    let found = 0;
    for (let i = from; i < end; i++) {
      const x = lists[i]!;
      if ((plus[x]! & a) === 0) continue;
      const ax = values[x * MOST_CUTS + bitA]!;
      const bx = values[x * MOST_CUTS + bitB]!;
      for (let j = from; j < end; j++) {
        const y = lists[j]!;
        if ((minus[y]! & a) === 0) continue;
        const value = ax * values[y * MOST_CUTS + bitB]! - values[y * MOST_CUTS + bitA]! * bx;
        if (value > 0) found |= 3;
        else if (value < 0) found |= 12;
        if (found === 15) return found;
      }
    }
    return found;
  }
}
