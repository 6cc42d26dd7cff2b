/**
 * Flats counted rank by rank, one of each orbit.
 *
 * Let |mu(X)| be the magnitude of the Moebius function of a flat X of a central arrangement, and |X| the number of hyperplanes that contain it. Deletion
 * and restriction with a hyperplane H that contains X give Weisner's theorem, that |mu(X)| is the sum of the |mu(Y)| over the flats Y that X
 * covers and that are not inside H. Summed over all H that contain X:
 *
 *     |X| |mu(X)| = sum over Y covered by X of (|X| - |Y|) |mu(Y)|,
 *
 * in which no hyperplane is preferred. So the sum T(O) of |mu| over an orbit O of flats under symmetries of the arrangement is passed
 * on from representatives: a flat Y of an orbit P gives T(P) (|X| - |Y|) / |X| to the orbit of each X that covers it. The
 * characteristic polynomial is sum_k (-1)^k B_k t^(r - k), where B_k is the sum of |mu| over all flats of rank k (Whitney 1932, Rota 1964).
 *
 * A table of one rank is kept. Of the last two ranks nothing is: the classes of hyperplanes on the flats of rank r - 2 are those of rank r - 1, and
 * B_r follows as chi(1) = 0.
 */
import type { Element } from './group.js';
import type { Restriction } from './restriction.js';
import type { SmallImages } from './small-image.js';

/** What is known of an orbit. */
interface Entry {
  readonly set: Uint16Array;
  /** |X| T(O), as far as it is known. */
  gathered: bigint;
  readonly position: number;
}

/** Who is told of every step: what a certificate records. */
export interface OrbitListener {
  /** The flats that stand for their orbits, rank after rank, before those that cover them. */
  level(rank: number, flats: readonly (readonly number[])[]): void;
  /** The flats that cover one, in the order of their least hyperplanes outside of it: positions in the next rank, and what moves them there. */
  covers(positions: readonly number[], paths: readonly (readonly Element[])[]): void;
}

export interface OrbitOptions {
  readonly images?: SmallImages | undefined;
  readonly listener?: OrbitListener | undefined;
  /** More orbits of one rank than this are too many. Default: no limit. */
  readonly most?: number;
}

/** How far a count is: parts of a step that are done. */
export interface ChamberProgress {
  readonly step: number;
  readonly steps: number;
  readonly done: number;
  readonly parts: number;
}

/** A count in steps, to be interrupted between them. */
export type Counting<T> = Generator<ChamberProgress, T>;

export interface OrbitCounts {
  /** B_0 to B_r: sum_k (-1)^k B_k t^(r - k) is the characteristic polynomial. */
  readonly betti: readonly bigint[];
  /** How many orbits of flats there are, of ranks 0 to r - 2. */
  readonly orbits: readonly number[];
}

const NO_PATH: readonly Element[] = [];

/** @param rank of the arrangement, at least 2. @returns undefined if there are too many orbits */
export function* countOrbits(
  restriction: Restriction,
  rank: number,
  options: OrbitOptions = {},
): Counting<OrbitCounts | undefined> {
  const betti: bigint[] = [];
  const orbits: number[] = [];
  let level: Entry[] = [{ set: new Uint16Array(0), gathered: 1n, position: 0 }];
  for (let k = 0; k < rank - 2; k++) {
    betti.push(sumOf(level));
    orbits.push(level.length);
    const next = yield* nextLevel(restriction, level, { rank: k, steps: rank - 1 }, options);
    if (next === undefined) return undefined;
    level = next;
  }
  betti.push(sumOf(level));
  orbits.push(level.length);
  betti.push(yield* lastButOne(restriction, level, rank - 2, options));
  // chi(1) = 0.
  betti.push(betti.reduce((sum, b, k) => sum + ((rank - 1 - k) % 2 === 0 ? b : -b), 0n));
  return { betti, orbits };
}

/** T(O) of an entry: whole, as every orbit has one entry. */
function totalOf({ set, gathered }: Entry): bigint {
  return set.length === 0 ? gathered : quotient(gathered, set.length);
}

function quotient(sum: bigint, divisor: number): bigint {
  const result = sum / BigInt(divisor);
  if (result * BigInt(divisor) !== sum)
    throw new Error(`orbits of flats: ${sum} is no multiple of ${divisor}; report this`);
  return result;
}

function sumOf(level: readonly Entry[]): bigint {
  return level.reduce((sum, entry) => sum + totalOf(entry), 0n);
}

function* nextLevel(
  restriction: Restriction,
  level: readonly Entry[],
  { rank, steps }: { readonly rank: number; readonly steps: number },
  options: OrbitOptions,
): Counting<Entry[] | undefined> {
  const { listener, images, most = Number.POSITIVE_INFINITY } = options;
  const next = new Map<string, Entry>();
  listener?.level(
    rank,
    level.map(({ set }) => restriction.basisOf(set, rank)),
  );
  for (const [done, entry] of level.entries()) {
    yield { step: rank, steps, done, parts: level.length };
    if (next.size > most) return undefined;
    const total = totalOf(entry);
    restriction.to(restriction.basisOf(entry.set, rank));
    const positions: number[] = [];
    const paths: (readonly Element[])[] = [];
    for (const [size, cover] of coversOf(restriction, entry.set)) {
      const { set, path } = images?.of(cover) ?? { set: cover.sort(), path: NO_PATH };
      const key = String.fromCharCode(...set);
      let target = next.get(key);
      if (target === undefined) {
        target = { set, gathered: 0n, position: next.size };
        next.set(key, target);
      }
      target.gathered += total * BigInt(size);
      if (listener === undefined) continue;
      positions.push(target.position);
      paths.push(path);
    }
    listener?.covers(positions, paths);
  }
  return [...next.values()];
}

/** The flats of the next rank inside of one: how many hyperplanes join it, and all that contain it. */
function coversOf({ classOf, sizes, classes }: Restriction, set: Uint16Array): [number, Uint16Array][] {
  const covers: [number, Uint16Array][] = [];
  for (let c = 0; c < classes; c++) {
    const cover = new Uint16Array(set.length + sizes[c]!);
    cover.set(set);
    covers.push([sizes[c]!, cover]);
  }
  const filled = new Int32Array(classes).fill(set.length);
  for (let i = 0; i < classOf.length; i++) {
    const c = classOf[i]!;
    if (c >= 0) covers[c]![1][filled[c]!++] = i;
  }
  return covers;
}

/** The sum over the flats of rank r - 1, which need no table: grouped by |X|, by which the sums are divided. */
function* lastButOne(
  restriction: Restriction,
  level: readonly Entry[],
  rank: number,
  options: OrbitOptions,
): Counting<bigint> {
  const gathered = new Map<number, bigint>();
  options.listener?.level(
    rank,
    level.map(({ set }) => restriction.basisOf(set, rank)),
  );
  for (const [done, entry] of level.entries()) {
    yield { step: rank, steps: rank + 1, done, parts: level.length };
    restriction.to(restriction.basisOf(entry.set, rank));
    const total = totalOf(entry);
    const often = new Map<number, number>();
    for (let c = 0; c < restriction.classes; c++)
      often.set(restriction.sizes[c]!, (often.get(restriction.sizes[c]!) ?? 0) + 1);
    for (const [size, times] of often) {
      const all = entry.set.length + size;
      gathered.set(all, (gathered.get(all) ?? 0n) + total * BigInt(size * times));
    }
  }
  return [...gathered].reduce((sum, [all, part]) => sum + quotient(part, all), 0n);
}
