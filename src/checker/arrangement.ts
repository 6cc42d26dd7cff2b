/**
 * Checking a count of flats (`certificate/arrangement.ts`) by ranks alone.
 *
 * Let |mu(X)| be the magnitude of the Moebius function of a flat X in the lattice of flats, and |X| the number of hyperplanes that contain it.
 *
 * *Lemma 1 (Weisner 1935).* |X| |mu(X)| = sum over the flats Y that X covers of (|X| - |Y|) |mu(Y)|. *Proof.* For a hyperplane H that contains X the sum of mu(Y) over all Y
 * with Y within H equal to X is 0; beside X these are the Y that X covers and H does not contain, and mu alternates in sign by rank. Sum over the |X| hyperplanes H; each Y
 * appears for the |X| - |Y| that do not contain it. []
 *
 * *Lemma 2.* If every cover of the flats of a level is taken by a symmetry to a flat of the next level, and T is 1 at the whole space and at X is 1 / |X| times the sum of T(Y)
 * (|X| - |Y|) over all covers of flats Y that are taken to X, then for every orbit O of flats the T of the flats in O that are listed add up to the sum of |mu| over O. *Proof.* By induction on the
 * rank: flats of one orbit have covers in the same orbits, equally often, with the same |X| and |Y|; so the sum over Y in an orbit in lemma 1 is that of T times the covers of the flats listed. []
 *
 * So the sums of T by rank are the magnitudes B_k of the coefficients of the characteristic polynomial (Whitney, Rota 1964), B_(r-1) needs no flats of that rank, and B_r follows
 * as the polynomial vanishes at 1. That a signed permutation of the rows comes from a linear map is a rank: of the rows v_i beside s_i v_p(i), which is that of the v_i if and only if every dependence among the v_i is one among their images. Of
 * an arrangement that is not central the rows are those of its cone, whose polynomial is t - 1 times its own; the cells are the sum of the b_k (Zaslavsky 1975).
 */
import type { ArrangementTrailer, StatedSymmetry } from '../certificate/index.js';
import { content, rank, reducedEchelon } from '../exact/index.js';
import { bends, type Network } from '../network/index.js';
import { type LineChecker, refuse } from './json-lines.js';

export type Row = readonly bigint[];

/** Elements of the group are held as the images of all hyperplanes: so many in all. */
const MOST_IMAGES = 2 ** 28;

/** The row in coprime integers with a positive first entry that is not 0; it is not 0. */
export function canonical(row: Row): Row {
  const lead = row.find((entry) => entry !== 0n)!;
  const divisor = lead < 0n ? -content(row) : content(row);
  return row.map((entry) => entry / divisor);
}

export const isZero = (row: Row) => row.every((entry) => entry === 0n);

/** The hyperplanes of a network's one layer: (weights, bias) of the neurons that bend. */
export function hyperplanesOf(network: Network): readonly Row[] {
  const [layer, ...others] = network.layers;
  if (layer === undefined || others.length > 0) refuse('the network has not one layer that bends');
  const { inputs } = network;
  const { weights, bias } = layer.affine.integers();
  return layer.slopes.flatMap((slopes, k) =>
    bends(slopes) ? [[...weights.slice(k * inputs, (k + 1) * inputs), bias[k]!]] : [],
  );
}

/** The rows that are numbered, and whether one is the hyperplane at infinity. */
function numbered(hyperplanes: readonly Row[], dimension: number) {
  const full = hyperplanes.filter((row) => !isZero(row.slice(0, dimension)));
  const isConed = full.some((row) => row[dimension] !== 0n);
  const all = isConed
    ? [...full, [...new Array<bigint>(dimension).fill(0n), 1n]]
    : full.map((row) => row.slice(0, dimension));
  const distinct = new Map(all.map(canonical).map((row) => [row.join(), row]));
  return { rows: [...distinct.values()], isConed };
}

/** A flat of a level. */
interface Flat {
  readonly generators: readonly number[];
  /** Per hyperplane -1 if it contains the flat, else the class of those with its trace. */
  readonly classOf: Int32Array;
  /** Per class its size and its first hyperplane. */
  readonly sizes: readonly number[];
  readonly firsts: readonly number[];
  readonly size: number;
  readonly total: bigint;
}

/** What is passed on to a flat of the next level. */
interface Gathering {
  sum: bigint;
  /** Hyperplanes that must contain it: the images of independent ones. */
  readonly images: Set<number>;
  covers: number;
}

export interface CheckedArrangement {
  /** b_0 to b_d. */
  readonly betti: readonly bigint[];
  readonly cells: bigint;
  readonly flats: number;
  readonly covers: number;
  readonly symmetries: number;
}

/** The sum of the Betti numbers, if the trailer states these and no others. */
export function provedCells(betti: readonly bigint[], trailer: ArrangementTrailer): bigint {
  const cells = betti.reduce((sum, b) => sum + b, 0n);
  const isStated =
    Array.isArray(trailer.betti) && trailer.betti.join() === betti.join() && trailer.cells === String(cells);
  if (!isStated) refuse(`the trailer states other numbers than are proved: ${cells} cells`);
  return cells;
}

/** Checks the lines about flats. */
export class ArrangementChecker implements LineChecker<CheckedArrangement, ArrangementTrailer> {
  private readonly rows: readonly Row[];
  private readonly isConed: boolean;
  private readonly rank: number;
  private readonly elements: Uint16Array[];
  private readonly central: bigint[] = [];
  private level: Flat[] = [];
  private rankOfLevel = -1;
  private expected = 0;
  private gathered = new Map<number, Gathering>([[0, { sum: 1n, images: new Set(), covers: 1 }]]);
  private next = new Map<number, Gathering>();
  private listed = 0;
  private flats = 0;
  private covers = 0;
  private readonly symmetries: number;

  /** @param hyperplanes dimension + 1 entries each */
  constructor(
    hyperplanes: readonly Row[],
    private readonly dimension: number,
    generators: readonly StatedSymmetry[] | undefined,
  ) {
    if (!Array.isArray(generators)) refuse('there are no generators');
    const { rows, isConed } = numbered(hyperplanes, dimension);
    if (rows.length > 0xffff) refuse('the arrangement has more than 65535 hyperplanes');
    this.rows = rows;
    this.isConed = isConed;
    this.rank = rank(rows);
    this.elements = [Uint16Array.from(rows, (_, i) => i), ...generators.map((g) => this.symmetry(g))];
    this.symmetries = generators.length;
  }

  private symmetry({ permutation, signs }: StatedSymmetry): Uint16Array {
    const { rows } = this;
    const isListed = (list: unknown): list is number[] => Array.isArray(list) && list.length === rows.length;
    if (!isListed(permutation) || !isListed(signs) || new Set(permutation).size < rows.length)
      refuse('a generator is no signed permutation of the hyperplanes');
    if (permutation.some((p) => rows[p] === undefined) || signs.some((s) => s !== 1 && s !== -1))
      refuse('a generator is no signed permutation of the hyperplanes');
    const beside = rows.map((row, i) => [...row, ...rows[permutation[i]!]!.map((entry) => BigInt(signs[i]!) * entry)]);
    if (rank(beside) !== this.rank) refuse('a generator is no linear map');
    return Uint16Array.from(permutation);
  }

  /** One line, parsed. */
  line(value: unknown): void {
    if (Array.isArray(value)) {
      if (this.level.length < this.expected) this.flat(value);
      else this.coversOf(value);
    } else if (value !== null && typeof value === 'object' && 'products' in value) this.products(value.products);
    else if (value !== null && typeof value === 'object' && 'level' in value)
      this.begin(value as { level: unknown; flats: unknown });
    else refuse('a line is no flat, no covers, no products and no level');
  }

  private begin({ level, flats }: { readonly level: unknown; readonly flats: unknown }) {
    this.endLevel();
    if (level !== this.rankOfLevel + 1 || level > this.rank - 2) refuse(`level ${String(level)} is out of place`);
    if (this.rankOfLevel >= 0) {
      this.gathered = this.next;
      this.next = new Map();
    }
    if (flats !== this.gathered.size)
      refuse(`level ${level}: ${String(flats)} flats are listed, ${this.gathered.size} are named`);
    this.rankOfLevel = level;
    this.expected = flats;
    this.listed = 0;
    this.level = [];
  }

  /** Whether the level before is whole, and what its flats add up to. */
  private endLevel() {
    if (this.rankOfLevel < 0) return;
    const isLast = this.rankOfLevel === this.rank - 2;
    if (this.level.length < this.expected || (!isLast && this.listed < this.expected)) refuse('a level is not whole');
    this.central.push(this.level.reduce((sum, { total }) => sum + total, 0n));
  }

  private flat(generators: readonly unknown[]) {
    const position = this.level.length;
    const { sum, images, covers } =
      this.gathered.get(position) ?? refuse(`flat ${position} of level ${this.rankOfLevel} is not named`);
    if (generators.length !== this.rankOfLevel || covers === 0)
      refuse(`flat ${position} has not ${this.rankOfLevel} hyperplanes`);
    const flat = this.restricted(generators as number[], sum);
    for (const image of images) if (flat.classOf[image] !== -1) refuse(`flat ${position} is not where a cover goes`);
    this.level.push(flat);
    this.flats++;
  }

  /** The classes of hyperplanes on a flat, in exact integers. */
  private restricted(generators: readonly number[], sum: bigint): Flat {
    const { rows } = this;
    const width = rows[0]?.length ?? 0;
    const chosen = generators.map((g) => rows[g] ?? refuse('a flat names a hyperplane that there is not'));
    const { rows: echelon, pivots, diagonal } = reducedEchelon(chosen, width);
    if (pivots.length !== generators.length) refuse('the hyperplanes of a flat are dependent');
    const classes = new Map<string, number>();
    const sizes: number[] = [];
    const firsts: number[] = [];
    const classOf = Int32Array.from(rows, (row, i) => {
      const trace = row.map((entry, c) =>
        echelon.reduce((rest, e, j) => rest - row[pivots[j]!]! * e[c]!, diagonal * entry),
      );
      if (isZero(trace)) return -1;
      const key = canonical(trace).join();
      const known = classes.get(key) ?? sizes.length;
      if (known === sizes.length) {
        classes.set(key, known);
        firsts.push(i);
        sizes.push(0);
      }
      sizes[known]!++;
      return known;
    });
    const size = rows.length - sizes.reduce((total, s) => total + s, 0);
    const total = size === 0 ? sum : sum / BigInt(size);
    if (size > 0 && total * BigInt(size) !== sum) refuse('the sums of a flat are no multiples of its hyperplanes');
    return { generators, classOf, sizes, firsts, size, total };
  }

  private coversOf(covers: readonly unknown[]) {
    if (this.rankOfLevel < 0 || this.rankOfLevel >= this.rank - 2 || this.listed >= this.expected)
      refuse('covers are out of place');
    const { generators, sizes, firsts, total } = this.level[this.listed++]!;
    if (covers.length !== sizes.length) refuse(`a flat has ${sizes.length} covers, ${covers.length} are listed`);
    covers.forEach((cover, c) => {
      if (!Array.isArray(cover) || cover.length === 0) refuse('a cover names no flat');
      const [target, ...path] = cover as number[];
      if (!Number.isSafeInteger(target) || target! < 0) refuse('a cover names no flat');
      const to = this.next.get(target!) ?? { sum: 0n, images: new Set<number>(), covers: 0 };
      this.next.set(target!, to);
      to.sum += total * BigInt(sizes[c]!);
      to.covers++;
      for (const g of [...generators, firsts[c]!]) to.images.add(this.moved(g, path));
      this.covers++;
    });
  }

  private moved(hyperplane: number, path: readonly number[]): number {
    return path.reduce(
      (at, e) => (this.elements[e] ?? refuse('a cover names an element that there is not'))[at]!,
      hyperplane,
    );
  }

  private products(products: unknown) {
    if (!Array.isArray(products)) refuse('products are no list');
    if ((this.elements.length + products.length) * this.rows.length > MOST_IMAGES)
      refuse('there are too many products');
    for (const pair of products as unknown[]) {
      const [first, second] = Array.isArray(pair) ? (pair as number[]).map((e) => this.elements[e]) : [];
      if (first === undefined || second === undefined) refuse('a product names an element that there is not');
      this.elements.push(first.map((image) => second[image]!));
    }
  }

  finish(trailer: ArrangementTrailer): CheckedArrangement {
    const { rank: r, central } = this;
    this.endLevel();
    if (this.rankOfLevel !== Math.max(-1, r - 2)) refuse('levels are missing');
    if (r === 0) central.push(1n);
    else if (r === 1) central.push(1n, 1n);
    else {
      central.push(this.lastButOne());
      central.push(central.reduce((sum, b, k) => sum + ((r - 1 - k) % 2 === 0 ? b : -b), 0n));
    }
    const betti: bigint[] = [];
    for (let k = 0; k <= this.dimension; k++)
      betti.push((central[k] ?? 0n) - (this.isConed ? (betti[k - 1] ?? 0n) : 0n));
    const cells = provedCells(betti, trailer);
    return { betti, cells, flats: this.flats, covers: this.covers, symmetries: this.symmetries };
  }

  /** The sum over the flats of rank r - 1, grouped by their numbers of hyperplanes. */
  private lastButOne(): bigint {
    const sums = new Map<number, bigint>();
    for (const { sizes, size, total } of this.level)
      for (const s of sizes) sums.set(size + s, (sums.get(size + s) ?? 0n) + total * BigInt(s));
    let result = 0n;
    for (const [size, sum] of sums) {
      if (sum % BigInt(size) !== 0n) refuse('the sums of the last level are no multiples of its hyperplanes');
      result += sum / BigInt(size);
    }
    return result;
  }
}
