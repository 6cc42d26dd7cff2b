/**
 * The restriction of a central arrangement to a flat: which hyperplanes become one there.
 *
 * A flat is the intersection of some of the hyperplanes, and is known by the set of all that contain it. Restricted to a flat of
 * rank k, the others are hyperplanes of it; those with the same trace make one class, and the flat that they cut out has rank
 * k + 1: the flats of rank k + 1 inside are the classes.
 */
import { type IntegerMatrix, inverseOf, rank, residue, residues } from '../exact/index.js';
import type { Primes } from './field.js';

/** A dependence modulo the prime that is none in integers: another prime is needed. */
class FalseDependence extends Error {}

/** The rows modulo a prime, and what elimination needs. */
interface Residues {
  readonly prime: number;
  readonly inverse: number;
  readonly rows: Float64Array;
}

/** Restricts to one flat after the other. The results are views, valid until the next call. */
export class Restriction {
  /** Per hyperplane its class, or -1 if it contains the flat. */
  readonly classOf: Int32Array;
  /** Per class how many hyperplanes it has, and the first one. */
  readonly sizes: Int32Array;
  readonly firsts: Int32Array;
  /** How many classes there are. */
  classes = 0;
  private readonly size: number;
  private readonly basis: Float64Array;
  private readonly pivots: Int32Array;
  private readonly free: Int32Array;
  private readonly traces: Float64Array;
  private readonly leads: Float64Array;
  private readonly products: Float64Array;
  private readonly slots: Int32Array;
  private readonly residues: Residues[] = [];

  constructor(
    private readonly rows: IntegerMatrix,
    private readonly rank: number,
    private readonly primes: Primes,
  ) {
    const size = rows.length;
    this.size = size;
    this.classOf = new Int32Array(size);
    this.sizes = new Int32Array(size);
    this.firsts = new Int32Array(size);
    this.basis = new Float64Array(rank * rank);
    this.pivots = new Int32Array(rank);
    this.free = new Int32Array(rank);
    this.traces = new Float64Array(size * rank);
    this.leads = new Float64Array(size);
    this.products = new Float64Array(size + 1);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * size + 2)));
  }

  /** Restricts to the flat that independent hyperplanes cut out. Cost: O(size * rank^2) operations. */
  to(generators: ArrayLike<number>): void {
    for (let k = 0; ; k++) {
      try {
        this.restrict(generators, this.modulo(k));
        return;
      } catch (error) {
        if (!(error instanceof FalseDependence)) throw error;
      }
    }
  }

  private modulo(k: number): Residues {
    const prime = this.primes.prime(k);
    this.residues[k] ??= { prime, inverse: 1 / prime, rows: residues(this.rows, prime) };
    return this.residues[k]!;
  }

  private restrict(generators: ArrayLike<number>, field: Residues) {
    const free = this.eliminate(generators, field);
    this.trace(generators, field, free);
    this.normalise(field, free);
    this.group(generators, free);
  }

  /** The reduced echelon form of the generators; returns the number of columns without a pivot. */
  private eliminate(generators: ArrayLike<number>, { prime, inverse, rows }: Residues): number {
    const { basis, pivots, free, rank: columns } = this;
    let top = 0;
    for (let g = 0; g < generators.length; g++) {
      const at = generators[g]! * columns;
      const row = top * columns;
      for (let c = 0; c < columns; c++) basis[row + c] = rows[at + c]!;
      for (let j = 0; j < top; j++) this.subtract(row, j * columns, basis[row + pivots[j]!]!, prime, inverse);
      let pivot = 0;
      while (pivot < columns && basis[row + pivot] === 0) pivot++;
      if (pivot === columns) throw new FalseDependence();
      const scale = inverseOf(basis[row + pivot]!, prime);
      for (let c = 0; c < columns; c++) basis[row + c] = residue(basis[row + c]! * scale, prime, inverse);
      for (let j = 0; j < top; j++) this.subtract(j * columns, row, basis[j * columns + pivot]!, prime, inverse);
      pivots[top++] = pivot;
    }
    let count = 0;
    for (let c = 0; c < columns; c++) {
      let isPivot = false;
      for (let j = 0; j < top; j++) isPivot ||= pivots[j] === c;
      if (!isPivot) free[count++] = c;
    }
    return count;
  }

  /** A row of the basis minus a multiple of another one. */
  private subtract(row: number, other: number, factor: number, prime: number, inverse: number) {
    const { basis, rank: columns } = this;
    if (factor === 0) return;
    const minus = prime - factor;
    for (let c = 0; c < columns; c++)
      basis[row + c] = residue(basis[row + c]! + minus * basis[other + c]!, prime, inverse);
  }

  /** The traces of all hyperplanes in the free columns, and the first entry of each that is not 0. */
  private trace(generators: ArrayLike<number>, { prime, inverse, rows }: Residues, count: number) {
    const { basis, pivots, free, traces, leads, size, rank: columns } = this;
    const top = generators.length;
    for (let i = 0; i < size; i++) {
      const at = i * columns;
      let lead = 0;
      for (let f = 0; f < count; f++) {
        const column = free[f]!;
        let sum = 0;
        for (let j = 0; j < top; j++) sum += rows[at + pivots[j]!]! * basis[j * columns + column]!;
        const own = rows[at + column]!;
        const value = own - residue(sum, prime, inverse);
        const entry = value < 0 ? value + prime : value;
        traces[i * count + f] = entry;
        if (lead === 0) lead = entry;
      }
      leads[i] = lead;
    }
  }

  /** Divides every trace by its first entry: one inverse serves all (Montgomery 1987). */
  private normalise({ prime, inverse }: Residues, count: number) {
    const { traces, leads, products, size } = this;
    products[0] = 1;
    for (let i = 0; i < size; i++)
      products[i + 1] = leads[i] === 0 ? products[i]! : residue(products[i]! * leads[i]!, prime, inverse);
    let rest = inverseOf(products[size]!, prime);
    for (let i = size - 1; i >= 0; i--) {
      const lead = leads[i]!;
      if (lead === 0) continue;
      const scale = residue(rest * products[i]!, prime, inverse);
      rest = residue(rest * lead, prime, inverse);
      if (lead === 1) continue;
      for (let at = i * count; at < (i + 1) * count; at++) traces[at] = residue(traces[at]! * scale, prime, inverse);
    }
  }

  /** Joins equal traces to classes. */
  private group(generators: ArrayLike<number>, count: number) {
    const { leads, classOf, sizes, firsts, slots, size } = this;
    slots.fill(-1);
    let classes = 0;
    for (let i = 0; i < size; i++) {
      if (leads[i] === 0) {
        if (Array.prototype.indexOf.call(generators, i) < 0) this.confirm(generators, [i]);
        classOf[i] = -1;
        continue;
      }
      const slot = this.slotOf(i, count);
      const found = slots[slot]!;
      if (found >= 0) {
        this.confirm(generators, [firsts[found]!, i]);
        classOf[i] = found;
        sizes[found]!++;
      } else {
        slots[slot] = classOf[i] = classes;
        sizes[classes] = 1;
        firsts[classes++] = i;
      }
    }
    this.classes = classes;
  }

  /** Where the class of a trace is, or would be, in the table. */
  private slotOf(i: number, count: number): number {
    const { traces, slots, firsts } = this;
    const mask = slots.length - 1;
    let hash = 0;
    for (let at = i * count; at < (i + 1) * count; at++)
      hash = Math.imul(hash ^ traces[at]!, 0x9e3779b1) ^ (hash >>> 15);
    for (let slot = (hash ^ (hash >>> 16)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]!;
      if (found < 0) return slot;
      const other = firsts[found]! * count;
      let f = 0;
      while (f < count && traces[other + f] === traces[i * count + f]) f++;
      if (f === count) return slot;
    }
  }

  /** That hyperplanes which depend on the flat, modulo the prime, do so in integers; the first ones have rank 1 over it. */
  private confirm(generators: ArrayLike<number>, others: readonly number[]) {
    if (this.primes.isProved) return;
    const matrix = [...Array.from(generators), ...others].map((i) => this.rows[i]!);
    // Independent modulo the prime: independent.
    if (rank(matrix) !== generators.length + others.length - 1) throw new FalseDependence();
  }

  /** The first independent ones among hyperplanes of a known rank. */
  basisOf(set: ArrayLike<number>, ofRank: number): number[] {
    const generators = this.independent(set, ofRank);
    return generators.length === ofRank ? generators : this.independentExactly(set, ofRank);
  }

  /** What is independent modulo the prime is independent; the converse may fail. */
  private independent(set: ArrayLike<number>, ofRank: number): number[] {
    const { prime, inverse, rows } = this.modulo(0);
    const { basis, pivots, rank: columns } = this;
    const generators: number[] = [];
    for (let i = 0; i < set.length && generators.length < ofRank; i++) {
      const top = generators.length;
      const row = top * columns;
      const at = set[i]! * columns;
      for (let c = 0; c < columns; c++) basis[row + c] = rows[at + c]!;
      for (let j = 0; j < top; j++) this.subtract(row, j * columns, basis[row + pivots[j]!]!, prime, inverse);
      let pivot = 0;
      while (pivot < columns && basis[row + pivot] === 0) pivot++;
      if (pivot === columns) continue;
      const scale = inverseOf(basis[row + pivot]!, prime);
      for (let c = 0; c < columns; c++) basis[row + c] = residue(basis[row + c]! * scale, prime, inverse);
      pivots[top] = pivot;
      generators.push(set[i]!);
    }
    return generators;
  }

  private independentExactly(set: ArrayLike<number>, ofRank: number): number[] {
    const generators: number[] = [];
    for (let i = 0; i < set.length && generators.length < ofRank; i++) {
      const tried = [...generators, set[i]!];
      if (rank(tried.map((g) => this.rows[g]!)) === tried.length) generators.push(set[i]!);
    }
    return generators;
  }
}
