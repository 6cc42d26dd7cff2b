/**
 * Checking a count of cells inside of a domain (`certificate/arrangement.ts`) by signs at points and combinations of rows.
 *
 * Let P be the interior of the domain in its affine hull, as the points x of a cone where all walls w have w . x > 0 (homogeneous coordinates; t is a wall), and r(A, P) the number of
 * parts into which hyperplanes A cut it.
 *
 * *Lemma 1 (Gordan 1873).* No x has w . x > 0 for all walls if and only if a combination of walls with multipliers >= 0, not all 0, is 0. Only "if" is used: at such an x the combination is positive. []
 *
 * *Lemma 2.* If a combination of walls with positive multipliers is 0, then these walls vanish wherever all walls are >= 0: their sum is 0, and none is negative. So the domain lies within
 * them, and its hull within their intersection; where a point with all other walls positive is left on it, that is the interior in the hull. []
 *
 * *Lemma 3 (Zaslavsky 1977).* For H in A: if H meets P, r(A, P) = r(A - H, P) + r(A restricted to H, P within H), else r(A, P) = r(A - H, P). *Proof.* The parts of P within H, cut by the others, are where H
 * cuts a part of P - H in two; each such part is convex and is cut once. []
 *
 * So r is 1 for every flat that the walk visits. By codimension these are the b_k, sums of |mu| over the flats that meet P. On a line and in a plane the walk is made here: a line's points inside are the positive
 * combinations of two rays, by their signs at which another line crosses inside; crossings that differ modulo a prime differ.
 * If a point of P is on all hyperplanes, P meets all flats, and the b_k are those of all of R^d (`arrangement.ts`).
 */
import type { ArrangementTrailer, StatedSymmetry, WeightedWalls } from '../certificate/index.js';
import { content, dotIntegers } from '../exact/index.js';
import type { Domain, Network } from '../network/index.js';
import {
  ArrangementChecker,
  type CheckedArrangement,
  canonical,
  hyperplanesOf,
  isZero,
  provedCells,
  type Row,
} from './arrangement.js';
import { integer, type LineChecker, refuse } from './json-lines.js';
import { wallsOf } from './walls.js';

/** A prime below 2^26: products of residues are exact in doubles. */
const PRIME = 67_108_859;

/** Hyperplanes of a flat, pairwise different, and the walls on it. */
interface Section {
  readonly rows: readonly Row[];
  readonly walls: readonly Row[];
}

export interface CheckedInside extends CheckedArrangement {
  /** Points inside and combinations of walls that were verified. */
  readonly points: number;
  readonly combinations: number;
}

/** Restricts rows to where one of them, that is not 0, vanishes: its first column that is not 0 is eliminated. */
function restriction(on: Row): (row: Row) => Row {
  const pivot = on.findIndex((entry) => entry !== 0n);
  const scale = on[pivot]!;
  const sign = scale < 0n ? -1n : 1n;
  return (row) => {
    const trace = row.map((entry, c) => sign * (scale * entry - row[pivot]! * on[c]!));
    trace.splice(pivot, 1);
    const divisor = content(trace);
    return divisor > 1n ? trace.map((entry) => entry / divisor) : trace;
  };
}

function distinct(rows: readonly Row[]): Row[] {
  const known = new Map<string, Row>();
  for (const row of rows.filter((r) => !isZero(r)).map(canonical)) known.set(row.join(), known.get(row.join()) ?? row);
  return [...known.values()];
}

/** Whether combinations of walls with positive multipliers are 0; the walls. */
function vanishing(stated: unknown, walls: readonly Row[]): number[] {
  if (!Array.isArray(stated) || stated.length === 0) refuse('a combination names no walls');
  const terms = (stated as WeightedWalls).map((term) => {
    if (!Array.isArray(term)) refuse('a term of a combination is no pair');
    const [wall, multiplier] = [term[0] as number, integer(term[1])];
    if (walls[wall] === undefined || multiplier <= 0n)
      refuse('a combination has a wall that there is not, or a multiplier that is not positive');
    return { wall, multiplier };
  });
  for (let c = 0; c < walls[0]!.length; c++)
    if (terms.reduce((sum, { wall, multiplier }) => sum + multiplier * walls[wall]![c]!, 0n) !== 0n)
      refuse('a combination of walls is not 0');
  return terms.map(({ wall }) => wall);
}

/** The point, if all walls are positive there. */
function inside(stated: unknown, walls: readonly Row[]): readonly bigint[] {
  if (!Array.isArray(stated) || stated.length !== walls[0]!.length)
    refuse('a point has not as many coordinates as its flat');
  const point = stated.map(integer);
  if (walls.some((wall) => dotIntegers(wall, point) <= 0n)) refuse('a point is not inside');
  return point;
}

/** The two rays, counter-clockwise, between which rows of two entries are positive; undefined if there is nothing. */
function sector(rows: readonly Row[]): readonly [Row, Row] | undefined {
  let rays: readonly [Row, Row] | undefined;
  for (const row of rows) {
    if (isZero(row)) return undefined;
    const [p, q] = row as [bigint, bigint];
    const [start, end]: [Row, Row] = [
      [q, -p],
      [-q, p],
    ];
    if (rays === undefined) {
      rays = [start, end];
      continue;
    }
    const [from, to] = rays;
    const [a, b] = [dotIntegers(row, from), dotIntegers(row, to)];
    // Both are 0 only of a half-plane, whose middle is a ray's quarter turn.
    const isOut = a === 0n && b === 0n ? q * from[0]! - p * from[1]! < 0n : a <= 0n && b <= 0n;
    if (isOut) return undefined;
    rays = [a < 0n ? start : from, b < 0n ? end : to];
  }
  return rays;
}

/** Whether a row of two entries vanishes between two rays, at most half a turn apart. */
function isBetween(row: Row, [from, to]: readonly [Row, Row]): boolean {
  const [a, b] = [dotIntegers(row, from), dotIntegers(row, to)];
  return a > 0n ? b < 0n : a < 0n && b > 0n;
}

function residueOf(x: bigint): number {
  const rest = Number(x % BigInt(PRIME));
  return rest < 0 ? rest + PRIME : rest;
}

/** The quotient of the entries of a row modulo the prime, undefined for what stands for infinity: the same for all multiples of a row. */
function quotient(row: Row): number | undefined {
  const [a, b] = row as [bigint, bigint];
  let [r, s, u, v] = [PRIME, residueOf(b), 0, 1];
  if (s === 0) {
    if (residueOf(a) !== 0) return undefined;
    const divisor = content(row);
    return quotient([a / divisor, b / divisor]);
  }
  while (s !== 0) {
    const q = Math.floor(r / s);
    [r, s, u, v] = [s, r - q * s, v, u - q * v];
  }
  return (residueOf(a) * (u < 0 ? u + PRIME : u)) % PRIME;
}

/** How many points rows of two entries have in common with the set between two rays. */
function pointsBetween(rows: Iterable<Row>, rays: readonly [Row, Row]): number {
  const known = new Map<number | undefined, Row[]>();
  let points = 0;
  for (const row of rows) {
    if (!isBetween(row, rays)) continue;
    const key = quotient(row);
    const alike = known.get(key);
    if (alike?.some((other) => row[0]! * other[1]! === row[1]! * other[0]!)) continue;
    if (alike === undefined) known.set(key, [row]);
    else alike.push(row);
    points++;
  }
  return points;
}

/** Rows of three entries before one of them, restricted to it but for a positive factor: faster than `restriction`. */
function* onLine(rows: readonly Row[], end: number): Generator<Row> {
  const on = rows[end]!;
  const pivot = on.findIndex((entry) => entry !== 0n);
  const [c, d] = [0, 1, 2].filter((column) => column !== pivot) as [number, number];
  const sign = on[pivot]! < 0n ? -1n : 1n;
  const [p, q, r] = [sign * on[pivot]!, sign * on[c]!, sign * on[d]!];
  for (let i = 0; i < end; i++) {
    const row = rows[i]!;
    const lead = row[pivot]!;
    yield [p * row[c]! - lead * q, p * row[d]! - lead * r];
  }
}

/** Takes lines of evidence as they come: the walk waits for them. */
export class InsideChecker implements LineChecker<CheckedInside, ArrangementTrailer> {
  private section: Section;
  private readonly betti: bigint[] = [];
  private walk: Generator<undefined, void, unknown> | undefined;
  private isDone = false;
  private all: ArrangementChecker | undefined;
  private points = 0;
  private combinations = 0;

  /** @throws LineRefusal */
  constructor(network: Network, domain: Domain) {
    this.section = { rows: hyperplanesOf(network), walls: wallsOf(domain) };
  }

  line(value: unknown): void {
    if (value === null || typeof value !== 'object' || this.isDone) refuse('a line is out of place');
    if (this.all !== undefined) this.all.line(value);
    else if (this.walk !== undefined) this.isDone = this.walk.next(value).done === true;
    else if ('flat' in value) this.flatten(value.flat);
    else if ('common' in value) this.pass(value as { common: unknown; generators?: readonly StatedSymmetry[] });
    else this.begin(value);
  }

  /** Walls that vanish on the whole domain. */
  private flatten(stated: unknown) {
    let { rows, walls } = this.section;
    for (const wall of vanishing(stated, walls)) {
      if (isZero(walls[wall]!)) continue;
      const onto = restriction(walls[wall]!);
      rows = rows.map(onto);
      walls = walls.map(onto);
    }
    if (walls[0]!.length < 2) refuse('the domain is one point, or empty');
    this.combinations++;
    this.section = { rows, walls: walls.filter((wall, w) => w === walls.length - 1 || !isZero(wall)) };
  }

  private pass({ common, generators }: { readonly common: unknown; readonly generators?: readonly StatedSymmetry[] }) {
    const { rows, walls } = this.section;
    const dimension = walls[0]!.length - 1;
    const point = inside(common, walls);
    if (rows.some((row) => !isZero(row.slice(0, dimension)) && dotIntegers(row, point) !== 0n))
      refuse('the common point is not on all hyperplanes');
    this.points++;
    this.all = new ArrangementChecker(rows, dimension, generators);
  }

  private begin(value: object) {
    const { rows, walls } = this.section;
    if (!this.meets(value, walls)) refuse('the domain is said to be empty');
    this.betti.push(...walls[0]!.map(() => 0n));
    this.walk = this.visit({ rows: distinct(rows), walls }, 0);
    this.isDone = this.walk.next().done === true;
  }

  private meets(value: object, walls: readonly Row[]): boolean {
    if ('point' in value) {
      inside(value.point, walls);
      this.points++;
      return true;
    }
    if (!('empty' in value)) refuse('a line is no evidence');
    vanishing(value.empty, walls);
    this.combinations++;
    return false;
  }

  /** A flat that meets the interior. */
  private *visit({ rows, walls }: Section, rank: number): Generator<undefined, void, unknown> {
    const { betti } = this;
    const dimension = walls[0]!.length - 1;
    betti[rank]! += 1n;
    if (dimension === 1) betti[rank + 1]! += BigInt(pointsBetween(rows, sector(walls)!));
    for (let i = 0; i < rows.length && dimension > 1; i++) {
      const onto = restriction(rows[i]!);
      const within = walls.map(onto);
      if (dimension > 2) {
        const evidence = yield;
        if (!this.meets(evidence as object, within)) continue;
        yield* this.visit({ rows: distinct(rows.slice(0, i).map(onto)), walls: within }, rank + 1);
        continue;
      }
      const rays = sector(within);
      if (rays === undefined) continue;
      betti[rank + 1]! += 1n;
      betti[rank + 2]! += BigInt(pointsBetween(onLine(rows, i), rays));
    }
  }

  finish(trailer: ArrangementTrailer): CheckedInside {
    const { points, combinations, betti } = this;
    if (this.all !== undefined) return { ...this.all.finish(trailer), points, combinations };
    if (!this.isDone) refuse('evidence is missing');
    return { betti, cells: provedCells(betti, trailer), flats: 0, covers: 0, symmetries: 0, points, combinations };
  }
}
