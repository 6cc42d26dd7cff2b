/**
 * The linear symmetries of a central arrangement, found.
 *
 * Let V be the rows of the hyperplanes in coprime integers, and Q = V^T V. A linear map that permutes the vectors +-v_i keeps Q, and so
 * all products v_i Q^-1 v_j; conversely, a signed permutation that keeps all these products is linear (Bremner, Dutour Sikiric, Pasechnik, Rehn,
 * Schuermann 2014, Computing symmetry groups of polyhedra). The search maps the vectors of a basis one after the other to vectors with
 * the same products modulo a prime, from the deepest stabiliser up, a generator for every orbit that grows (Sims 1971). Every map found is
 * verified in integers; what the prime or the budget hides is missed, and a smaller group is as true.
 *
 * Permutations and signs of inputs and neurons, scalings of inputs and all other linear changes of them are such maps.
 */
import { type IntegerMatrix, inverseOf, reducedEchelon, residue, residues } from '../exact/index.js';
import type { Permutation } from './group.js';

/** 2^24 - 3. */
const PRIME = 16_777_213;
const INVERSE = 1 / PRIME;
/** Tables of products would become large beyond. */
const MOST_HYPERPLANES = 600;
const MOST_RANK = 30;
/** Vectors that are tried, in all. */
const BUDGET = 400_000;

/** A symmetry: hyperplane i goes to `permutation[i]`, its row to `signs[i]` times the row there. */
export interface Symmetry {
  readonly permutation: Permutation;
  readonly signs: Int8Array;
}

export interface SymmetryOptions {
  /** A number per hyperplane that symmetries keep. */
  readonly colours?: readonly number[];
}

/** Generators of the group of linear symmetries, verified; none of an arrangement that is too large to look for them. */
export function findSymmetries(rows: IntegerMatrix, rank: number, { colours }: SymmetryOptions = {}): Symmetry[] {
  if (rows.length > MOST_HYPERPLANES || rank > MOST_RANK || rows.length < 2) return [];
  const search = SymmetrySearch.of(rows, rank, colours);
  if (search === undefined) return [];
  const verify = verifier(rows, rank);
  return search.generators().filter(verify);
}

/** The products v_i Q^-1 v_j modulo the prime, row-major; undefined if Q is singular there. */
function productsOf(rows: IntegerMatrix, rank: number): Float64Array | undefined {
  const size = rows.length;
  const v = residues(rows, PRIME);
  const width = 2 * rank;
  // (Q | 1), which elimination turns into (1 | Q^-1).
  const q = new Float64Array(rank * width);
  for (let a = 0; a < rank; a++) {
    q[a * width + rank + a] = 1;
    for (let b = 0; b < rank; b++)
      for (let i = 0; i < size; i++)
        q[a * width + b] = residue(q[a * width + b]! + v[i * rank + a]! * v[i * rank + b]!, PRIME, INVERSE);
  }
  for (let c = 0; c < rank; c++) if (!eliminateColumn(q, c, rank)) return undefined;
  const half = new Float64Array(size * rank);
  const products = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let b = 0; b < rank; b++) {
      let sum = 0;
      for (let a = 0; a < rank; a++) sum += v[i * rank + a]! * q[a * width + rank + b]!;
      half[i * rank + b] = residue(sum, PRIME, INVERSE);
    }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let a = 0; a < rank; a++) sum += half[i * rank + a]! * v[j * rank + a]!;
      products[i * size + j] = residue(sum, PRIME, INVERSE);
    }
  return products;
}

function eliminateColumn(q: Float64Array, column: number, rank: number): boolean {
  const width = 2 * rank;
  let pivot = column;
  while (pivot < rank && q[pivot * width + column] === 0) pivot++;
  if (pivot === rank) return false;
  for (let b = 0; b < width && pivot !== column; b++) {
    const entry = q[pivot * width + b]!;
    q[pivot * width + b] = q[column * width + b]!;
    q[column * width + b] = entry;
  }
  const scale = inverseOf(q[column * width + column]!, PRIME);
  for (let b = 0; b < width; b++) q[column * width + b] = residue(q[column * width + b]! * scale, PRIME, INVERSE);
  for (let a = 0; a < rank; a++) {
    const factor = q[a * width + column]!;
    if (a === column || factor === 0) continue;
    for (let b = 0; b < width; b++)
      q[a * width + b] = residue(q[a * width + b]! + (PRIME - factor) * q[column * width + b]!, PRIME, INVERSE);
  }
  return true;
}

/** Independent hyperplanes, those of the rarest kinds first. */
function basisOf(rows: IntegerMatrix, kinds: readonly number[]): number[] {
  const often = new Map<number, number>();
  for (const kind of kinds) often.set(kind, (often.get(kind) ?? 0) + 1);
  const order = rows.map((_, i) => i).sort((a, b) => often.get(kinds[a]!)! - often.get(kinds[b]!)! || a - b);
  // The pivots of the transposed matrix are the first independent rows.
  const transposed = rows[0]!.map((_, c) => order.map((i) => rows[i]![c]!));
  return reducedEchelon(transposed, rows.length).pivots.map((k) => order[k]!);
}

class SymmetrySearch {
  private budget = BUDGET;
  private readonly size: number;
  /** Signed vectors: 2i is +v_i, 2i + 1 is -v_i. */
  private readonly found: Int32Array[] = [];

  private constructor(
    private readonly products: Float64Array,
    /** Per hyperplane what symmetries keep. */
    private readonly kinds: readonly number[],
    private readonly basis: readonly number[],
  ) {
    this.size = kinds.length;
  }

  static of(rows: IntegerMatrix, rank: number, colours: readonly number[] | undefined): SymmetrySearch | undefined {
    const products = productsOf(rows, rank);
    if (products === undefined) return undefined;
    const kinds = kindsOf(products, rows.length, colours);
    return new SymmetrySearch(products, kinds, basisOf(rows, kinds));
  }

  generators(): Symmetry[] {
    if (new Set(this.kinds).size === this.size) return [];
    for (let level = this.basis.length - 1; level >= 0; level--) this.searchLevel(level);
    return this.found.flatMap((signed) => {
      const permutation = Uint16Array.from({ length: this.size }, (_, i) => signed[2 * i]! >> 1);
      const signs = Int8Array.from({ length: this.size }, (_, i) => (signed[2 * i]! % 2 === 0 ? 1 : -1));
      return permutation.every((image, i) => image === i) ? [] : [{ permutation, signs }];
    });
  }

  private colour(x: number, y: number): number {
    const product = this.products[(x >> 1) * this.size + (y >> 1)]!;
    return (x + y) % 2 === 0 || product === 0 ? product : PRIME - product;
  }

  /** Symmetries that fix the basis before a level, and move its vector to all places where one can. */
  private searchLevel(level: number) {
    const start = 2 * this.basis[level]!;
    let reached = this.orbitOf(start);
    const failed = new Set<number>();
    for (const target of this.candidates(
      level,
      this.basis.map((b) => 2 * b),
    )) {
      if (reached.has(target) || failed.has(target)) continue;
      const images = this.basis.map((b, k) => (k < level ? 2 * b : target));
      const symmetry = this.extend(level + 1, images);
      if (symmetry === undefined) for (const image of this.orbitOf(target)) failed.add(image);
      else {
        this.found.push(symmetry);
        reached = this.orbitOf(start);
      }
    }
  }

  private orbitOf(start: number): Set<number> {
    const orbit = new Set([start]);
    for (const at of orbit) for (const signed of this.found) orbit.add(signed[at]!);
    return orbit;
  }

  /** The vectors to which the basis vector of a level may go, the ones before going to `images`. */
  private candidates(level: number, images: readonly number[]): number[] {
    const from = this.basis[level]!;
    const result: number[] = [];
    for (let x = 0; x < 2 * this.size; x++) {
      if (this.kinds[x >> 1] !== this.kinds[from]) continue;
      let k = 0;
      while (k < level && this.colour(x, images[k]!) === this.colour(2 * from, 2 * this.basis[k]!)) k++;
      if (k === level) result.push(x);
    }
    return result;
  }

  /** A symmetry with the given images of the basis before a level, if there is one within the budget. */
  private extend(level: number, images: number[]): Int32Array | undefined {
    if (--this.budget < 0) return undefined;
    if (level === this.basis.length) return this.symmetryWith(images);
    for (const x of this.candidates(level, images)) {
      images[level] = x;
      const found = this.extend(level + 1, images);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The signed permutation with the given images of the basis: a vector goes where its products with the basis say. */
  private symmetryWith(images: readonly number[]): Int32Array | undefined {
    const at = new Map<string, number>();
    for (let x = 0; x < 2 * this.size; x++) at.set(images.map((y) => this.colour(x, y)).join(), x);
    const signed = new Int32Array(2 * this.size);
    for (let x = 0; x < 2 * this.size; x++) {
      const image = at.get(this.basis.map((b) => this.colour(x, 2 * b)).join());
      if (image === undefined || this.kinds[image >> 1] !== this.kinds[x >> 1]) return undefined;
      signed[x] = image;
    }
    return signed;
  }
}

/** Per hyperplane a number that says what its products with all are, up to signs and order. */
function kindsOf(products: Float64Array, size: number, colours: readonly number[] | undefined): number[] {
  const known = new Map<string, number>();
  return Array.from({ length: size }, (_, i) => {
    const row = products.slice(i * size, (i + 1) * size).map((x) => Math.min(x, PRIME - x));
    const key = `${colours?.[i] ?? 0}:${products[i * size + i]}:${row.sort().join()}`;
    const kind = known.get(key) ?? known.size;
    known.set(key, kind);
    return kind;
  });
}

/**
 * Whether signed permutations are linear: with v_i = sum_t c_it v_(b_t) for a basis b, that s_i v_p(i) = sum_t c_it s_t v_p(b_t) for all i.
 */
export function verifier(rows: IntegerMatrix, rank: number): (symmetry: Symmetry) => boolean {
  const basis = basisOf(
    rows,
    rows.map(() => 0),
  );
  // Columns: the basis, then all vectors; eliminated, D c_it.
  const system = Array.from({ length: rank }, (_, c) => [
    ...basis.map((b) => rows[b]![c]!),
    ...rows.map((row) => row[c]!),
  ]);
  const { rows: solved, diagonal } = reducedEchelon(system, rank);
  return ({ permutation, signs }) => {
    if (new Set(permutation).size !== rows.length || permutation.length !== rows.length) return false;
    const images = basis.map((b) => rows[permutation[b]!]!.map((entry) => BigInt(signs[b]!) * entry));
    return rows.every((_, i) => {
      const image = rows[permutation[i]!]!;
      const side = diagonal * BigInt(signs[i]!);
      return image.every((entry, c) => {
        let sum = 0n;
        for (let t = 0; t < rank; t++) sum += solved[t]![rank + i]! * images[t]![c]!;
        return sum === side * entry;
      });
    });
  };
}
