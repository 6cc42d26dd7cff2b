/**
 * Arrangements inside of a convex open set, by deletion and restriction there.
 *
 * Let r(A, P) be the number of parts into which hyperplanes cut a convex open set P. A hyperplane H that meets P cuts in two those parts of P that
 * it meets, which are the parts of P within H: r(A, P) = r(A - H, P) + r(A restricted to H, P within H); one that does not meet P changes nothing. So
 * r(A, P) is the sum of |mu(X)| over the flats X that meet P (Zaslavsky 1977, A combinatorial analysis of topological dissections), and the sums by rank b_k are those of the
 * polynomial sum_k (-1)^k b_k t^(d - k).
 *
 * Flats are held in homogeneous coordinates: P is the set of points where all walls are positive. Whether a flat meets P is a linear program,
 * decided exactly; below a plane it is told by chords.
 */
import { dotIntegers, larger, magnitude } from '../exact/index.js';
import { type ExactLp, simplexBackend, solveLp } from '../lp/index.js';
import type { Counting } from './orbits.js';
import { countLines } from './plane.js';
import { distinctRows, primitive, type Row } from './rows.js';

/** Rows in homogeneous coordinates, d + 1 entries each. */
export interface InsideProblem {
  /** Of different hyperplanes. */
  readonly rows: readonly Row[];
  /** Positive inside; at least one. */
  readonly walls: readonly Row[];
}

const ONE = { numerator: 1n, denominator: 1n };
const NONE = { numerator: 0n, denominator: 1n };
const MINUS_ONE = { numerator: -1n, denominator: 1n };

/** A point at which all walls are positive, or multipliers >= 0, not all 0, whose combination of the walls is 0 (Gordan 1873). */
export type Meeting = { readonly point: Row } | { readonly multipliers: Row };

/** Whether there is a point at which all walls are positive, and why. */
export function meetingOf(walls: readonly Row[]): Meeting {
  const width = walls[0]!.length;
  const vanishing = walls.findIndex((wall) => wall.every((entry) => entry === 0n));
  if (vanishing >= 0) return { multipliers: walls.map((_, w) => (w === vanishing ? 1n : 0n)) };
  // Points may be scaled: maximise m where every wall is at least m times its largest entry.
  const rows = walls.map((wall) => [...wall, -wall.map(magnitude).reduce(larger), 0n]);
  const program: ExactLp = {
    variables: width + 1,
    rows,
    lower: [...new Array(width).fill(MINUS_ONE), NONE],
    upper: new Array(width + 1).fill(ONE),
    objective: [...new Array<bigint>(width).fill(0n), -1n, 0n],
  };
  const answer = solveLp(program, simplexBackend);
  if (answer.status !== 'optimal') throw new Error(`meeting of walls: a program is ${answer.status}; report this`);
  // Where the best m is 0 the bounds give nothing to the combination, which is 0.
  return answer.value.numerator < 0n
    ? { point: primitive(answer.point.numerators.slice(0, width)) }
    : { multipliers: primitive(answer.multipliers.numerators) };
}

/** Is told for each hyperplane of a flat of three dimensions or more whether it meets the set, and why: what a certificate records. */
export type InsideListener = (meeting: Meeting, walls: readonly Row[]) => void;

/** b_0 to b_d: the cells are their sum. @param problem whose set is not empty, in at least one dimension */
export function* countInside(problem: InsideProblem, listener?: InsideListener): Counting<bigint[]> {
  const betti = new Array<bigint>(problem.walls[0]!.length).fill(0n);
  yield* visit(problem, { rank: 0, betti, listener });
  return betti;
}

interface Visit {
  readonly rank: number;
  readonly betti: bigint[];
  readonly listener: InsideListener | undefined;
}

/** A flat that meets the set: different hyperplanes of it, and the walls. */
function* visit({ rows, walls }: InsideProblem, at: Visit): Counting<void> {
  const { rank, betti, listener } = at;
  const dimension = walls[0]!.length - 1;
  betti[rank]! += 1n;
  if (dimension === 1) betti[rank + 1]! += BigInt(rows.filter((row) => isInside(row, walls)).length);
  else if (dimension === 2) {
    const { lines, points } = countLines(rows, walls);
    betti[rank + 1]! += BigInt(lines);
    betti[rank + 2]! += BigInt(points);
  } else
    for (const [i, row] of rows.entries()) {
      const onto = restriction(row);
      const within = walls.map(onto);
      const meeting = meetingOf(within);
      listener?.(meeting, within);
      if ('multipliers' in meeting) continue;
      if (rank === 0) yield { step: 0, steps: 1, done: i * i, parts: rows.length * rows.length };
      yield* visit({ rows: distinctRows(rows.slice(0, i).map(onto)), walls: within }, { ...at, rank: rank + 1 });
    }
}

/** Whether the point of a line where a row vanishes is inside. */
function isInside([a, b]: Row, walls: readonly Row[]): boolean {
  const values = walls.map(([p, q]) => p! * b! - q! * a!);
  return values.every((value) => value > 0n) || values.every((value) => value < 0n);
}

/** Restricts rows to the hyperplane of one. Signs stay what they are on it. */
export function restriction(on: Row): (row: Row) => Row {
  const pivot = on.findIndex((entry) => entry !== 0n);
  const scale = on[pivot]!;
  const size = scale < 0n ? -scale : scale;
  return (row) => {
    const factor = scale < 0n ? -row[pivot]! : row[pivot]!;
    const trace = row.map((entry, c) => size * entry - factor * on[c]!);
    trace.splice(pivot, 1);
    return primitive(trace);
  };
}

/** The point of a hyperplane that has these coordinates on it. */
export function lifted(point: Row, on: Row): Row {
  const pivot = on.findIndex((entry) => entry !== 0n);
  const scale = on[pivot]!;
  const whole = [...point.slice(0, pivot), 0n, ...point.slice(pivot)];
  const rest = dotIntegers(on, whole);
  const sign = scale < 0n ? -1n : 1n;
  return primitive(whole.map((x, c) => (c === pivot ? -sign * rest : sign * scale * x)));
}

/** A point near to one at which walls are positive, in as few digits as keep it there. */
export function shortened(point: Row, walls: readonly Row[]): Row {
  const most = point.map(magnitude).reduce(larger);
  for (const bits of [4n, 8n, 16n, 32n, 64n]) {
    const near = point.map((x) => (((2n * x) << bits) / most + (x < 0n ? -1n : 1n)) / 2n);
    if (walls.every((wall) => dotIntegers(wall, near) > 0n)) return primitive(near);
  }
  return point;
}
