/**
 * Signed permutations of coordinates that permute given functions, found.
 *
 * The search sends the coordinates one after the other to others, from the deepest stabiliser up, a generator for every orbit that grows (Sims 1971). A function
 * behind a signed permutation is known in the coordinates that were sent already, and up to the sign of the whole; so what is known of all functions must be what is known of them
 * without the permutation, in some order. That is compared by sums of hashes: equal ones may be different, and cost time, different ones are different.
 * What a search that goes to its end finds generates all signed permutations that are wanted; one that gives up finds fewer.
 */

/** x -> y with y_images[i] = signs[i] x_i. */
export interface SignedPermutation {
  readonly images: readonly number[];
  readonly signs: readonly (1 | -1)[];
}

/** What a signed permutation must take to another one of the same kind. */
export interface KindredRow {
  /** One coefficient per coordinate, and the constant. */
  readonly row: readonly bigint[];
  readonly kind: number;
  /** Whether to one that it becomes itself, not its negative. */
  readonly isOriented: boolean;
}

/** Rows that are hashed, in all. */
const MOST_HASHED = 3_000_000;
/** Permutations that are asked whether they are wanted, and are not. */
const MOST_REFUSED = 400;

/**
 * Generators of the signed permutations of coordinates that permute rows, and are wanted.
 *
 * @param isWanted of what seems to permute the rows: must say no where it does not
 * Cost: that of some thousand hashes per row at most, less by far where rows differ.
 */
export function signedSymmetries(
  rows: readonly KindredRow[],
  coordinates: number,
  isWanted: (candidate: SignedPermutation) => boolean,
): SignedPermutation[] {
  return new SignedSearch(rows, coordinates, isWanted).generators();
}

function scrambled(x: number): number {
  const y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  const z = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

const hashOf = (place: number, entry: number) => scrambled(Math.imul(entry, 0x9e3779b1) + place);

/** A coordinate's image and its sign as one number. */
const target = (image: number, sign: 1 | -1) => 2 * image + (sign < 0 ? 1 : 0);
const imageOf = (signed: number) => signed >> 1;
const signOf = (signed: number): 1 | -1 => (signed % 2 === 0 ? 1 : -1);

/** Of each row the hash of what is known of it, and of its negative. */
interface Known {
  readonly plus: Int32Array;
  readonly minus: Int32Array;
}

class SignedSearch {
  /** Numbers for the entries, those of negatives being negative; row-major. */
  private readonly entries: Int32Array;
  /** By level what is known of the rows themselves in the coordinates before it, and its sum. */
  private readonly own: Known[] = [];
  private readonly sums: number[] = [];
  private readonly found: SignedPermutation[] = [];
  private hashed = 0;
  private refused = 0;

  constructor(
    private readonly rows: readonly KindredRow[],
    private readonly coordinates: number,
    private readonly isWanted: (candidate: SignedPermutation) => boolean,
  ) {
    this.entries = numbered(rows, coordinates + 1);
    const constants = { plus: new Int32Array(rows.length), minus: new Int32Array(rows.length) };
    this.push(this.extended(constants, coordinates, target(coordinates, 1)));
    for (let c = 0; c < coordinates; c++) this.push(this.extended(this.own[c]!, c, target(c, 1)));
  }

  generators(): SignedPermutation[] {
    for (let level = this.coordinates - 1; level >= 0; level--) this.searchLevel(level);
    return this.found;
  }

  private push(known: Known) {
    this.own.push(known);
    this.sums.push(this.sumOf(known));
  }

  /** What is known when one more coordinate is sent. */
  private extended({ plus, minus }: Known, coordinate: number, signed: number): Known {
    const width = this.coordinates + 1;
    const [image, sign] = [imageOf(signed), signOf(signed)];
    const result = { plus: plus.slice(), minus: minus.slice() };
    for (let r = 0; r < plus.length; r++) {
      const entry = sign * this.entries[r * width + image]!;
      result.plus[r]! += hashOf(coordinate, entry);
      result.minus[r]! += hashOf(coordinate, -entry);
    }
    this.hashed += plus.length;
    return result;
  }

  private sumOf({ plus, minus }: Known): number {
    let sum = 0;
    this.rows.forEach(({ kind, isOriented }, r) => {
      const both = isOriented ? plus[r]! : scrambled(plus[r]!) + scrambled(minus[r]!);
      sum = (sum + scrambled(hashOf(kind, both | 0))) | 0;
    });
    return sum;
  }

  /** Symmetries that keep the coordinates before one, and move it to all places where they can. */
  private searchLevel(level: number) {
    const start = target(level, 1);
    let reached = this.orbitOf(start);
    const failed = new Set<number>();
    for (const signed of this.targets(new Set(Array.from({ length: level }, (_, c) => c)))) {
      if (reached.has(signed) || failed.has(signed)) continue;
      const path = Array.from({ length: level }, (_, c) => target(c, 1));
      const symmetry = this.sent(this.own[level]!, path, signed);
      if (symmetry === undefined) for (const image of this.orbitOf(signed)) failed.add(image);
      else {
        this.found.push(symmetry);
        reached = this.orbitOf(start);
      }
    }
  }

  private orbitOf(start: number): Set<number> {
    const orbit = new Set([start]);
    for (const at of orbit)
      for (const { images, signs } of this.found) {
        const c = imageOf(at);
        orbit.add(target(images[c]!, signs[c] === signOf(at) ? 1 : -1));
      }
    return orbit;
  }

  /** Where a coordinate may go when others are taken. */
  private targets(taken: ReadonlySet<number>): number[] {
    const all: number[] = [];
    for (let c = 0; c < this.coordinates; c++) if (!taken.has(c)) all.push(target(c, 1), target(c, -1));
    return all;
  }

  /** A symmetry that sends the coordinates of the path where it says, and the next one to the given place, if there is one within the limits. */
  private sent(known: Known, path: readonly number[], signed: number): SignedPermutation | undefined {
    if (this.hashed > MOST_HASHED || this.refused > MOST_REFUSED) return undefined;
    const next = this.extended(known, path.length, signed);
    const sent = [...path, signed];
    if (this.sumOf(next) !== this.sums[sent.length]) return undefined;
    if (sent.length === this.coordinates) {
      const symmetry = { images: sent.map(imageOf), signs: sent.map(signOf) };
      if (this.isWanted(symmetry)) return symmetry;
      this.refused++;
      return undefined;
    }
    for (const further of this.targets(new Set(sent.map(imageOf)))) {
      const symmetry = this.sent(next, sent, further);
      if (symmetry !== undefined) return symmetry;
    }
    return undefined;
  }
}

/** Small numbers for the entries of rows: equal ones for equal entries, the negative for the negative. */
function numbered(rows: readonly KindredRow[], width: number): Int32Array {
  const known = new Map<bigint, number>();
  const result = new Int32Array(rows.length * width);
  rows.forEach(({ row }, r) => {
    for (let c = 0; c < width; c++) {
      const entry = row[c]!;
      if (entry === 0n) continue;
      const magnitude = entry < 0n ? -entry : entry;
      const number = known.get(magnitude) ?? known.size + 1;
      known.set(magnitude, number);
      result[r * width + c] = entry < 0n ? -number : number;
    }
  });
  return result;
}
