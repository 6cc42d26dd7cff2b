/**
 * Deletion and restriction, depth first: for arrangements whose flats are mostly different, so that no table would join any.
 *
 * The chambers of hyperplanes H_1, .., H_m are 1 + sum_i those of H_1, .., H_(i-1) restricted to H_i; by rank, B_k is the number of ways to go k steps
 * down. In rank 2 it ends: q lines through 0 have B = 1, q, q - 1.
 *
 * Cost: O(m) operations modulo a prime for every flat of rank r - 2 that is reached. Memory: O(m r^2).
 */
import { type IntegerMatrix, inverseOf, rank as rankOf, residue, residues } from '../exact/index.js';
import type { Primes } from './field.js';
import type { Counting } from './orbits.js';
import type { Restriction } from './restriction.js';

/** What is dependent modulo the prime is not in integers. */
class FalseDependence extends Error {}

/** The hyperplanes on the flat of a depth: distinct, with 1 as their first entry that is not 0. */
interface Frame {
  readonly rows: Float64Array;
  readonly names: Int32Array;
}

/** B_0 to B_r of an arrangement of rank at least 2. */
export function countByDeletion(
  rows: IntegerMatrix,
  rank: number,
  primes: Primes,
  restriction: Restriction,
): Counting<bigint[]> {
  return new Deletion(rows, rank, primes, restriction).count();
}

class Deletion {
  private readonly prime: number;
  private readonly inverse: number;
  private readonly frames: Frame[] = [];
  private readonly products: Float64Array;
  private readonly slots: Int32Array;
  private readonly path: number[] = [];
  private readonly betti: number[];

  constructor(
    private readonly matrix: IntegerMatrix,
    private readonly rank: number,
    private readonly primes: Primes,
    private readonly restriction: Restriction,
  ) {
    const size = matrix.length;
    this.prime = primes.prime(0);
    this.inverse = 1 / this.prime;
    for (let depth = 0; depth < rank; depth++)
      this.frames.push({ rows: new Float64Array(size * (rank - depth)), names: new Int32Array(size) });
    this.products = new Float64Array(size + 1);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * size + 2)));
    this.betti = new Array<number>(rank + 1).fill(0);
  }

  *count(): Counting<bigint[]> {
    const { matrix, prime, frames } = this;
    const [root] = frames;
    root!.rows.set(residues(matrix, prime));
    root!.names.set(matrix.map((_, i) => i));
    let count = 0;
    this.step(() => {
      count = this.arrive(0, matrix.length);
    }, root!.names);
    for (let i = 0; i < count; i++) {
      yield { step: 0, steps: 1, done: i * i, parts: count * count };
      this.child(0, i);
    }
    return this.betti.map(BigInt);
  }

  /** Does it modulo the prime, and exactly if that fails. Counts made before are undone. @param names of the hyperplanes that are left */
  private step(quick: () => void, names: ArrayLike<number>) {
    const before = [...this.betti];
    const depth = this.path.length;
    try {
      quick();
    } catch (error) {
      if (!(error instanceof FalseDependence)) throw error;
      this.path.length = depth;
      before.forEach((b, k) => {
        this.betti[k] = b;
      });
      this.slowly([...this.path], Array.from(names));
    }
  }

  /** The flat of the path, with `count` rows in its frame that may be multiples of each other: returns those to restrict to. */
  private arrive(depth: number, count: number): number {
    const width = this.rank - depth;
    const frame = this.frames[depth]!;
    this.normalise(frame.rows, count, width);
    const distinct = this.distinct(frame, count, width);
    this.betti[depth]!++;
    if (width === 2) {
      this.betti[depth + 1]! += distinct;
      this.betti[depth + 2]! += Math.max(0, distinct - 1);
      return 0;
    }
    return distinct;
  }

  /** The flat where hyperplane i of a frame meets that of the path, and all below. */
  private child(depth: number, i: number) {
    const { names } = this.frames[depth]!;
    this.path.push(names[i]!);
    this.step(
      () => {
        this.restrict(depth, i);
        const count = this.arrive(depth + 1, i);
        for (let j = 0; j < count; j++) this.child(depth + 1, j);
      },
      names.subarray(0, i),
    );
    this.path.pop();
  }

  /** The rows before row i of a frame, restricted to it, as the next frame. */
  private restrict(depth: number, i: number) {
    const { prime, inverse } = this;
    const width = this.rank - depth;
    const { rows, names } = this.frames[depth]!;
    const next = this.frames[depth + 1]!;
    const on = i * width;
    let pivot = 0;
    while (rows[on + pivot] === 0) pivot++;
    let to = 0;
    for (let j = 0; j < i; j++) {
      const at = j * width;
      const minus = prime - rows[at + pivot]!;
      for (let c = 0; c < width; c++)
        if (c !== pivot) next.rows[to++] = residue(rows[at + c]! + minus * rows[on + c]!, prime, inverse);
      next.names[j] = names[j]!;
    }
  }

  /** Divides rows by their first entries that are not 0. */
  private normalise(rows: Float64Array, count: number, width: number) {
    const { products, prime, inverse } = this;
    products[0] = 1;
    for (let i = 0; i < count; i++) {
      let c = i * width;
      const end = c + width;
      while (c < end && rows[c] === 0) c++;
      if (c === end) throw new FalseDependence();
      products[i + 1] = residue(products[i]! * rows[c]!, prime, inverse);
    }
    let rest = inverseOf(products[count]!, prime);
    for (let i = count - 1; i >= 0; i--) {
      let c = i * width;
      const end = c + width;
      while (rows[c] === 0) c++;
      const lead = rows[c]!;
      const scale = residue(rest * products[i]!, prime, inverse);
      rest = residue(rest * lead, prime, inverse);
      for (; c < end; c++) rows[c] = residue(rows[c]! * scale, prime, inverse);
    }
  }

  /** Moves the first row of every class to the front, and returns how many there are. */
  private distinct({ rows, names }: Frame, count: number, width: number): number {
    const { slots } = this;
    const mask = 2 ** Math.ceil(Math.log2(4 * count + 2)) - 1;
    slots.fill(-1, 0, mask + 1);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const slot = this.slotOf(rows, i * width, width, mask);
      if (slots[slot]! >= 0) {
        this.confirm(names[slots[slot]!]!, names[i]!);
        continue;
      }
      slots[slot] = kept;
      if (kept < i) {
        rows.copyWithin(kept * width, i * width, (i + 1) * width);
        names[kept] = names[i]!;
      }
      kept++;
    }
    return kept;
  }

  private slotOf(rows: Float64Array, at: number, width: number, mask: number): number {
    const { slots } = this;
    let hash = 0;
    for (let c = 0; c < width; c++) hash = Math.imul(hash ^ rows[at + c]!, 0x9e3779b1) ^ (hash >>> 15);
    for (let slot = (hash ^ (hash >>> 16)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]!;
      if (found < 0) return slot;
      let c = 0;
      while (c < width && rows[found * width + c] === rows[at + c]) c++;
      if (c === width) return slot;
    }
  }

  private confirm(a: number, b: number) {
    if (this.primes.isProved) return;
    const matrix = [...this.path, a, b].map((i) => this.matrix[i]!);
    // Independent modulo the prime, hence independent: the path and a.
    if (rankOf(matrix) === matrix.length) throw new FalseDependence();
  }

  /** The same from the beginning, with primes that do not fail. @param names distinct on the flat or not */
  private slowly(path: readonly number[], names: readonly number[]) {
    const { restriction, betti, rank } = this;
    restriction.to(path);
    const firsts = new Map<number, number>();
    for (const name of names) {
      const c = restriction.classOf[name]!;
      if (!firsts.has(c)) firsts.set(c, name);
    }
    const distinct = [...firsts.values()];
    const depth = path.length;
    betti[depth]!++;
    if (rank - depth === 2) {
      betti[depth + 1]! += distinct.length;
      betti[depth + 2]! += Math.max(0, distinct.length - 1);
      return;
    }
    for (const [i, name] of distinct.entries()) this.slowly([...path, name], distinct.slice(0, i));
  }
}
