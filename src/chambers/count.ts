/**
 * The cells of an arrangement, counted without visiting them, by the way that is fastest.
 */
import { type Arrangement, type Cone, coneOf } from './arrangement.js';
import { countByDeletion } from './deletion.js';
import { type Primes, primesFor } from './field.js';
import { Elements, Subgroup } from './group.js';
import { countInside, type InsideListener, lifted, meetingOf, restriction as onto } from './inside.js';
import { type Counting, countOrbits, type OrbitListener } from './orbits.js';
import { Restriction } from './restriction.js';
import { distinctRows, type Row } from './rows.js';
import { SmallImages } from './small-image.js';
import { findSymmetries, type Symmetry, verifier } from './symmetry.js';

/** How it was counted: flats by orbits, by deletion and restriction, or inside of the domain. */
export type ChamberMethod = 'orbits' | 'deletion' | 'inside';

export interface ChamberCount {
  /** Of the space that the hyperplanes cut. */
  readonly dimension: number;
  /** Different ones. */
  readonly hyperplanes: number;
  /** b_0 to b_dimension: the Betti numbers of the complement of the complexified arrangement, on R^d; inside of a set, the sums of |mu| over flats that meet it. */
  readonly betti: readonly bigint[];
  /** Their sum. */
  readonly cells: bigint;
  /** Those that are bounded; undefined inside of a set. */
  readonly bounded: bigint | undefined;
  readonly method: ChamberMethod;
  /** How many linear symmetries permute the hyperplanes; 1 if none was found, or looked for. */
  readonly symmetries: bigint;
  /** Of method `orbits`: the orbits of flats, by rank. */
  readonly orbits?: readonly number[];
}

export interface ChamberOptions {
  /** Homogeneous rows, d + 1 entries each, that are positive inside of a convex set: only cells that meet it count. */
  readonly walls?: readonly Row[];
  /** Symmetries of the rows of the cone: found if undefined. They must be verified. */
  readonly symmetries?: readonly Symmetry[] | undefined;
  /** Is told what makes a count inside of walls a proof. */
  readonly inside?: {
    /** A point inside on all hyperplanes: what is counted then is all of the arrangement, and `listener` is told of it. */
    common(point: Row): void;
    /** A point inside: what follows are the meetings of hyperplanes, in the order of `countInside`. */
    readonly meeting: InsideListener;
  };
  /** Is told of flats and their orbits; asks for that method. */
  readonly listener?: ((cone: Cone, elements: Elements, symmetries: readonly Symmetry[]) => OrbitListener) | undefined;
}

/** With so many symmetries orbits are few. */
const MANY_SYMMETRIES = 12n;
/** Hyperplanes to which the others are restricted, to see whether many of them meet in one flat. */
const SAMPLE = 16;
/** Sets of hyperplanes are lists of numbers of 16 bits. */
const MOST_NUMBERED = 0xffff;
/** A table of so many flats takes about a gigabyte. */
const MOST_ORBITS = 3_000_000;

/** Counts in steps. @throws ArrangementError for hyperplanes of another dimension */
export function* countChambers(arrangement: Arrangement, options: ChamberOptions = {}): Counting<ChamberCount> {
  const { dimension } = arrangement;
  const { walls } = options;
  if (walls !== undefined && dimension > 0) {
    const rows = distinctRows(arrangement.planes.map((plane) => [...plane.slice(0, dimension), -plane[dimension]!]));
    const common = commonPoint(rows, walls);
    if (common !== undefined) options.inside?.common(common);
    else {
      options.inside?.meeting(meetingOf(walls), walls);
      const betti = yield* countInside({ rows, walls }, options.inside?.meeting);
      const hyperplanes = rows.filter((row) => row.slice(0, dimension).some((x) => x !== 0n)).length;
      return { dimension, hyperplanes, betti, cells: sum(betti), bounded: undefined, method: 'inside', symmetries: 1n };
    }
  }
  const cone = coneOf(arrangement);
  const { betti: central, ...found } = yield* countCone(cone, options);
  const betti = bettiOf(cone, central, dimension);
  return {
    dimension,
    hyperplanes: cone.rows.length - (cone.infinity === undefined ? 0 : 1),
    betti,
    cells: sum(betti),
    bounded: walls === undefined ? boundedOf(cone, betti, dimension) : undefined,
    ...found,
  };
}

/** The characteristic polynomial by its coefficients, that of t^0 first. */
export function characteristicPolynomial({ betti, dimension }: Pick<ChamberCount, 'betti' | 'dimension'>): bigint[] {
  return Array.from({ length: dimension + 1 }, (_, power) => {
    const k = dimension - power;
    return k % 2 === 0 ? betti[k]! : -betti[k]!;
  });
}

/** A count in one go. */
export function finished<T>(counting: Counting<T>): T {
  for (;;) {
    const { done, value } = counting.next();
    if (done === true) return value;
  }
}

function sum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, b) => total + b, 0n);
}

/** A point of the set on all hyperplanes, if there is one: then each flat meets the set, and all cells do. */
function commonPoint(rows: readonly Row[], walls: readonly Row[]): Row | undefined {
  let within = walls;
  const path: Row[] = [];
  const restrictions: ((row: Row) => Row)[] = [];
  for (const row of rows) {
    const rest = restrictions.reduce((trace, restrict) => restrict(trace), row);
    if (rest.every((entry) => entry === 0n)) continue;
    const restrict = onto(rest);
    path.push(rest);
    restrictions.push(restrict);
    within = within.map(restrict);
    if (within[0]!.length === 0 || within.some((wall) => wall.every((entry) => entry === 0n))) return undefined;
  }
  const meeting = meetingOf(within);
  return 'point' in meeting ? path.reduceRight(lifted, meeting.point) : undefined;
}

/** chi of the cone is (t - 1) chi of the arrangement. */
function bettiOf({ infinity }: Cone, central: readonly bigint[], dimension: number): bigint[] {
  const betti: bigint[] = [];
  for (let k = 0; k <= dimension; k++) {
    const before = infinity === undefined ? 0n : (betti[k - 1] ?? 0n);
    betti.push((central[k] ?? 0n) - before);
  }
  return betti;
}

/** |chi(1)| if the normals span, else none (Zaslavsky 1975). */
function boundedOf({ rank, infinity }: Cone, betti: readonly bigint[], dimension: number): bigint {
  if ((infinity === undefined ? rank : rank - 1) < dimension) return 0n;
  const value = betti.reduce((total, b, k) => total + (k % 2 === 0 ? b : -b), 0n);
  return value < 0n ? -value : value;
}

interface ConeCount extends Pick<ChamberCount, 'method' | 'symmetries' | 'orbits'> {
  readonly betti: readonly bigint[];
}

/** Each that moves a hyperplane, once: people state lists that repeat themselves, and work grows with the square of generators. */
function thatMove(symmetries: readonly Symmetry[]): Symmetry[] {
  const moving = symmetries.filter(({ permutation }) => permutation.some((image, i) => image !== i));
  return [...new Map(moving.map((symmetry) => [symmetry.permutation.join(), symmetry])).values()];
}

function* countCone(cone: Cone, { symmetries, listener }: ChamberOptions): Counting<ConeCount> {
  const { rows, rank } = cone;
  if (rank < 2) {
    listener?.(cone, new Elements(rows.length, []), []);
    return { betti: rank === 0 ? [1n] : [1n, 1n], method: 'deletion', symmetries: 1n };
  }
  const primes = primesFor(rows, rank);
  const restriction = new Restriction(rows, rank, primes);
  const stated = symmetries && thatMove(symmetries);
  const found = rows.length > MOST_NUMBERED ? [] : (stated ?? findSymmetries(rows, rank));
  const elements = new Elements(
    rows.length,
    found.map(({ permutation }) => permutation),
  );
  const group = new Subgroup(elements, elements.given);
  const { order } = group;
  const isNumbered = rows.length <= MOST_NUMBERED;
  if (isNumbered && (listener !== undefined || order >= MANY_SYMMETRIES || isCrowded(restriction, rows.length))) {
    const images = order > 1n ? new SmallImages(group, rows.length) : undefined;
    const options = { images, ...(listener ? { listener: listener(cone, elements, found) } : { most: MOST_ORBITS }) };
    const counts = yield* countOrbits(restriction, rank, options);
    if (counts !== undefined) return { ...counts, method: 'orbits', symmetries: order };
  }
  return { betti: yield* deletion(cone, primes, restriction), method: 'deletion', symmetries: order };
}

function deletion({ rows, rank }: Cone, primes: Primes, restriction: Restriction): Counting<bigint[]> {
  return countByDeletion(rows, rank, primes, restriction);
}

/** Whether in most flats of rank 2 several hyperplanes meet, so that few flats are reached in many ways. */
function isCrowded(restriction: Restriction, size: number): boolean {
  const tried = Math.min(SAMPLE, size);
  let classes = 0;
  for (let k = 0; k < tried; k++) {
    restriction.to([Math.floor((k * size) / tried)]);
    classes += restriction.classes;
  }
  return 2 * classes < tried * (size - 1);
}

/**
 * Symmetries of the hyperplanes as they were given, as those of the rows of the cone: verified. Instead of one that is none, what is wrong
 * with it.
 */
export function symmetriesOfCone(arrangement: Arrangement, given: readonly Symmetry[]): (Symmetry | string)[] {
  const cone = coneOf(arrangement);
  const verify = verifier(cone.rows, cone.rank);
  return given.map((symmetry) => {
    const found = onCone(arrangement, cone, symmetry);
    if (typeof found === 'string' || verify(found)) return found;
    return 'no linear map permutes the hyperplanes so, with these signs';
  });
}

function onCone({ planes, dimension }: Arrangement, cone: Cone, given: Symmetry): Symmetry | string {
  const { rows, places, infinity } = cone;
  const permutation = Uint16Array.from(rows, (_, i) => i);
  const signs = new Int8Array(rows.length).fill(1);
  const seen = new Set<number>(infinity === undefined ? [] : [infinity]);
  for (const [k, place] of places.entries()) {
    const image = places[given.permutation[k]!]!;
    if (place < 0 !== image < 0) return `hyperplane ${k} goes to ${given.permutation[k]}, one of them has no normal`;
    if (place < 0) continue;
    // Rows of the cone may have another sign than those given.
    const sign = given.signs[k]! * leadOf(planes[k]!, dimension) * leadOf(planes[given.permutation[k]!]!, dimension);
    if (seen.has(place) && (permutation[place] !== image || signs[place] !== sign))
      return `hyperplane ${k} is one of several that are equal, and they go to different ones`;
    seen.add(place);
    permutation[place] = image;
    signs[place] = sign;
  }
  return { permutation, signs };
}

/** The sign of the first entry of (a, -b) that is not 0, of a hyperplane (a, b). */
export function leadOf(plane: readonly bigint[], dimension: number): 1 | -1 {
  const lead = plane.findIndex((entry) => entry !== 0n);
  return plane[lead]! < 0n !== (lead === dimension) ? -1 : 1;
}
